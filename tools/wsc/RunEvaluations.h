// Evaluating the designs that a search asks for, through the store of its run.
#pragma once

#include "evaluation/Evaluator.h"
#include "runs/Inputs.h"
#include "runs/RunStore.h"
#include "search/Explorer.h"
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
  std::vector<const ir::Node *> requirementNodes();

  const ir::Space &space_;
  std::vector<const ir::Constraint *> requirements_; ///< measured ones
  ir::Tape objectives_, measured_;
  search::Margins margins_;
};

class RunEvaluations {
public:
  RunEvaluations(const ir::Space &space, const evaluation::Evaluator &evaluator,
                 runs::Inputs inputs, runs::RunStore &store);

  /// Answers designs that the store does not know in as many threads; each is on disk as soon as it
  /// is known.  Empty when the store cannot be written; `error` says why.
  std::optional<std::vector<search::Outcome>> operator()(llvm::ArrayRef<feasibility::Design> batch);

  /// Whether the store has all of them already.
  bool isKnown(llvm::ArrayRef<feasibility::Design> batch) const;

  std::string error;

private:
  void answer(const feasibility::Design &design, unsigned id);
  runs::Answer evaluate(const feasibility::Design &design, std::string inputs) const;

  const ir::Space &space_;
  const evaluation::Evaluator &evaluator_;
  const runs::Inputs inputs_;
  const Judge judge_;
  const std::string fidelity_;
  runs::RunStore &store_;
  std::mutex mutex_; ///< of the store and `error`
  unsigned asked_ = 0;
};

} // namespace wsc::tool
