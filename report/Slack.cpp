// Requirements taken apart into comparisons.
#include "report/Slack.h"

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

static void comparisonsOf(const ir::Node *node, std::vector<const ir::Node *> &comparisons) {
  if (node->op() == ir::Op::And) {
    comparisonsOf(node->operand(0), comparisons);
    comparisonsOf(node->operand(1), comparisons);
  } else if (node->op() == ir::Op::Le || node->op() == ir::Op::Lt) {
    comparisons.push_back(node);
  }
}

std::vector<Slack> slacksOf(const ir::Space &space, const runs::Record &record) {
  const std::vector<double> params = valuesOf(space, record.choice);
  std::vector<Slack> slacks;
  for (const ir::Constraint &constraint : space.constraints) {
    if (!constraint.isHard())
      continue;
    std::vector<const ir::Node *> comparisons, sides;
    comparisonsOf(constraint.node, comparisons);
    for (const ir::Node *comparison : comparisons)
      sides.insert(sides.end(), {comparison->operand(0), comparison->operand(1)});
    std::vector<double> values(sides.size());
    ir::Tape(space, sides).evaluate(params, record.answer->metrics, values);
    Slack nearest{&constraint, std::nullopt, std::nullopt, {}};
    for (unsigned i = 0; i < comparisons.size(); ++i) {
      const Slack slack{&constraint, values[2 * i], values[2 * i + 1], sides[2 * i]->type()};
      if (!nearest.share() || (slack.share() && *slack.share() < *nearest.share()))
        nearest = slack;
    }
    slacks.push_back(nearest);
  }
  return slacks;
}

} // namespace wsc::report
