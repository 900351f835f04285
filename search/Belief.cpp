// Which observations each model learns from, and when.
#include "search/Belief.h"

#include "search/Nsga2.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::search {

/// Fitted at each answer up to so many, then less often.
static constexpr size_t alwaysFitted = 60, fitShare = 30;
/// Predictions cost the square of the observations: of more than this, some are left out.
static constexpr size_t mostActive = 300;

Belief::Belief(const Task &task, const Encoding &encoding, bool useKnown)
    : task_(task), encoding_(encoding), useKnown_(useKnown) {
  for (unsigned k = 0; k < task.objectiveCount(); ++k)
    if (!useKnown || !task.isExact(k))
      models_.push_back({Model::Objective, k, {encoding.groups(), task.noise}});
  models_.push_back({Model::Evaluable, 0, {encoding.groups(), Noise::Unknown}});
}

static bool isEvaluated(const Observation &observation) {
  return llvm::all_of(observation.objectives, [](double value) { return std::isfinite(value); });
}

double Belief::valueOf(const Model &model, const Observation &observation) {
  switch (model.kind) {
  case Model::Objective: return observation.objectives[model.index];
  case Model::Margin: return observation.margins[model.index];
  case Model::Evaluable: break;
  }
  return isEvaluated(observation) ? -1 : 1;
}

double Belief::estimateOf(const Model &model, const Candidate &candidate) const {
  return useKnown_ && model.kind == Model::Objective ? candidate.known[model.index] : std::nan("");
}

Vector Belief::estimatesOf(const Model &model, llvm::ArrayRef<Candidate> candidates) const {
  Vector result(candidates.size());
  for (size_t i = 0; i < candidates.size(); ++i)
    result[i] = estimateOf(model, candidates[i]);
  return result;
}

/// All, or the best third by the fronts they are on, and an even choice of the others.
void Belief::chooseActive(llvm::ArrayRef<Observation> observations) {
  active_.clear();
  std::vector<unsigned> evaluated;
  for (auto [i, observation] : llvm::enumerate(observations)) {
    if (!observation.told)
      continue;
    active_.push_back(i);
    if (isEvaluated(observation))
      evaluated.push_back(i);
  }
  if (active_.size() <= mostActive)
    return;
  Points points(evaluated.size(), task_.objectiveCount());
  for (size_t i = 0; i < evaluated.size(); ++i)
    for (unsigned k = 0; k < points.cols(); ++k)
      points(i, k) = observations[evaluated[i]].objectives[k];
  const std::vector<unsigned> numbers = frontNumbers(points);
  std::vector<unsigned> order(evaluated.size());
  std::iota(order.begin(), order.end(), 0);
  llvm::stable_sort(order, [&](unsigned a, unsigned b) { return numbers[a] < numbers[b]; });
  std::vector<bool> isChosen(observations.size());
  size_t chosen = std::min(order.size(), mostActive / 3);
  for (size_t i = 0; i < chosen; ++i)
    isChosen[evaluated[order[i]]] = true;
  std::vector<unsigned> others;
  llvm::copy_if(active_, std::back_inserter(others), [&](unsigned i) { return !isChosen[i]; });
  for (size_t i = 0, count = mostActive - chosen; i < count; ++i)
    isChosen[others[i * others.size() / count]] = true;
  llvm::erase_if(active_, [&](unsigned i) { return !isChosen[i]; });
}

void Belief::learn(llvm::ArrayRef<Observation> observations, double caution) {
  size_t told = 0;
  for (const Observation &observation : observations) {
    told += observation.told;
    for (; margins_ < observation.margins.size(); ++margins_)
      models_.push_back({Model::Margin, margins_, {encoding_.groups(), task_.noise}});
  }
  const size_t patience = told <= alwaysFitted ? 1 : (told + fitShare - 1) / fitShare;
  const bool isDue = fittedAt_ == 0 || told >= fittedAt_ + patience;
  if (isDue) {
    chooseActive(observations);
    fittedAt_ = told;
  }
  for (Model &model : models_) {
    model.surrogate.setCaution(caution);
    learn(model, observations, isDue);
  }
}

void Belief::learn(Model &model, llvm::ArrayRef<Observation> observations, bool isDue) const {
  std::vector<Candidate> rows;
  std::vector<double> values;
  auto add = [&](const Observation &observation) {
    const double value = valueOf(model, observation);
    if (!std::isfinite(value))
      return;
    rows.push_back(observation.candidate);
    values.push_back(value);
  };
  for (unsigned i : active_)
    add(observations[i]);
  std::vector<Candidate> outstanding;
  const size_t next = active_.empty() ? 0 : active_.back() + 1;
  for (const Observation &observation : observations.drop_front(next)) {
    if (observation.told)
      add(observation);
    else
      outstanding.push_back(observation.candidate);
  }
  constexpr size_t fewest = 2;
  model.isUsed = values.size() >= fewest;
  if (model.kind != Model::Objective) // a requirement that no answer came near says nothing
    model.isUsed = model.isUsed && llvm::any_of(values, [](double value) { return value > 0; });
  if (model.kind == Model::Evaluable)
    model.isUsed = model.isUsed && llvm::any_of(values, [](double value) { return value < 0; });
  if (!model.isUsed)
    return;
  std::vector<feasibility::Design> designs;
  for (const Candidate &row : rows)
    designs.push_back(row.design);
  Matrix features = encoding_.features(designs);
  Vector column = Eigen::Map<Vector>(values.data(), values.size());
  Vector estimates = estimatesOf(model, rows);
  if (isDue || !model.surrogate.isFitted())
    model.surrogate.fit(features, column, estimates);
  else
    model.surrogate.condition(features, column, estimates);
  if (outstanding.empty())
    return;
  std::vector<feasibility::Design> more;
  for (const Candidate &candidate : outstanding)
    more.push_back(candidate.design);
  const Matrix moreFeatures = encoding_.features(more);
  const Vector moreEstimates = estimatesOf(model, outstanding);
  const std::vector<Marginal> expected = model.surrogate.predict(moreFeatures, moreEstimates);
  const Eigen::Index n = column.size(), m = expected.size();
  features.conservativeResize(Eigen::NoChange, n + m);
  features.rightCols(m) = moreFeatures;
  column.conservativeResize(n + m);
  estimates.conservativeResize(n + m);
  estimates.tail(m) = moreEstimates;
  for (Eigen::Index i = 0; i < m; ++i)
    column[n + i] = expected[i].middle();
  model.surrogate.condition(features, column, estimates);
}

std::vector<Expectation> Belief::at(llvm::ArrayRef<Candidate> candidates) const {
  std::vector<feasibility::Design> designs;
  std::vector<Expectation> result(candidates.size());
  for (auto [candidate, expectation] : llvm::zip_equal(candidates, result)) {
    designs.push_back(candidate.design);
    for (double value : candidate.known)
      expectation.objectives.push_back({value, 0});
  }
  const Matrix features = encoding_.features(designs);
  for (const Model &model : models_) {
    if (!model.isUsed)
      continue;
    const std::vector<Marginal> marginals =
        model.surrogate.predict(features, estimatesOf(model, candidates));
    for (auto [marginal, expectation] : llvm::zip_equal(marginals, result)) {
      if (model.kind == Model::Objective)
        expectation.objectives[model.index] = marginal;
      else
        expectation.logFeasible += logNormalProbability(-marginal.mean / marginal.deviation);
    }
  }
  return result;
}

} // namespace wsc::search
