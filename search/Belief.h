// What is believed of designs that were not evaluated: a model of each objective and of each
// measured requirement.
#pragma once

#include "search/Encoding.h"
#include "search/Surrogate.h"
#include "search/Task.h"

namespace wsc::search {

/// A design with what is known of it before it is evaluated.
struct Candidate {
  feasibility::Design design;
  std::vector<double> known; ///< as Task::known
  double score = 0;          ///< of those who compare candidates
};

/// What was asked about, and what came back.
struct Observation {
  Candidate candidate;
  bool told = false, feasible = false;
  std::vector<double> objectives = {}; ///< minimized; empty while outstanding, NaN if not evaluated
  std::vector<double> margins = {};
};

/// Of one design.
struct Expectation {
  std::vector<Marginal> objectives; ///< minimized
  double logFeasible = 0;           ///< logarithm of the probability that it can be used
};

class Belief {
public:
  /// `useKnown`: whether estimates and closed forms count.
  Belief(const Task &task, const Encoding &encoding, bool useKnown);

  /// Learns from all answers, of which there are some, and takes outstanding ones to be what is
  /// expected of them.  Hyperparameters are fitted again whenever the answers have grown by a
  /// thirtieth; of many answers only some are used, mostly good ones.
  /// `caution`: as GaussianProcess::setCaution.
  void learn(llvm::ArrayRef<Observation> observations, double caution);

  std::vector<Expectation> at(llvm::ArrayRef<Candidate> candidates) const;

private:
  /// Of an objective, of whether a design can be evaluated at all, or of a margin.
  struct Model {
    enum Kind { Objective, Evaluable, Margin } kind;
    unsigned index;
    Surrogate surrogate;
    bool isUsed = false;
  };

  void chooseActive(llvm::ArrayRef<Observation> observations);
  void learn(Model &model, llvm::ArrayRef<Observation> observations, bool isDue) const;
  /// NaN where there is none.
  static double valueOf(const Model &model, const Observation &observation);
  double estimateOf(const Model &model, const Candidate &candidate) const;
  Vector estimatesOf(const Model &model, llvm::ArrayRef<Candidate> candidates) const;

  const Task &task_;
  const Encoding &encoding_;
  bool useKnown_;
  std::vector<Model> models_;
  unsigned margins_ = 0;         ///< of which there are models
  std::vector<unsigned> active_; ///< observations that were chosen at the last fit
  size_t fittedAt_ = 0;          ///< observations then
};

} // namespace wsc::search
