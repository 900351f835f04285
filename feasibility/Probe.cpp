// Depth-first search with random order and interval pruning, cut off by a work budget.
#include "feasibility/Probe.h"

#include "llvm/ADT/BitVector.h"
#include <numeric>

namespace wsc::feasibility {

namespace {
class Prober {
public:
  Prober(Judge &judge, const Problem &problem, llvm::ArrayRef<unsigned> constraints,
         const Box &box, Random &random, uint64_t budget)
      : judge_(judge), problem_(problem), start_(box), box_(box), random_(random),
        end_(judge.work() + budget), enabled_(problem.space().constraints.size()),
        order_(box.size()) {
    std::iota(order_.begin(), order_.end(), 0);
    random_.shuffle<unsigned>(order_);
    for (unsigned constraint : constraints)
      enabled_.set(constraint);
  }

  std::optional<Design> run() {
    if (!fixFrom(0))
      return std::nullopt;
    return Design{lowest()};
  }

private:
  /// Fixes the parameters from a position of the order on.
  bool fixFrom(unsigned position) {
    return position == order_.size() || bisect(position, start_[order_[position]]);
  }

  bool bisect(unsigned position, Range range) {
    unsigned param = order_[position];
    Range outer = std::exchange(box_[param], range);
    if (!refuted(param) && (range.isPoint() ? fixFrom(position + 1) : split(position, range)))
      return true;
    box_[param] = outer;
    return false;
  }

  /// Enters both halves, first one with a probability proportional to its size.
  bool split(unsigned position, Range range) {
    unsigned middle = range.lo + (range.hi - range.lo) / 2;
    Range halves[] = {{range.lo, middle}, {middle + 1, range.hi}};
    bool upperFirst = random_.below(range.size()) >= halves[0].size();
    for (unsigned i : {0, 1}) {
      if (judge_.work() >= end_)
        return false;
      if (bisect(position, halves[i ^ unsigned(upperFirst)]))
        return true;
    }
    return false;
  }

  bool refuted(unsigned param) {
    for (unsigned constraint : problem_.users(param))
      if (enabled_[constraint] && judge_.work() < end_ && !mayHold(constraint))
        return true;
    return judge_.work() >= end_;
  }

  bool mayHold(unsigned constraint) {
    Interval truth = judge_.over(constraint, box_);
    if (truth.certainlyFalse())
      return false;
    for (unsigned param : problem_.cone(constraint))
      if (!box_[param].isPoint())
        return true;
    return judge_.at(constraint, lowest()).holds;
  }

  std::vector<unsigned> lowest() const {
    std::vector<unsigned> choice;
    for (Range range : box_)
      choice.push_back(range.lo);
    return choice;
  }

  Judge &judge_;
  const Problem &problem_;
  const Box &start_;
  Box box_;
  Random &random_;
  uint64_t end_;
  llvm::BitVector enabled_;
  std::vector<unsigned> order_;
};
} // namespace

std::optional<Design> probe(Judge &judge, const Problem &problem,
                            llvm::ArrayRef<unsigned> constraints, const Box &box,
                            Random &random, uint64_t budget) {
  auto design = Prober(judge, problem, constraints, box, random, budget).run();
  for (unsigned constraint : constraints)
    if (design && !judge.at(constraint, design->choice).holds)
      return std::nullopt;
  return design;
}

} // namespace wsc::feasibility
