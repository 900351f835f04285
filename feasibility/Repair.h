// Local search from a design that meets most constraints to one that meets all (the breakout
// method: P. Morris, AAAI 1993).  Z3's proposals are such designs.
#pragma once

#include "feasibility/Judge.h"
#include "feasibility/Random.h"

namespace wsc::feasibility {

class Repair {
public:
  Repair(Judge &judge, const Problem &problem, llvm::ArrayRef<unsigned> constraints,
         Random &random);

  /// A design that meets the constraints, found from `design` by changing one parameter at a
  /// time, with at most about `budget` evaluations.
  std::optional<Design> run(Design design, uint64_t budget);

private:
  struct Move {
    unsigned param, value;
    int64_t gain;
  };
  Move bestMove(unsigned constraint);
  int64_t gain(unsigned param, unsigned value);
  void apply(const Move &move);
  bool holds(unsigned constraint) { return judge_.at(constraint, design_.choice).holds; }

  Judge &judge_;
  const Problem &problem_;
  Random &random_;
  std::vector<unsigned> constraints_;
  std::vector<bool> enabled_, violated_; ///< by constraint
  std::vector<int64_t> weights_;         ///< by constraint; what local minima have taught
  Design design_;
};

} // namespace wsc::feasibility
