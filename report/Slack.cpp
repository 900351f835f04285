// Requirements taken apart into comparisons.
#include "report/Slack.h"

#include "ir/Components.h"
#include "ir/Tape.h"
#include "report/Front.h"
#include <cmath>

namespace wsc::report {

std::optional<double> Slack::share() const {
  if (!left || !right || !std::isfinite(*left) || !std::isfinite(*right))
    return std::nullopt;
  const double size = std::max(std::abs(*left), std::abs(*right));
  return size > 0 ? (*right - *left) / size : 0;
}

std::vector<Slack> slacksOf(const ir::Space &space, const runs::Record &record) {
  const std::vector<double> params = valuesOf(space, record.choice);
  std::vector<Slack> slacks;
  for (const ir::Constraint &constraint : space.constraints) {
    if (!constraint.isHard())
      continue;
    std::vector<const ir::Node *> sides;
    for (const ir::Node *condition : ir::conjunctsOf(constraint.node))
      if (condition->op() == ir::Op::Le || condition->op() == ir::Op::Lt)
        sides.insert(sides.end(), {condition->operand(0), condition->operand(1)});
    std::vector<double> values(sides.size());
    ir::Tape(space, sides).evaluate(params, record.answer->metrics, values);
    Slack nearest{&constraint, std::nullopt, std::nullopt, {}};
    for (unsigned i = 0; i < sides.size(); i += 2) {
      const Slack slack{&constraint, values[i], values[i + 1], sides[i]->type()};
      if (!nearest.share() || (slack.share() && *slack.share() < *nearest.share()))
        nearest = slack;
    }
    slacks.push_back(nearest);
  }
  return slacks;
}

} // namespace wsc::report
