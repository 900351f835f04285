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
/// Of what noisy answers are about.
static constexpr unsigned draws = 16;

Belief::Belief(const Task &task, const Encoding &encoding, unsigned levels, bool useKnown)
    : task_(task), encoding_(encoding), useKnown_(useKnown), choices_(levels) {
  for (unsigned k = 0; k < task.objectiveCount(); ++k)
    if (!useKnown || !task.isExact(k))
      addModel(Model::Objective, k);
  addModel(Model::Evaluable, 0);
}

void Belief::addModel(Model::Kind kind, unsigned index) {
  const bool isShared = kind == Model::Evaluable;
  const Surrogate surrogate(encoding_.groups(), encoding_.placeCount(),
                            isShared ? Noise::Unknown : task_.noise);
  models_.push_back({kind, index, {isShared ? 1 : choices_.size(), Level{surrogate}}});
}

double Belief::valueOf(const Model &model, const Observation &observation) {
  switch (model.kind) {
  case Model::Objective: return observation.objectives[model.index];
  case Model::Margin: return observation.margins[model.index];
  case Model::Evaluable: break;
  }
  return observation.isEvaluated() ? -1 : 1;
}

/// All, or the best third by the fronts they are on, and an even choice of the others.
std::vector<unsigned> Belief::chooseActive(llvm::ArrayRef<Observation> observations,
                                           unsigned level) const {
  std::vector<unsigned> active, evaluated;
  for (auto [i, observation] : llvm::enumerate(observations)) {
    if (!observation.told || observation.level != level)
      continue;
    active.push_back(i);
    if (observation.isEvaluated())
      evaluated.push_back(i);
  }
  if (active.size() <= mostActive)
    return active;
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
  llvm::copy_if(active, std::back_inserter(others), [&](unsigned i) { return !isChosen[i]; });
  for (size_t i = 0, count = mostActive - chosen; i < count; ++i)
    isChosen[others[i * others.size() / count]] = true;
  llvm::erase_if(active, [&](unsigned i) { return !isChosen[i]; });
  return active;
}

void Belief::draw(unsigned level) {
  drawnLevel_ = level;
  for (Model &model : models_)
    if (model.kind == Model::Objective && model.levels[level].isUsed)
      model.levels[level].surrogate.draw(draws, model.index);
}

void Belief::learn(llvm::ArrayRef<Observation> observations, double caution) {
  drawnLevel_.reset();
  std::vector<size_t> told(choices_.size());
  for (const Observation &observation : observations) {
    told[observation.level] += observation.told;
    for (; margins_ < observation.margins.size(); ++margins_)
      addModel(Model::Margin, margins_);
  }
  for (unsigned level = 0; level < choices_.size(); ++level) {
    Choice &choice = choices_[level];
    const size_t n = told[level], patience = n <= alwaysFitted ? 1 : (n + fitShare - 1) / fitShare;
    choice.isDue = choice.fittedAt == 0 || n >= choice.fittedAt + patience;
    if (!choice.isDue)
      continue;
    choice.active = chooseActive(observations, level);
    choice.fittedAt = n;
  }
  for (Model &model : models_)
    for (unsigned level = 0; level < model.levels.size(); ++level) {
      // What is known of requirements is not doubted: whoever misses these misses the front as
      // well.
      model.levels[level].surrogate.setCaution(model.kind == Model::Objective ? caution : 1);
      learn(model, level, observations);
    }
}

static Matrix featuresOf(const Encoding &encoding, llvm::ArrayRef<Candidate> candidates) {
  std::vector<feasibility::Design> designs;
  for (const Candidate &candidate : candidates)
    designs.push_back(candidate.design);
  return encoding.features(designs);
}

