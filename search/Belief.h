// What is believed of designs that were not evaluated: a model of each objective and of each
// measured requirement.
//
// Of several fidelities each has a process of its own, whose mean is a scale and shift of what is
// expected at the fidelity below it (recursive co-kriging: M. Kennedy and A. O'Hagan, Biometrika
// 87, 2000; L. Le Gratiet and J. Garnier, Int. J. Uncertainty Quantification 4, 2014).  A fidelity
// that misleads is dropped like an estimate that does (Surrogate.h).
#pragma once

#include "search/Encoding.h"
#include "search/History.h"
#include "search/Surrogate.h"

namespace wsc::search {

/// Of one design.
struct Expectation {
  std::vector<Marginal> objectives; ///< minimized
  /// The same with each draw of what noisy answers are about (Belief::draw); empty without.
  std::vector<std::vector<Marginal>> drawn = {};
  double logFeasible = 0; ///< logarithm of the probability that it can be used
  /// By level: the share of the variance that an answer there would take away, up to all of it at
  /// the level asked for (the mean over objectives that are modelled).
  std::vector<double> shares;
};

class Belief {
public:
  /// `levels`: how many fidelities are modelled, of which the last is the target.
  /// `useKnown`: whether estimates and closed forms count.
  Belief(const Task &task, const Encoding &encoding, unsigned levels, bool useKnown);

  /// Learns from all answers, of which there are some, and takes outstanding ones to be what is
  /// expected of them.  Hyperparameters are fitted again whenever the answers have grown by a
  /// thirtieth; of many answers only some are used, mostly good ones.
  /// `caution`: as GaussianProcess::setCaution.
  void learn(llvm::ArrayRef<Observation> observations, double caution);

  /// Draws what the objectives are at the designs that a level learnt from, until the next
  /// `learn`.
  void draw(unsigned level);

  /// What answers at a level may be.
  std::vector<Expectation> at(llvm::ArrayRef<Candidate> candidates, unsigned level) const;

  /// Whether answers at a level say something about the level above it.
  bool isHelpful(unsigned level) const;

private:
  struct Level {
    Surrogate surrogate;
    bool isUsed = false;
  };
  /// Of an objective, of whether a design can be evaluated at all, or of a margin.
  struct Model {
    enum Kind { Objective, Evaluable, Margin } kind;
    unsigned index;
    std::vector<Level> levels; ///< one for Evaluable
  };
  /// Of some candidates at one level.
  struct Forecast {
    std::vector<Marginal> marginals;          ///< empty where nothing is known
    std::vector<Vector> variances;            ///< the part of each level, which sum to the whole
    std::vector<std::vector<Marginal>> drawn; ///< by draw of the level, if there are any
  };
  /// The observations that a level learns from.
  struct Choice {
    std::vector<unsigned> active; ///< at the last fit
    size_t fittedAt = 0;          ///< answers then
    bool isDue = false;
  };

  void addModel(Model::Kind kind, unsigned index);
  std::vector<unsigned> chooseActive(llvm::ArrayRef<Observation> observations,
                                     unsigned level) const;
  void learn(Model &model, unsigned level, llvm::ArrayRef<Observation> observations) const;
  Forecast forecast(const Model &model, unsigned level, const Matrix &features,
                    llvm::ArrayRef<Candidate> candidates) const;
  /// What the process of a level is told of some candidates: an estimate, or what is expected
  /// below.
  Vector estimatesOf(const Model &model, unsigned level, const Matrix &features,
                     llvm::ArrayRef<Candidate> candidates) const;
  /// NaN where there is none.
  static double valueOf(const Model &model, const Observation &observation);

  const Task &task_;
  const Encoding &encoding_;
  bool useKnown_;
  std::vector<Model> models_;
  unsigned margins_ = 0; ///< of which there are models
  std::optional<unsigned> drawnLevel_;
  std::vector<Choice> choices_; ///< by level
};

} // namespace wsc::search
