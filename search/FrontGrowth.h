// The front of the answers at one level, and by how much its hypervolume is expected to grow.
//
// The reference point lies beyond the worst that was ever on the front.  With noise, growth is the
// mean over draws of the front (S. Daulton, M. Balandat and E. Bakshy, NeurIPS 2021).
#pragma once

#include "search/Belief.h"

namespace wsc::search {

class FrontGrowth {
public:
  FrontGrowth(const Task &task, const History &history);

  /// Goes on to another level, and forgets what was on the front before.
  void begin(unsigned level);

  /// Finds the front anew; outstanding answers are taken to be what is expected of them.
  /// `belief`: has learnt from all answers.
  void update(Belief &belief);

  /// The observations on it.
  llvm::ArrayRef<unsigned> front() const { return front_; }
  /// Answers since one was on the front, or since the first `count` of them.
  size_t answersInVain(size_t count) const;

  /// Whether there is a front; nothing grows without.
  bool isKnown() const { return !improvements_.empty(); }
  /// The logarithm of the growth that is expected of a design.
  double log(const Expectation &expectation);
  /// That growth as a share of the hypervolume, unless this is 0.
  std::optional<double> share(const Expectation &expectation);

  /// What the answers that are told leave undominated; empty where none can be used.
  std::optional<Boxes> left();

private:
  std::vector<double> referenceOf(const Points &front);
  bool isUsable(const Observation &observation) const;

  const Task &task_;
  const History &history_;
  unsigned level_ = 0;
  std::vector<unsigned> front_;
  std::vector<double> best_, worst_;              ///< by objective, over the fronts of this level
  std::vector<ExpectedImprovement> improvements_; ///< with noise, one for each draw of the front
  double volume_ = 0;
};

} // namespace wsc::search
