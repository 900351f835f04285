// From questions of a search to records of a run.
#include "tools/wsc/RunEvaluations.h"

#include "EvaluatorDigest.h"
#include "tools/wsc/Evaluation.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <thread>

namespace wsc::tool {

using feasibility::Design;
using search::Question;

runs::Inputs inputsOf(const ir::Space &space, const evaluation::Binding *binding) {
  std::vector<std::string> names;
  std::vector<const ir::Node *> nodes;
  llvm::StringSet<> known; // two chips have one workload
  for (const evaluation::Binding *part = binding; part; part = part->prefill())
    for (unsigned i = 0; i < part->nodes().size(); ++i)
      if (known.insert(part->nameOf(i)).second) {
        names.push_back(part->nameOf(i));
        nodes.push_back(part->nodes()[i]);
      }
  return runs::Inputs(space, std::move(names), nodes, WSC_EVALUATOR_DIGEST);
}

// ---- what follows from an answer ---------------------------------------------------------------

Judge::Judge(const ir::Space &space)
    : space_(space), objectives_(space, search::objectiveNodes(space)), measured_(space),
      margins_(space) {}

runs::Record Judge::judge(const Design &design, const runs::Answer &answer) const {
  const std::vector<double> point = valuesOf(space_, design);
  runs::Record record;
  record.choice = design.choice;
  record.objectives.resize(objectives_.rootCount());
  objectives_.evaluate(point, answer.metrics, record.objectives);
  for (const ir::Constraint *missed : measured_.missed(point, answer.metrics))
    record.missed.push_back(missed->name);
  record.feasible = answer.status == name(evaluation::Status::Ok) && record.missed.empty() &&
                    llvm::all_of(record.objectives, [](double v) { return std::isfinite(v); });
  return record;
}

search::Outcome Judge::outcomeOf(const runs::Record &record) const {
  return {record.feasible, record.objectives,
          margins_.of(valuesOf(space_, Design{record.choice}), record.answer->metrics)};
}

// ---- batches -----------------------------------------------------------------------------------

RunEvaluations::RunEvaluations(const ir::Space &space,
                               llvm::ArrayRef<const evaluation::Evaluator *> evaluators,
                               llvm::ArrayRef<double> costs, runs::Inputs inputs,
                               runs::RunStore &store)
    : space_(space), evaluators_(evaluators.vec()), costs_(costs.vec()), inputs_(std::move(inputs)),
      judge_(space), store_(store) {
  asked_ = takenOver().size(); // their numbers come first
}

std::string RunEvaluations::fidelityOf(const Question &question) const {
  return name(evaluators_[question.fidelity]->fidelity()).str();
}

const runs::Record *RunEvaluations::find(const Question &question) const {
  return store_.find(question.design.choice, fidelityOf(question));
}

bool RunEvaluations::isKnown(llvm::ArrayRef<Question> batch) const {
  return llvm::all_of(batch, [&](const Question &question) { return find(question); });
}

std::vector<search::Point> RunEvaluations::takenOver() const {
  std::vector<search::Point> points;
  for (const runs::Record *record : store_.records())
    for (unsigned fidelity = 0; record->cost == 0 && fidelity < evaluators_.size(); ++fidelity)
      if (record->answer->fidelity == name(evaluators_[fidelity]->fidelity()))
        points.push_back({Design{record->choice}, fidelity, judge_.outcomeOf(*record)});
  return points;
}

runs::Answer RunEvaluations::evaluate(const Question &question, std::string inputs) const {
  evaluation::Evaluation result =
      evaluators_[question.fidelity]->evaluate(valuesOf(space_, question.design));
  std::string breakdown;
  llvm::raw_string_ostream(breakdown) << llvm::json::Value(itemsJson(result));
  return {std::move(inputs),
          fidelityOf(question),
          name(result.status).str(),
          std::move(result.reasons),
          evaluation::metricsOf(space_, result),
          std::move(breakdown),
          /*origin=*/""};
}

void RunEvaluations::answer(const Question &question, unsigned id) {
  std::string inputs = inputs_.digest(valuesOf(space_, question.design));
  const runs::Answer *known;
  {
    std::lock_guard lock(mutex_);
    known = store_.findAnswer(inputs, fidelityOf(question));
  }
  runs::Answer answer = known ? *known : evaluate(question, std::move(inputs));
  runs::Record record = judge_.judge(question.design, answer);
  record.id = id;
  record.cost = costs_[question.fidelity];
  std::lock_guard lock(mutex_);
  std::string problem;
  if (!store_.add({std::move(record), std::move(answer)}, problem))
    error = problem;
}

std::optional<std::vector<search::Outcome>>
RunEvaluations::operator()(llvm::ArrayRef<Question> batch) {
  std::vector<size_t> unknown;
  for (size_t i = 0; i < batch.size(); ++i) {
    const runs::Record *record = find(batch[i]);
    if (!record)
      unknown.push_back(i);
    else if (record->id != asked_ + i + 1)
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
  for (const Question &question : batch)
    outcomes.push_back(judge_.outcomeOf(*find(question)));
  return outcomes;
}

} // namespace wsc::tool
