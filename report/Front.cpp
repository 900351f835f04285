// Fronts and hypervolumes of records.
#include "report/Front.h"

#include "search/Hypervolume.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::report {

using runs::Record;

std::vector<double> minimized(const ir::Space &space, const Record &record) {
  std::vector<double> result = record.objectives;
  for (auto [objective, value] : llvm::zip_equal(space.objectives, result))
    if (objective.maximize)
      value = -value;
  return result;
}

std::vector<double> valuesOf(const ir::Space &space, llvm::ArrayRef<unsigned> choice) {
  std::vector<double> values;
  for (auto [param, i] : llvm::zip_equal(space.params, choice))
    values.push_back(param.values[i]);
  return values;
}

static search::Points toPoints(llvm::ArrayRef<std::vector<double>> rows, unsigned columns) {
  search::Points points(rows.size(), columns);
  for (unsigned i = 0; i < rows.size(); ++i)
    for (unsigned k = 0; k < columns; ++k)
      points(i, k) = rows[i][k];
  return points;
}

Front::Front(const runs::RunStore &store) : space(store.space()) {
  for (const Record *record : store.records())
    if (record->answer->fidelity == store.settings().fidelity)
      evaluated.push_back(record);
  std::vector<std::vector<double>> rows;
  for (const Record *record : evaluated)
    if (record->feasible) {
      usable.push_back(record);
      rows.push_back(minimized(space, *record));
    }
  for (unsigned i : search::paretoFront(toPoints(rows, space.objectives.size())))
    best.push_back(usable[i]);
  llvm::stable_sort(best, [&](const Record *a, const Record *b) {
    return minimized(space, *a)[0] < minimized(space, *b)[0];
  });
}

std::vector<unsigned> Front::varying() const {
  std::vector<unsigned> result;
  for (unsigned p = 0; p < space.params.size(); ++p)
    if (llvm::any_of(best, [&](const Record *r) { return r->choice[p] != best[0]->choice[p]; }))
      result.push_back(p);
  return result;
}

const Record *Front::knee() const {
  if (best.empty())
    return nullptr;
  const Scale scale(this);
  auto distance = [&](const Record *record) {
    double sum = 0;
    for (auto [value, ideal, reference] :
         llvm::zip_equal(minimized(space, *record), scale.ideal, scale.reference))
      sum += std::pow((value - ideal) / (reference - ideal), 2);
    return sum;
  };
  return *std::min_element(best.begin(), best.end(), [&](const Record *a, const Record *b) {
    return distance(a) < distance(b);
  });
}

Scale::Scale(llvm::ArrayRef<const Front *> fronts) {
  std::vector<double> worst;
  for (const Front *front : fronts)
    for (const Record *record : front->best) {
      const std::vector<double> point = minimized(front->space, *record);
      if (ideal.empty())
        ideal = worst = point;
      for (unsigned k = 0; k < point.size(); ++k) {
        ideal[k] = std::min(ideal[k], point[k]);
        worst[k] = std::max(worst[k], point[k]);
      }
    }
  for (unsigned k = 0; k < ideal.size(); ++k) {
    const double range = worst[k] - ideal[k];
    // Of a single value, a tenth of its size.
    const double beyond = range > 0 ? range / 10 : std::max(std::abs(worst[k]) / 10, 1e-300);
    reference.push_back(worst[k] + beyond);
  }
}

double Scale::volume(llvm::ArrayRef<std::vector<double>> points) const {
  if (points.empty() || ideal.empty())
    return 0;
  std::vector<std::vector<double>> unit(points.begin(), points.end());
  for (std::vector<double> &point : unit)
    for (unsigned k = 0; k < point.size(); ++k)
      point[k] = (point[k] - ideal[k]) / (reference[k] - ideal[k]);
  return search::hypervolume(toPoints(unit, ideal.size()), std::vector<double>(ideal.size(), 1));
}

double Scale::volume(const Front &front) const {
  std::vector<std::vector<double>> points;
  for (const Record *record : front.best)
    points.push_back(minimized(front.space, *record));
  return volume(points);
}

std::vector<Step> convergence(const runs::RunStore &store, const Scale &scale) {
  std::vector<Step> steps{{0, 0, 0}};
  std::vector<std::vector<double>> front;
  double cost = 0;
  for (const Record *record : store.records()) {
    cost += record->cost;
    if (!record->feasible || record->answer->fidelity != store.settings().fidelity)
      continue;
    const std::vector<double> point = minimized(store.space(), *record);
    auto dominates = [](llvm::ArrayRef<double> a, llvm::ArrayRef<double> b) {
      return llvm::all_of(llvm::zip_equal(a, b),
                          [](auto pair) { return std::get<0>(pair) <= std::get<1>(pair); });
    };
    if (llvm::any_of(front, [&](auto &other) { return dominates(other, point); }))
      continue;
    llvm::erase_if(front, [&](auto &other) { return dominates(point, other); });
    front.push_back(point);
    steps.push_back({record->id, cost, scale.volume(front)});
  }
  if (steps.back().cost < cost)
    steps.push_back({steps.back().id, cost, steps.back().volume});
  return steps;
}

double recentShare(const runs::RunStore &store, const Front &front) {
  double spent = 0;
  for (const Record *record : store.records())
    spent += record->cost;
  std::vector<std::vector<double>> before;
  double cost = 0;
  for (const Record *record : store.records()) {
    cost += record->cost;
    if (cost > 0.8 * spent)
      break;
    if (record->feasible && record->answer->fidelity == store.settings().fidelity)
      before.push_back(minimized(front.space, *record));
  }
  const Scale scale(&front);
  const double all = scale.volume(front);
  return all > 0 ? 1 - scale.volume(before) / all : 0;
}

} // namespace wsc::report