void Belief::learn(Model &model, unsigned level, llvm::ArrayRef<Observation> observations) const {
  std::vector<Candidate> rows, outstanding;
  std::vector<double> values;
  bool isDue = false;
  std::vector<bool> isLeftOut(observations.size());
  for (unsigned l = 0; l < choices_.size(); ++l) {
    const bool isOurs = model.kind == Model::Evaluable || l == level;
    const auto &active = choices_[l].active;
    isDue |= isOurs && choices_[l].isDue;
    for (unsigned i = 0; i < observations.size(); ++i)
      if (observations[i].level == l)
        isLeftOut[i] = !isOurs || (!active.empty() && i < active.back());
    for (unsigned i : active)
      isLeftOut[i] = !isOurs;
  }
  for (auto [i, observation] : llvm::enumerate(observations)) {
    if (isLeftOut[i])
      continue;
    if (!observation.told) {
      outstanding.push_back(observation.candidate);
    } else if (const double value = valueOf(model, observation); std::isfinite(value)) {
      rows.push_back(observation.candidate);
      values.push_back(value);
    }
  }
  // An upper level with fewer answers than make a line of the lower one adds nothing.
  const size_t fewest = level == 0 ? 2 : 4;
  bool &isUsed = model.levels[level].isUsed;
  isUsed = values.size() >= fewest;
  if (model.kind != Model::Objective) // a requirement that no answer came near says nothing
    isUsed = isUsed && llvm::any_of(values, [](double value) { return value > 0; });
  if (model.kind == Model::Evaluable)
    isUsed = isUsed && llvm::any_of(values, [](double value) { return value < 0; });
  if (!isUsed)
    return;
  Surrogate &surrogate = model.levels[level].surrogate;
  Matrix features = featuresOf(encoding_, rows);
  Vector column = Eigen::Map<Vector>(values.data(), values.size());
  Vector estimates = estimatesOf(model, level, features, rows);
  if (isDue || !surrogate.isFitted())
    surrogate.fit(features, column, estimates);
  else
    surrogate.condition(features, column, estimates);
  if (outstanding.empty())
    return;
  const Matrix moreFeatures = featuresOf(encoding_, outstanding);
  const Vector moreEstimates = estimatesOf(model, level, moreFeatures, outstanding);
  const std::vector<Marginal> expected = surrogate.predict(moreFeatures, moreEstimates);
  const Eigen::Index n = column.size(), m = expected.size();
  features.conservativeResize(Eigen::NoChange, n + m);
  features.rightCols(m) = moreFeatures;
  column.conservativeResize(n + m);
  estimates.conservativeResize(n + m);
  estimates.tail(m) = moreEstimates;
  for (Eigen::Index i = 0; i < m; ++i)
    column[n + i] = expected[i].middle();
  surrogate.condition(features, column, estimates);
}

Vector Belief::estimatesOf(const Model &model, unsigned level, const Matrix &features,
                           llvm::ArrayRef<Candidate> candidates) const {
  Vector result = Vector::Constant(candidates.size(), std::nan(""));
  if (level > 0) {
    const Forecast below = forecast(model, level - 1, features, candidates);
    for (auto [i, marginal] : llvm::enumerate(below.marginals))
      result[i] = marginal.middle();
  } else if (useKnown_ && model.kind != Model::Evaluable) {
    const auto part = model.kind == Model::Objective ? &Known::objectives : &Known::margins;
    for (auto [i, candidate] : llvm::enumerate(candidates))
      if (const std::vector<double> &known = candidate.known.*part; !known.empty())
        result[i] = known[model.index];
  }
  return result;
}

/// By what a small difference on a scale is multiplied on another.
static double stretch(const Marginal &from, Scale to) {
  const bool isFromLinear = from.scale == Scale::Linear, isToLinear = to == Scale::Linear;
  const double size = std::max(std::fabs(from.middle()), 1e-300);
  return isFromLinear == isToLinear ? 1 : isToLinear ? size : 1 / size;
}

