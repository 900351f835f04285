// Arithmetic and geometric continuation of domains.
#include "feasibility/Widen.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace wsc::feasibility {

/// At most so many more values at each end; by ratio as many as make a factor of about 64.
static constexpr size_t mostSteps = 256, leastSteps = 16, mostRatios = 6;

static bool isArithmetic(llvm::ArrayRef<Rational> values) {
  for (size_t i = 2; i < values.size(); ++i)
    if (values[i] - values[i - 1] != values[1] - values[0])
      return false;
  return values.size() > 1;
}

/// The values that follow `last`, which follows `before`.
static std::vector<Rational> continued(const Rational &before, const Rational &last, bool byStep,
                                       size_t count,
                                       llvm::function_ref<bool(const Rational &)> isPossible) {
  std::vector<Rational> result;
  for (Rational step = last - before, ratio = byStep ? Rational(1) : Rational(last / before),
                value = last;
       result.size() < count;) {
    if (byStep)
      value += step;
    else
      value *= ratio;
    if (!isPossible(value))
      break;
    result.push_back(value);
  }
  return result;
}

std::vector<Rational> widened(const ir::Param &field) {
  const std::vector<Rational> &values = field.domain;
  if (!field.type.isNumber() || values.size() < 2)
    return values;
  const Rational &first = values.front(), &last = values.back();
  // Two values such as 1 and 2 may be either: most that double are meant to.
  bool byStep = isArithmetic(values) && !(values.size() == 2 && last == 2 * first);
  if (!byStep && first <= 0)
    return values;
  bool areIntegers = llvm::all_of(values, isInteger);
  auto isPossible = [&](const Rational &value) {
    return (!areIntegers || isInteger(value)) && (first < 0 || value >= 0) &&
           (first <= 0 || value > 0);
  };
  size_t count = byStep ? std::clamp(values.size(), leastSteps, mostSteps) : mostRatios;
  std::vector<Rational> result = continued(values[1], first, byStep, count, isPossible);
  std::reverse(result.begin(), result.end());
  llvm::append_range(result, values);
  llvm::append_range(result, continued(values.rbegin()[1], last, byStep, count, isPossible));
  return result;
}

} // namespace wsc::feasibility
