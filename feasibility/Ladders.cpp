// Sorting comparisons by what they compare, then by their limits.
#include "feasibility/Ladders.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::feasibility {

using ir::Node;
using ir::Op;

namespace {
/// A condition as something to be low, to be high, or just to hold.
struct Rung {
  enum Kind { Low, High, Holds } kind;
  const Node *subject; ///< the quantity, else the condition
  Rational limit;
  bool isStrict;

  bool isStrongerThan(const Rung &other) const {
    if (limit != other.limit)
      return kind == Low ? limit < other.limit : limit > other.limit;
    return isStrict && !other.isStrict;
  }
};
} // namespace

static Rung rungOf(const Node *condition) {
  bool isStrict = condition->op() == Op::Lt;
  if ((isStrict || condition->op() == Op::Le) && condition->operand(0)->type().isNumber()) {
    const Node *left = condition->operand(0), *right = condition->operand(1);
    if (right->isConstant())
      return {Rung::Low, left, right->value(), isStrict};
    if (left->isConstant())
      return {Rung::High, right, left->value(), isStrict};
  }
  return {Rung::Holds, condition, 0, false};
}

Ladders::Ladders(const Problem &problem)
    : ladder_(problem.space().constraints.size()), place_(ladder_.size()) {
  llvm::MapVector<std::pair<const Node *, unsigned>, std::vector<std::pair<Rung, unsigned>>> groups;
  for (unsigned preference : problem.preferences()) {
    Rung rung = rungOf(problem.space().constraints[preference].node);
    groups[{rung.subject, rung.kind}].push_back({rung, preference});
  }
  for (auto &[key, group] : groups) {
    llvm::stable_sort(group, [](auto &a, auto &b) { return a.first.isStrongerThan(b.first); });
    std::vector<unsigned> &ladder = ladders_.emplace_back();
    for (const auto &[rung, preference] : group) {
      ladder_[preference] = ladders_.size() - 1;
      place_[preference] = ladder.size();
      ladder.push_back(preference);
    }
  }
}

} // namespace wsc::feasibility
