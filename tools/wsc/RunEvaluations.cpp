// From questions of a search to records of a run.
#include "tools/wsc/RunEvaluations.h"

#include "EvaluatorDigest.h"
#include "tools/wsc/Evaluation.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <thread>

namespace wsc::tool {

using feasibility::Design;

runs::Inputs inputsOf(const ir::Space &space, const evaluation::Binding *binding) {
  std::vector<std::string> names;
  llvm::ArrayRef<const ir::Node *> nodes;
  if (binding)
    nodes = binding->nodes();
  for (unsigned i = 0; i < nodes.size(); ++i)
    names.push_back(evaluation::pathOf(i).str());
  return runs::Inputs(space, std::move(names), nodes, WSC_EVALUATOR_DIGEST);
}

// ---- what follows from an answer ---------------------------------------------------------------

Judge::Judge(const ir::Space &space)
    : space_(space), objectives_(space, search::objectiveNodes(space)),
      measured_(space, requirementNodes()), margins_(space) {}

std::vector<const ir::Node *> Judge::requirementNodes() {
  std::vector<const ir::Node *> nodes;
  for (const ir::Constraint &constraint : space_.constraints)
    if (constraint.isHard() && constraint.isMeasured()) {
      requirements_.push_back(&constraint);
      nodes.push_back(constraint.node);
    }
  return nodes;
}

runs::Record Judge::judge(const Design &design, const runs::Answer &answer) const {
  const std::vector<double> point = valuesOf(space_, design);
  runs::Record record;
  record.choice = design.choice;
  record.objectives.resize(objectives_.rootCount());
  objectives_.evaluate(point, answer.metrics, record.objectives);
  std::vector<double> truth(measured_.rootCount());
  measured_.evaluate(point, answer.metrics, truth);
  for (auto [requirement, holds] : llvm::zip_equal(requirements_, truth))
    if (holds != 1)
      record.missed.push_back(requirement->name);
  record.feasible = answer.status == name(evaluation::Status::Ok) && record.missed.empty() &&
                    llvm::all_of(record.objectives, [](double v) { return std::isfinite(v); });
  return record;
}

search::Outcome Judge::outcomeOf(const runs::Record &record) const {
  return {record.feasible, record.objectives,
          margins_.of(valuesOf(space_, Design{record.choice}), record.answer->metrics)};
}

// ---- batches -----------------------------------------------------------------------------------

RunEvaluations::RunEvaluations(const ir::Space &space, const evaluation::Evaluator &evaluator,
                               runs::Inputs inputs, runs::RunStore &store)
    : space_(space), evaluator_(evaluator), inputs_(std::move(inputs)), judge_(space),
      fidelity_(name(evaluator.fidelity())), store_(store) {
  for (const runs::Record *record : store.records())
    asked_ += record->cost == 0; // taken over before the first question
}

runs::Answer RunEvaluations::evaluate(const Design &design, std::string inputs) const {
  evaluation::Evaluation result = evaluator_.evaluate(valuesOf(space_, design));
  std::string breakdown;
  llvm::raw_string_ostream(breakdown) << llvm::json::Value(itemsJson(result));
  return {std::move(inputs),
          fidelity_,
          name(result.status).str(),
          std::move(result.reasons),
          evaluation::metricsOf(space_, result),
          std::move(breakdown),
          ""};
}

void RunEvaluations::answer(const Design &design, unsigned id) {
  std::string inputs = inputs_.digest(valuesOf(space_, design));
  const runs::Answer *known;
  {
    std::lock_guard lock(mutex_);
    known = store_.findAnswer(inputs, fidelity_);
  }
  runs::Answer answer = known ? *known : evaluate(design, std::move(inputs));
  runs::Record record = judge_.judge(design, answer);
  record.id = id;
  std::lock_guard lock(mutex_);
  std::string problem;
  if (!store_.add({std::move(record), std::move(answer)}, problem))
    error = problem;
}

bool RunEvaluations::isKnown(llvm::ArrayRef<Design> batch) const {
  return llvm::all_of(batch,
                      [&](const Design &d) { return store_.find(d.choice, fidelity_) != nullptr; });
}

std::optional<std::vector<search::Outcome>>
RunEvaluations::operator()(llvm::ArrayRef<Design> batch) {
  std::vector<size_t> unknown;
  for (size_t i = 0; i < batch.size(); ++i) {
    const runs::Record *record = store_.find(batch[i].choice, fidelity_);
    if (!record)
      unknown.push_back(i);
    else if (record->id != asked_ + i + 1 && record->cost != 0)
      error = "it was begun by another version of wsc, whose search asks for other designs; "
              "`--from` starts a run that reuses its evaluations";
  }
  if (!error.empty())
    return std::nullopt;
  auto answerOne = [&](size_t i) { answer(batch[i], asked_ + i + 1); };
  std::vector<std::thread> threads; // all but the first
  for (size_t i : llvm::ArrayRef(unknown).drop_front(!unknown.empty()))
    threads.emplace_back(answerOne, i);
  if (!unknown.empty())
    answerOne(unknown[0]);
  for (std::thread &thread : threads)
    thread.join();
  if (!error.empty())
    return std::nullopt;
  asked_ += batch.size();
  std::vector<search::Outcome> outcomes;
  for (const Design &design : batch)
    outcomes.push_back(judge_.outcomeOf(*store_.find(design.choice, fidelity_)));
  return outcomes;
}

} // namespace wsc::tool
