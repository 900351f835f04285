// fold: every operation whose operands are constants becomes a constant, in exact rational
// arithmetic; a named constant becomes its nominal value.  What has no exact value (exp, most
// roots) or none at all (division by zero) stays as it is, for the evaluators to enclose or to
// call undefined.
//
//   before   %2 = add 1, 2        after   %2 = const 3
#include "passes/Pass.h"

#include "ir/Tape.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::passes {

namespace {
/// Larger results cost more than they are worth; long products of sourced constants stay far
/// below.
constexpr size_t maxBits = 512;

bool isSmall(const Rational &value) {
  return mpz_sizeinbase(value.get_num_mpz_t(), 2) + mpz_sizeinbase(value.get_den_mpz_t(), 2) <=
         maxBits;
}
} // namespace

std::unique_ptr<ir::Space> foldConstants(const ir::Space &space) {
  ir::TapeTables tables(space); // those of the result are the same
  return rebuild(space,
                 [&](ir::Space &to, const ir::Node *old,
                     llvm::ArrayRef<const ir::Node *> operands) -> const ir::Node * {
                   if (old->op() == ir::Op::Named)
                     return to.constant(old->value(), old->type());
                   const ir::Node *node = to.withOperands(old, operands);
                   bool foldable =
                       !operands.empty() &&
                       llvm::all_of(operands, [](const ir::Node *o) { return o->isConstant(); });
                   if (!foldable)
                     return node;
                   auto value = ir::Tape(to, node, tables).evaluateExactly(0, {});
                   return value && isSmall(*value) ? to.constant(*value, node->type()) : node;
                 });
}

} // namespace wsc::passes
