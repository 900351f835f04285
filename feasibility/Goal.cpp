// Goals, and the order of single-precision numbers.
#include "feasibility/Goal.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace wsc::feasibility {

Goal addGoal(ir::Space &space, const ir::Node *quantity, bool maximize) {
  const ir::Type &type = quantity->type();
  if (!maximize)
    quantity = space.make(ir::Op::Neg, type, quantity);
  Goal goal{unsigned(space.params.size()), unsigned(space.constraints.size())};
  std::string name = "threshold" + std::to_string(goal.threshold);
  space.params.emplace_back(name, type, std::vector<Rational>{0}, ir::Location{});
  const ir::Node *reached =
      space.make(ir::Op::Le, ir::Type::boolean(), {space.param(goal.threshold), quantity});
  space.constraints.push_back({name, reached, "", {}});
  return goal;
}

namespace thresholds {

/// Bits of a float as integers are in the order of magnitudes.
static constexpr unsigned zero = count / 2;

double value(unsigned index) {
  return index < zero ? -std::bit_cast<float>(zero - index) : std::bit_cast<float>(index - zero);
}

unsigned below(double bound) {
  constexpr float largest = std::numeric_limits<float>::max();
  float rounded = std::clamp(bound, -double(largest), double(largest));
  unsigned magnitude = std::bit_cast<unsigned>(std::fabs(rounded));
  unsigned index = rounded < 0 ? zero - magnitude : zero + magnitude;
  return value(index) > bound && index > 0 ? index - 1 : index;
}

} // namespace thresholds

} // namespace wsc::feasibility
