// Feasible sampling and local improvement of the front.
#include "search/Explorer.h"

#include "support/Random.h"
#include "search/Pareto.h"
#include <set>

namespace wsc::search {

namespace {

using feasibility::Design;

/// Independent of the budget, so that a larger budget continues a smaller one.
constexpr unsigned spreadDesigns = 40;

class Explorer {
public:
  Explorer(const feasibility::Problem &problem, const ExploreOptions &options,
           const Evaluate &evaluate)
      : problem_(problem), options_(options), evaluate_(evaluate), random_(options.seed),
        sampler_(problem, options.seed) {}

  ExploreResult run() {
    while (result_.points.size() < options_.budget && result_.stopped.empty()) {
      bool sample = result_.points.size() < spreadDesigns || random_.below(5) == 0;
      auto design = sample ? fresh() : neighbour();
      if (!design && sample)
        design = neighbour();
      else if (!design)
        design = fresh();
      if (design)
        evaluate(std::move(*design));
      else
        result_.stopped = sampler_.isExhausted() ? "every feasible design has been evaluated"
                                                 : "no further feasible design was found";
    }
    return std::move(result_);
  }

private:
  void evaluate(Design design) {
    auto outcome = evaluate_(design);
    if (!outcome) {
      result_.stopped = "interrupted";
      return;
    }
    seen_.insert(design);
    result_.points.push_back({std::move(design), std::move(*outcome)});
    updateFront();
  }

  std::optional<Design> fresh() {
    while (auto design = sampler_.next())
      if (!seen_.count(*design))
        return design;
    return std::nullopt;
  }

  /// A feasible, new design one or two fields away from one on the front.
  std::optional<Design> neighbour() {
    constexpr unsigned attempts = 400;
    std::vector<unsigned> open;
    for (unsigned i = 0; i < problem_.paramCount(); ++i)
      if (problem_.domainSize(i) > 1)
        open.push_back(i);
    if (result_.front.empty() || open.empty())
      return std::nullopt;
    for (unsigned attempt = 0; attempt < attempts; ++attempt) {
      Design design = result_.points[result_.front[random_.below(result_.front.size())]].design;
      for (unsigned changes = 1 + random_.below(2); changes; --changes)
        change(design, open[random_.below(open.size())]);
      if (!seen_.count(design) && problem_.verify(design).feasible)
        return design;
    }
    return std::nullopt;
  }

  /// Mostly to a value nearby in the domain, sometimes anywhere.
  void change(Design &design, unsigned param) {
    unsigned size = problem_.domainSize(param), &choice = design.choice[param];
    if (random_.below(4) == 0) {
      choice = random_.below(size);
      return;
    }
    unsigned reach = 1 + size / 16;
    unsigned step = 1 + random_.below(reach);
    choice = random_.below(2) ? std::min(choice + step, size - 1) : choice - std::min(step, choice);
  }

  /// Lets the newest point into the front.  Points that left it are beaten by one that stayed, so
  /// the others need not be looked at again.
  void updateFront() {
    unsigned newest = result_.points.size() - 1;
    if (!result_.points[newest].outcome.feasible)
      return;
    std::vector<unsigned> candidates = std::move(result_.front);
    candidates.push_back(newest);
    const auto &objectives = problem_.space().objectives;
    Points minimized(candidates.size(), objectives.size());
    for (unsigned i = 0; i < candidates.size(); ++i)
      for (unsigned j = 0; j < objectives.size(); ++j) {
        double value = result_.points[candidates[i]].outcome.objectives[j];
        minimized(i, j) = objectives[j].maximize ? -value : value;
      }
    result_.front.clear();
    for (unsigned i : paretoFront(minimized))
      result_.front.push_back(candidates[i]);
  }

  const feasibility::Problem &problem_;
  const ExploreOptions &options_;
  const Evaluate &evaluate_;
  Random random_;
  feasibility::Sampler sampler_;
  std::set<Design> seen_;
  ExploreResult result_;
};

} // namespace

ExploreResult explore(const feasibility::Problem &problem, const ExploreOptions &options,
                      const Evaluate &evaluate) {
  return Explorer(problem, options, evaluate).run();
}

} // namespace wsc::search
