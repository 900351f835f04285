// Bisection at random places, each part propagated; without backtracking beyond one step.
#include "feasibility/Probe.h"

#include <numeric>

namespace wsc::feasibility {

namespace {
class Prober {
public:
  Prober(Propagation &propagation, Box &box, Random &random)
      : propagation_(propagation), box_(box), random_(random) {}

  bool run(llvm::ArrayRef<unsigned> constraints) {
    if (!propagation_.narrow(constraints, box_))
      return false;
    std::vector<unsigned> order(box_.size());
    std::iota(order.begin(), order.end(), 0);
    random_.shuffle<unsigned>(order);
    for (unsigned param : order)
      while (!box_[param].isPoint())
        if (!split(param))
          return false;
    return true;
  }

private:
  /// Continues in one part of a range, entered with a probability proportional to its size, or
  /// in the other one if propagation refutes the first.
  bool split(unsigned param) {
    Range range = box_[param];
    unsigned middle = range.lo + random_.below(range.size() - 1);
    Range lower{range.lo, middle}, upper{middle + 1, range.hi};
    bool upperFirst = random_.below(range.size()) >= lower.size();
    if (enter(param, upperFirst ? upper : lower))
      return true;
    return failures_++ < maxFailures && enter(param, upperFirst ? lower : upper);
  }

  bool enter(unsigned param, Range range) {
    Box part = box_;
    part[param] = range;
    size_t steps = propagation_.steps().size();
    if (!propagation_.resume({param}, part)) {
      propagation_.undo(steps);
      return false;
    }
    box_ = std::move(part);
    return true;
  }

  static constexpr unsigned maxFailures = 8;
  Propagation &propagation_;
  Box &box_;
  Random &random_;
  unsigned failures_ = 0;
};
} // namespace

std::optional<Design> probe(Propagation &propagation, Judge &judge,
                            llvm::ArrayRef<unsigned> constraints, Box box, Random &random) {
  if (!Prober(propagation, box, random).run(constraints))
    return std::nullopt;
  Design design;
  for (Range range : box)
    design.choice.push_back(range.lo);
  for (unsigned constraint : constraints)
    if (!judge.at(constraint, design.choice).holds)
      return std::nullopt;
  return design;
}

} // namespace wsc::feasibility
