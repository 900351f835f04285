// Evaluation of constraints; the one place that decides whether a constraint holds.
#include "feasibility/Judge.h"

#include <cmath>

namespace wsc::feasibility {

Judge::Judge(const Problem &problem)
    : problem_(problem), intervals_(problem.paramCount(), Interval::all()),
      doubles_(problem.paramCount()), metrics_(problem.space().metrics.size(), NAN),
      rationals_(problem.paramCount()) {}

Interval Judge::over(unsigned constraint, const Box &box) {
  for (unsigned param : problem_.cone(constraint))
    intervals_[param] = problem_.values(param, box[param]);
  Interval result;
  RoundUp roundUp;
  problem_.tape(constraint).evaluate(intervals_, workspace_, result);
  ++work_;
  return result;
}

double Judge::inDoubles(unsigned constraint, llvm::ArrayRef<unsigned> choice) {
  for (unsigned param : problem_.cone(constraint))
    doubles_[param] = problem_.value(param, choice[param]);
  double result;
  problem_.tape(constraint).evaluate(doubles_, metrics_, result);
  return result;
}

std::optional<Rational> Judge::exactly(unsigned constraint, llvm::ArrayRef<unsigned> choice) {
  for (unsigned param : problem_.cone(constraint))
    rationals_[param] = problem_.exactValue(param, choice[param]);
  return problem_.tape(constraint).evaluateExactly(0, rationals_);
}

Decision Judge::at(unsigned constraint, llvm::ArrayRef<unsigned> choice) {
  for (unsigned param : problem_.cone(constraint))
    intervals_[param] = problem_.values(param, {choice[param], choice[param]});
  Interval truth;
  {
    RoundUp roundUp;
    problem_.tape(constraint).evaluate(intervals_, workspace_, truth);
  }
  ++work_;
  if (truth.certainlyFalse())
    return {false};
  // Intervals say nothing about definedness: 0 * (1 / 0) is [0, 0].
  double value = inDoubles(constraint, choice);
  if (truth.certainlyTrue() && !std::isnan(value))
    return {true};
  if (std::optional<Rational> exact = exactly(constraint, choice))
    return {*exact != 0};
  if (std::isnan(value))
    return {false};
  return {value != 0, true};
}

} // namespace wsc::feasibility
