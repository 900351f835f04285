// A distribution of designs that is like some that are known: each field depends on up to four
// others.  (A Bayesian network that is learned greedily: G. Cooper and E. Herskovits, Machine
// Learning 9, 1992; the first parents are a maximum spanning tree of mutual information: C. Chow
// and C. Liu, IEEE Trans. Information Theory 14, 1968.)
#pragma once

#include "feasibility/Box.h"
#include "feasibility/Problem.h"
#include "support/Random.h"

namespace wsc::feasibility {

class Model {
public:
  /// Learns from designs, which are worth as many as `independent` that have nothing to do with
  /// each other.  Every value that is in `values` (by parameter) has a probability above 0.
  Model(llvm::ArrayRef<Design> designs, double independent,
        llvm::ArrayRef<std::vector<unsigned>> values);

  /// Draws a design; returns the logarithm of its probability.
  double draw(Random &random, std::vector<unsigned> &choice) const;

  /// The logarithm of the probability of a design.
  double logOf(llvm::ArrayRef<unsigned> choice) const;

private:
  static constexpr unsigned maxParents = 4;
  /// A field, those it depends on, and for each combination of their values the probabilities of
  /// its own: added up, in 2^-32, and logarithms.
  struct Factor {
    unsigned param;
    llvm::SmallVector<unsigned, maxParents> parents;
    std::vector<uint32_t> ends;
    std::vector<float> logs;
  };
  class Learner;

  size_t row(const Factor &factor, llvm::ArrayRef<unsigned> choice) const {
    size_t row = 0;
    for (unsigned parent : factor.parents)
      row = row * values_[parent].size() + positions_[parent][choice[parent]];
    return row * values_[factor.param].size();
  }

  std::vector<std::vector<unsigned>> values_, positions_;
  std::vector<Factor> factors_; ///< parents first
};

} // namespace wsc::feasibility
