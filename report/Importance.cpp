// Kruskal-Wallis by ranks.
#include "report/Importance.h"

#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <map>
#include <numeric>

namespace wsc::report {

/// From 1; equal values share the mean of their ranks.
static std::vector<double> ranksOf(llvm::ArrayRef<double> values) {
  std::vector<unsigned> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  llvm::stable_sort(order, [&](unsigned a, unsigned b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (size_t begin = 0, end; begin < order.size(); begin = end) {
    end = begin + 1;
    while (end < order.size() && values[order[end]] == values[order[begin]])
      ++end;
    for (size_t i = begin; i < end; ++i)
      ranks[order[i]] = (begin + 1 + end) / 2.0;
  }
  return ranks;
}

/// The group of each design by the value of a field: by itself, or one of eight with about the same
/// number of designs.
static std::vector<unsigned> groupsOf(const Front &front, unsigned param) {
  constexpr unsigned most = 8;
  std::vector<double> values;
  for (const runs::Record *record : front.usable)
    values.push_back(record->choice[param]);
  std::vector<unsigned> groups(values.begin(), values.end());
  if (front.space.params[param].domain.size() <= most || front.space.params[param].type.isEnum())
    return groups;
  const std::vector<double> ranks = ranksOf(values);
  for (auto [group, rank] : llvm::zip_equal(groups, ranks))
    group = std::min<unsigned>((rank - 0.5) * most / values.size(), most - 1);
  return groups;
}

std::vector<double> importance(const Front &front, unsigned objective) {
  const double n = front.usable.size();
  std::vector<double> values;
  for (const runs::Record *record : front.usable)
    values.push_back(record->objectives[objective]);
  const std::vector<double> ranks = ranksOf(values);
  const double mean = (n + 1) / 2;
  double total = 0;
  for (double rank : ranks)
    total += (rank - mean) * (rank - mean);
  std::vector<double> result;
  for (unsigned p = 0; p < front.space.params.size(); ++p) {
    struct Group {
      double sum = 0, count = 0;
    };
    std::map<unsigned, Group> groups;
    for (auto [group, rank] : llvm::zip_equal(groupsOf(front, p), ranks)) {
      groups[group].sum += rank;
      ++groups[group].count;
    }
    const double k = groups.size();
    double between = 0;
    for (const auto &[key, group] : groups)
      between += group.count * std::pow(group.sum / group.count - mean, 2);
    // Kelley's correction for what k groups explain by chance.
    const bool isDefined = k > 1 && n > k && total > 0;
    result.push_back(isDefined ? std::max(0.0, 1 - (1 - between / total) * (n - 1) / (n - k))
                               : 0.0);
  }
  return result;
}

std::vector<unsigned> decidingFields(const Front &front) {
  std::vector<double> most(front.space.params.size());
  for (unsigned k = 0; k < front.space.objectives.size(); ++k)
    for (auto [best, value] : llvm::zip_equal(most, importance(front, k)))
      best = std::max(best, value);
  std::vector<unsigned> fields = front.varying();
  llvm::stable_sort(fields, [&](unsigned a, unsigned b) { return most[a] > most[b]; });
  return fields;
}

} // namespace wsc::report
