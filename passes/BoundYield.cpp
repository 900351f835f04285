// yield: (1 - exp(-y)) / y, of which Murphy and Poisson yield models are made, mentions y twice:
// where y is small, as for the defects of one core, intervals take it to be anything from 0.5 to 2
// when y doubles.  It lies between exp(-y / 2) and 1 / (1 + y / 2) for all y > 0, since it equals
// exp(-y / 2) * sinh(y / 2) / (y / 2); these mention y once, are as good as exact for small y, and
// can be read backward.
//
//   before   %f = div (sub 1, (exp (neg %y))), %y
//   after    max (min %f, (div 1, (add 1, (div %y, 2)))), (exp (neg (div %y, 2)))
#include "passes/Pass.h"

#include "ir/Ranged.h"
#include "ir/Slope.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::passes {

static const ir::Node *bounded(ir::Space &to, const ir::Node *share) {
  using ir::Op;
  auto make = [&](Op op, llvm::ArrayRef<const ir::Node *> operands) {
    return to.make(op, ir::Type::number(), operands);
  };
  const ir::Node *one = to.constant(1);
  const ir::Node *half = make(Op::Div, {share->operand(1), to.constant(2)});
  const ir::Node *most = make(Op::Div, {one, make(Op::Add, {one, half})});
  const ir::Node *least = make(Op::Exp, make(Op::Neg, half));
  return make(Op::Max, {make(Op::Min, {share, most}), least});
}

/// The shares whose y is greater than zero at every design.
static llvm::DenseSet<const ir::Node *> positiveShares(const ir::Space &space) {
  std::vector<const ir::Node *> shares = space.reachable(), divisors;
  llvm::erase_if(shares, [](const ir::Node *node) { return !ir::isPoissonShare(node); });
  for (const ir::Node *share : shares)
    divisors.push_back(share->operand(1));
  std::vector<Interval> workspace, ranges(shares.size());
  RoundUp rounding;
  ir::Tape(space, divisors, ir::Tape::Constants::Open)
      .evaluate(ir::openBox(space), workspace, ranges);
  llvm::DenseSet<const ir::Node *> result;
  for (auto [share, range] : llvm::zip_equal(shares, ranges))
    if (range.lo > 0)
      result.insert(share);
  return result;
}

std::unique_ptr<ir::Space> boundYield(const ir::Space &space) {
  llvm::DenseSet<const ir::Node *> shares = positiveShares(space);
  return rebuild(
      space, [&](ir::Space &to, const ir::Node *old, llvm::ArrayRef<const ir::Node *> operands) {
        const ir::Node *node = to.withOperands(old, operands);
        return shares.contains(old) ? bounded(to, node) : node;
      });
}

} // namespace wsc::passes
