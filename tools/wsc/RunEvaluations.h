// Evaluating the designs that a search asks for, through the store of its run.
#pragma once

#include "evaluation/Evaluator.h"
#include "runs/Inputs.h"
#include "runs/RunStore.h"
#include "search/Explorer.h"
#include "search/MeasuredRequirements.h"
#include <mutex>

namespace wsc::tool {

/// What an evaluator reads of the designs of a Space; null for the evaluator that reads nothing.
runs::Inputs inputsOf(const ir::Space &space, const evaluation::Binding *binding);

/// What follows from an answer for a design of this Space.
class Judge {
public:
  explicit Judge(const ir::Space &space);

  /// The record but for its number, cost and answer.
  runs::Record judge(const feasibility::Design &design, const runs::Answer &answer) const;
  search::Outcome outcomeOf(const runs::Record &record) const;

private:
  const ir::Space &space_;
  ir::Tape objectives_;
  search::MeasuredRequirements measured_;
  search::Margins margins_;
};

class RunEvaluations {
public:
  /// One evaluator for each fidelity of the Task, in its order, with these costs.
  RunEvaluations(const ir::Space &space, llvm::ArrayRef<const evaluation::Evaluator *> evaluators,
                 llvm::ArrayRef<double> costs, runs::Inputs inputs, runs::RunStore &store);

  /// Answers questions that the store does not know in as many threads; each answer is on disk as
  /// soon as it is known.  Empty when the store cannot be written; `error` says why.
  std::optional<std::vector<search::Outcome>> operator()(llvm::ArrayRef<search::Question> batch);

  /// Whether the store has all answers already.
  bool isKnown(llvm::ArrayRef<search::Question> batch) const;

  /// What the store has without any question: taken over from another run.
  std::vector<search::Point> takenOver() const;

  std::string error;

private:
  const runs::Record *find(const search::Question &question) const;
  void answer(const search::Question &question, unsigned id);
  runs::Answer evaluate(const search::Question &question, std::string inputs) const;
  std::string fidelityOf(const search::Question &question) const;

  const ir::Space &space_;
  const std::vector<const evaluation::Evaluator *> evaluators_;
  const std::vector<double> costs_;
  const runs::Inputs inputs_;
  const Judge judge_;
  runs::RunStore &store_;
  std::mutex mutex_; ///< of the store and `error`
  unsigned asked_ = 0;
};

} // namespace wsc::tool
