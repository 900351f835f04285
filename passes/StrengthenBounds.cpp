// bounds: what is shared by several expressions gets the bounds that hold of it over all designs,
// where interval evaluation alone does not see them: over faces of the box (ir/Monotone.h) and
// over the values of one field at a time.  Values do not change; boxes in which a shared quantity
// seems to be larger than it can be anywhere are refuted earlier.
//
//   before   %n = sub (pow %x 2) %x        %x in { 1 .. 8 }, twice in use
//   after    min (max %n 0) 56
#include "passes/Pass.h"

#include "ir/Components.h"
#include "ir/Monotone.h"
#include "ir/Ranged.h"
#include "llvm/ADT/DenseMap.h"
#include <cmath>

namespace wsc::passes {

namespace {

using ir::Node;
using ir::Op;

/// How much narrower than naive evaluation bounds have to be.
constexpr double worthwhile = 0.9;
/// Fields with larger domains are not enumerated.
constexpr size_t maxValues = 64;

class Strengthener {
public:
  explicit Strengthener(const ir::Space &space)
      : space_(space), ranged_(space), box_(ir::designBox(space)), nodes_(numbers(space)),
        tape_(space, nodes_), monotone_(space, nodes_, box_) {
    for (unsigned i = 0; i < nodes_.size(); ++i)
      bounds_[nodes_[i]] = bounds(i);
  }

  const Node *rewrite(ir::Space &to, const Node *old, llvm::ArrayRef<const Node *> operands) {
    const Node *node = to.withOperands(old, operands);
    auto it = bounds_.find(old);
    if (it == bounds_.end() || !isWorthwhile(it->second, ranged_.range(old)))
      return node;
    auto [lo, hi] = it->second;
    if (std::isfinite(lo))
      node = to.make(Op::Max, old->type(), {node, to.constant(fromDouble(lo), old->type())});
    if (std::isfinite(hi))
      node = to.make(Op::Min, old->type(), {node, to.constant(fromDouble(hi), old->type())});
    return node;
  }

private:
  /// Shared numbers that what is asked of designs depends on.
  static std::vector<const Node *> numbers(const ir::Space &space) {
    std::vector<const Node *> roots, result;
    for (const ir::Constraint &constraint : space.constraints)
      if (!constraint.isMeasured())
        roots.push_back(constraint.node);
    llvm::DenseMap<const Node *, unsigned> users;
    std::vector<const Node *> all = ir::Space::reachable(roots);
    for (const Node *node : all)
      for (const Node *operand : node->operands())
        ++users[operand];
    for (const Node *node : all)
      if (node->type().isNumber() && !node->operands().empty() && users.lookup(node) > 1)
        result.push_back(node);
    return result;
  }

  static bool isWorthwhile(Interval tight, Interval naive) {
    return tight.hi - tight.lo < worthwhile * (naive.hi - naive.lo);
  }

  Interval bounds(unsigned i) {
    RoundUp rounding;
    Interval best = ir::encloseByFaces(monotone_, tape_, i, box_, workspace_);
    for (unsigned param : ir::paramsOf(nodes_[i])) {
      const std::vector<double> &values = space_.params[param].values;
      if (monotone_.of(i, param) != ir::Trend::Unknown || values.size() > maxValues)
        continue;
      Interval whole = box_[param];
      std::optional<Interval> all;
      for (double value : values) {
        box_[param] = Interval::point(value);
        Interval part = ir::encloseByFaces(monotone_, tape_, i, box_, workspace_);
        all = all ? hull(*all, part) : part;
      }
      box_[param] = whole;
      best = {std::max(best.lo, all->lo), std::min(best.hi, all->hi)};
    }
    return best;
  }

  const ir::Space &space_;
  ir::Ranged ranged_;
  std::vector<Interval> box_, workspace_;
  std::vector<const Node *> nodes_;
  ir::Tape tape_;
  ir::Monotone monotone_;
  llvm::DenseMap<const Node *, Interval> bounds_;
};

} // namespace

std::unique_ptr<ir::Space> strengthenBounds(const ir::Space &space) {
  Strengthener strengthener(space);
  return rebuild(space, [&](ir::Space &to, const Node *old, llvm::ArrayRef<const Node *> operands) {
    return strengthener.rewrite(to, old, operands);
  });
}

} // namespace wsc::passes