Belief::Forecast Belief::forecast(const Model &model, unsigned level, const Matrix &features,
                                  llvm::ArrayRef<Candidate> candidates) const {
  const auto &[surrogate, isUsed] = model.levels[level];
  Forecast below;
  if (level > 0 && (!isUsed || surrogate.isAided()))
    below = forecast(model, level - 1, features, candidates);
  if (!isUsed) {
    below.variances.push_back(Vector::Zero(candidates.size()));
    return below;
  }
  Vector estimates;
  if (level == 0)
    estimates = estimatesOf(model, level, features, candidates);
  else {
    estimates.setConstant(candidates.size(), std::nan(""));
    for (auto [i, marginal] : llvm::enumerate(below.marginals))
      estimates[i] = marginal.middle();
  }
  Forecast result;
  result.marginals = surrogate.predict(features, estimates);
  if (level == drawnLevel_ && model.kind == Model::Objective)
    result.drawn = surrogate.predictDrawn(features, estimates);
  result.variances = std::move(below.variances);
  result.variances.resize(level, Vector::Zero(candidates.size()));
  Vector own(candidates.size());
  for (auto [i, marginal] : llvm::enumerate(result.marginals)) {
    own[i] = marginal.deviation * marginal.deviation;
    double sum = own[i];
    for (Vector &variance : result.variances) {
      if (!below.marginals.empty())
        variance[i] *= std::pow(surrogate.slope() * stretch(below.marginals[i], marginal.scale), 2);
      sum += variance[i];
    }
    marginal.deviation = std::sqrt(sum);
    for (Marginal::Part &part : marginal.parts)
      part.deviation = std::sqrt(part.deviation * part.deviation + sum - own[i]);
    for (std::vector<Marginal> &draw : result.drawn)
      draw[i].deviation = std::sqrt(std::pow(draw[i].deviation, 2) + sum - own[i]);
  }
  result.variances.push_back(std::move(own));
  return result;
}

bool Belief::isHelpful(unsigned level) const {
  return llvm::any_of(models_, [&](const Model &model) {
    if (model.kind != Model::Objective)
      return false;
    const auto &[surrogate, isUsed] = model.levels[level + 1];
    return !isUsed || surrogate.isAided();
  });
}

std::vector<Expectation> Belief::at(llvm::ArrayRef<Candidate> candidates, unsigned level) const {
  std::vector<Expectation> result(candidates.size());
  for (auto [candidate, expectation] : llvm::zip_equal(candidates, result)) {
    for (double value : candidate.known.objectives)
      expectation.objectives.push_back({value, 0});
    expectation.shares.assign(level + 1, 0);
    if (drawnLevel_ == level)
      expectation.drawn.assign(draws, expectation.objectives);
  }
  const Matrix features = featuresOf(encoding_, candidates);
  unsigned modelled = 0;
  for (const Model &model : models_) {
    const unsigned top = std::min<unsigned>(level, model.levels.size() - 1);
    const Forecast known = forecast(model, top, features, candidates);
    if (known.marginals.empty())
      continue;
    const bool isObjective = model.kind == Model::Objective;
    modelled += isObjective;
    for (auto [i, marginal] : llvm::enumerate(known.marginals)) {
      if (!isObjective) {
        result[i].logFeasible += logNormalProbability(-marginal.mean / marginal.deviation);
        continue;
      }
      result[i].objectives[model.index] = marginal;
      for (auto [d, drawn] : llvm::enumerate(result[i].drawn))
        drawn[model.index] = known.drawn.empty() ? marginal : known.drawn[d][i];
      double sum = 0;
      for (unsigned l = 0; l <= top; ++l) {
        sum += known.variances[l][i];
        result[i].shares[l] += sum / (marginal.deviation * marginal.deviation);
      }
    }
  }
  for (Expectation &expectation : result) {
    for (double &share : expectation.shares)
      share /= std::max(modelled, 1u);
    expectation.shares.back() = 1;
  }
  return result;
}

} // namespace wsc::search
