// Conjuncts, and the quantity of each that can be made better.
#include "feasibility/Demand.h"

#include "feasibility/Widen.h"
#include "ir/Rebuild.h"
#include "ir/Tape.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::feasibility {

using ir::Node;
using ir::Op;
using Kind = Demand::Kind;

std::optional<Within> asWithin(const Node *node) {
  if (node->op() != Op::Le)
    return std::nullopt;
  const Node *left = node->operand(0), *right = node->operand(1);
  if (left->op() != Op::Abs || left->operand(0)->op() != Op::Sub || right->op() != Op::Mul ||
      right->operand(1)->op() != Op::Abs)
    return std::nullopt;
  return Within{left->operand(0)->operand(0), right->operand(0), left->operand(0)->operand(1)};
}

std::vector<const Node *> conjuncts(ir::Space &space, const Node *condition) {
  std::vector<const Node *> result;
  // Folds make conjunctions of any depth: no recursion.
  std::vector<std::pair<const Node *, bool>> stack{{condition, true}};
  while (!stack.empty()) {
    auto [node, wanted] = stack.back();
    stack.pop_back();
    Op op = node->op();
    if (op == Op::Not) {
      stack.push_back({node->operand(0), !wanted});
    } else if (op == (wanted ? Op::And : Op::Or)) {
      for (const Node *operand : llvm::reverse(node->operands()))
        stack.push_back({operand, wanted});
    } else if (!wanted && (op == Op::Le || op == Op::Lt)) {
      result.push_back(space.make(op == Op::Le ? Op::Lt : Op::Le, node->type(),
                                  {node->operand(1), node->operand(0)}));
    } else {
      result.push_back(wanted ? node : space.make(Op::Not, node->type(), node));
    }
  }
  llvm::erase_if(result,
                 [](const Node *node) { return node->bindingTime() == ir::BindingTime::Measured; });
  return result;
}

bool isLimitLeft(const Node *comparison) {
  auto rank = [](const Node *side) {
    return side->op() == Op::Constant                         ? 0
           : side->bindingTime() == ir::BindingTime::Constant ? 1
                                                              : 2;
  };
  return rank(comparison->operand(0)) < rank(comparison->operand(1));
}

/// The exact value of a node that depends on no field, where it has one.
static std::optional<Rational> constantValue(const ir::Space &space, const Node *node) {
  if (node->bindingTime() != ir::BindingTime::Constant || !node->type().isNumber())
    return std::nullopt;
  ir::Tape tape(space, node);
  std::vector<Rational> point(space.params.size());
  if (auto exact = tape.evaluateExactly(0, point))
    return exact;
  std::vector<double> values(space.params.size()), metrics(space.metrics.size());
  double value;
  tape.evaluate(values, metrics, value);
  return std::isfinite(value) ? std::optional(fromDouble(value)) : std::nullopt;
}

static Demand demandOf(ir::Space &space, const Node *condition) {
  Demand demand{Kind::Condition, false,   0,       condition->op(), false, 0,
                condition,       nullptr, nullptr, nullptr};
  bool isComparison =
      condition->op() == Op::Le || condition->op() == Op::Lt || condition->op() == Op::Eq;
  if (!isComparison || !condition->operand(0)->type().isNumber())
    return demand;
  const Node *left = demand.left = condition->operand(0),
             *right = demand.right = condition->operand(1);
  auto make = [&](Op op, ir::Type type, llvm::ArrayRef<const Node *> operands) {
    return space.make(op, type, operands);
  };
  auto measure = [&](Kind kind, const Node *quantity, Rational limit) {
    demand.kind = kind;
    demand.quantity = quantity;
    demand.limit = std::move(limit);
  };
  if (condition->op() == Op::Eq) {
    const Node *difference = make(Op::Sub, left->type(), {left, right});
    measure(Kind::Distance, make(Op::Abs, left->type(), difference), 0);
    return demand;
  }
  if (auto within = asWithin(condition)) {
    auto share = constantValue(space, within->share), wanted = constantValue(space, within->wanted);
    if (share && wanted && *wanted != 0) {
      const Node *scale = within->wanted;
      if (*wanted < 0)
        scale = make(Op::Neg, scale->type(), scale);
      measure(Kind::Share, make(Op::Div, ir::Type::number(), {left, scale}), *share);
      return demand;
    }
  }
  demand.maximize = isLimitLeft(condition);
  const Node *quantity = demand.maximize ? right : left;
  if (auto limit = constantValue(space, demand.maximize ? left : right)) {
    measure(Kind::Limit, quantity, *limit);
  } else {
    demand.maximize = false;
    measure(Kind::Margin, make(Op::Sub, left->type(), {left, right}), 0);
  }
  return demand;
}

/// Names that no spec can have.
static std::string nameOf(unsigned demand) { return "#" + std::to_string(demand); }

/// Widens the domain of a field; its ends as conditions, as far as it became wider.
static std::vector<const Node *> widen(ir::Space &space, unsigned field) {
  ir::Param &param = space.params[field];
  std::vector<Rational> wider = widened(param);
  const Node *value = space.param(field), *least = space.constant(param.domain.front(), param.type),
             *greatest = space.constant(param.domain.back(), param.type);
  std::vector<const Node *> ends;
  if (wider.front() != param.domain.front())
    ends.push_back(space.make(Op::Le, ir::Type::boolean(), {least, value}));
  if (wider.back() != param.domain.back())
    ends.push_back(space.make(Op::Le, ir::Type::boolean(), {value, greatest}));
  param = ir::Param(param.name, param.type, std::move(wider), param.location);
  return ends;
}

Demands takeApart(const ir::Space &written, llvm::ArrayRef<unsigned> constraints,
                  llvm::ArrayRef<unsigned> fields) {
  Demands result{ir::copy(written), {}};
  ir::Space &space = *result.space;
  std::vector<ir::Constraint> kept;
  for (auto [index, constraint] : llvm::enumerate(space.constraints))
    if (!llvm::is_contained(constraints, index))
      kept.push_back(constraint);
  auto add = [&](const Node *condition, bool isDomain, unsigned origin) {
    Demand demand = demandOf(space, condition);
    demand.isDomain = isDomain;
    demand.origin = origin;
    std::string name = nameOf(result.list.size());
    kept.push_back({name, condition, "", {}});
    space.quantities.push_back({name, demand.quantity ? demand.quantity : condition, {}});
    result.list.push_back(std::move(demand));
  };
  for (unsigned index : constraints)
    for (const Node *condition : conjuncts(space, space.constraints[index].node))
      add(condition, false, index);
  for (unsigned field : fields)
    for (const Node *condition : widen(space, field))
      add(condition, true, field);
  space.constraints = std::move(kept);
  return result;
}

unsigned Demands::constraintIn(const ir::Space &space, unsigned demand) const {
  auto named = [&](const ir::Constraint &constraint) { return constraint.name == nameOf(demand); };
  return llvm::find_if(space.constraints, named) - space.constraints.begin();
}

const Node *Demands::quantityIn(const ir::Space &space, unsigned demand) const {
  return space.findQuantity(nameOf(demand))->node;
}

} // namespace wsc::feasibility
