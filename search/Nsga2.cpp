// Breeding and selection.
#include "search/Nsga2.h"

#include "search/Algorithm.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::search {

using feasibility::Design;

std::vector<unsigned> frontNumbers(const Points &points) {
  std::vector<unsigned> numbers(points.rows()), left(points.rows());
  std::iota(left.begin(), left.end(), 0);
  for (unsigned number = 0; !left.empty(); ++number) {
    Points rest(left.size(), points.cols());
    for (size_t i = 0; i < left.size(); ++i)
      rest.row(i) = points.row(left[i]);
    // Equal rows are on the front together, of which paretoFront names the first.
    std::vector<bool> isOn(left.size());
    for (unsigned i : paretoFront(rest))
      for (size_t j = i; j < left.size(); ++j)
        isOn[j] = isOn[j] || (rest.row(j) == rest.row(i)).all();
    std::vector<unsigned> others;
    for (size_t i = 0; i < left.size(); ++i) {
      if (isOn[i])
        numbers[left[i]] = number;
      else
        others.push_back(left[i]);
    }
    left = std::move(others);
  }
  return numbers;
}

std::optional<Design> Nsga2::breed() {
  constexpr unsigned attempts = 50;
  const bool isFirst = bred_++ < population_ || parents_.empty();
  for (unsigned i = 0; !isFirst && i < attempts; ++i) {
    const Member &a = winner(), &b = winner();
    auto child = neighbours_.child(a.design, b.design);
    if (child && seen_.insert(*child).second)
      return child;
  }
  while (auto design = neighbours_.fresh())
    if (seen_.insert(*design).second)
      return design;
  return std::nullopt;
}

/// Of two members taken at random the better one.
const Nsga2::Member &Nsga2::winner() {
  const Member &a = parents_[neighbours_.random().below(parents_.size())];
  const Member &b = parents_[neighbours_.random().below(parents_.size())];
  return std::tuple(a.rank, -a.distance) <= std::tuple(b.rank, -b.distance) ? a : b;
}

void Nsga2::add(const Design &design, std::vector<double> objectives) {
  seen_.insert(design);
  children_.push_back({design, std::move(objectives)});
  if (children_.size() >= population_)
    select();
}

void Nsga2::select() {
  std::vector<Member> all = std::move(parents_);
  llvm::append_range(all, children_);
  children_.clear();
  llvm::erase_if(all, [](const Member &member) { return member.objectives.empty(); });
  parents_.clear();
  if (all.empty())
    return;
  const unsigned m = all[0].objectives.size();
  Points points(all.size(), m);
  for (size_t i = 0; i < all.size(); ++i)
    for (unsigned k = 0; k < m; ++k)
      points(i, k) = all[i].objectives[k];
  const std::vector<unsigned> ranks = frontNumbers(points);
  for (size_t i = 0; i < all.size(); ++i) {
    all[i].rank = ranks[i];
    all[i].distance = 0;
  }
  // On each front the sum over objectives of how far the two neighbours are apart.
  std::vector<unsigned> order(all.size());
  std::iota(order.begin(), order.end(), 0);
  for (unsigned k = 0; k < m; ++k) {
    llvm::stable_sort(order, [&](unsigned a, unsigned b) {
      return std::tuple(ranks[a], points(a, k)) < std::tuple(ranks[b], points(b, k));
    });
    const double range = points.col(k).maxCoeff() - points.col(k).minCoeff();
    for (size_t i = 0; i < order.size(); ++i) {
      const bool isEnd = i == 0 || i + 1 == order.size() ||
                         ranks[order[i - 1]] != ranks[order[i]] ||
                         ranks[order[i + 1]] != ranks[order[i]];
      all[order[i]].distance +=
          isEnd ? HUGE_VAL
                : (points(order[i + 1], k) - points(order[i - 1], k)) / std::max(range, 1e-300);
    }
  }
  llvm::stable_sort(all, [](const Member &a, const Member &b) {
    return std::tuple(a.rank, -a.distance) < std::tuple(b.rank, -b.distance);
  });
  if (all.size() > population_)
    all.resize(population_);
  parents_ = std::move(all);
}

namespace {

class GeneticSearch final : public Algorithm {
public:
  /// Small populations are best for some hundred evaluations.
  static constexpr unsigned population = 10;

  GeneticSearch(const Task &task, uint64_t seed)
      : task_(task), neighbours_(task.problem(), seed), genetic_(neighbours_, population) {}

  std::optional<Question> ask() override {
    while (auto design = genetic_.breed())
      if (neighbours_.isCertainlyFeasible(*design))
        return task_.targetQuestion(std::move(design));
    return std::nullopt;
  }
  void know(const Point &point) override {
    if (point.fidelity == task_.target())
      tell(point);
  }
  void tell(const Point &point) override {
    genetic_.add(point.design, point.outcome.feasible ? task_.minimized(point.outcome.objectives)
                                                      : std::vector<double>());
  }

private:
  const Task &task_;
  Neighbours neighbours_;
  Nsga2 genetic_;
};

} // namespace

std::unique_ptr<Algorithm> createNsga2(const Task &task, uint64_t seed, std::string &error) {
  return std::make_unique<GeneticSearch>(task, seed);
}

} // namespace wsc::search
