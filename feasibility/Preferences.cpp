// Maximal satisfaction of preferences over the incremental box engine.
#include "feasibility/Preferences.h"

#include "feasibility/Boxes.h"
#include "feasibility/HittingSet.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::feasibility {

namespace {

using Indices = std::vector<unsigned>;

class PreferenceSearch {
public:
  PreferenceSearch(const Problem &problem, BoxEngine &engine, Limits limits)
      : problem_(problem), engine_(engine), limits_(limits) {}

  Answer run(Answer first) {
    best_ = std::move(first);
    missed_ = missed(best_.witness);
    climb();
    prove();
    best_.statistics = statistics_;
    return std::move(best_);
  }

private:
  double weight(unsigned preference) const {
    return problem_.space().constraints[preference].weight;
  }
  double weight(const Indices &set) const {
    double total = 0;
    for (unsigned preference : set)
      total += weight(preference);
    return total;
  }

  Indices missed(const Design &design) const {
    Judge judge(problem_);
    Indices result;
    for (unsigned preference : problem_.preferences())
      if (!judge.at(preference, design.choice).holds)
        result.push_back(preference);
    return result;
  }

  /// Asks for all requirements and some preferences; keeps a better design or a new conflict.
  Verdict ask(llvm::ArrayRef<unsigned> wanted) {
    Indices all = problem_.constraints().vec();
    all.insert(all.end(), wanted.begin(), wanted.end());
    llvm::sort(all);
    engine_.extend(limits_.work / (problem_.preferences().size() + 1));
    Answer answer = engine_.solve(all);
    statistics_ = answer.statistics;
    if (answer.verdict == Verdict::Feasible) {
      Indices missedNow = missed(answer.witness);
      if (weight(missedNow) < weight(missed_)) {
        missed_ = std::move(missedNow);
        best_ = std::move(answer);
      }
      return Verdict::Feasible;
    }
    if (answer.verdict == Verdict::Infeasible) {
      Indices conflict;
      for (unsigned member : answer.core)
        if (llvm::is_contained(wanted, member))
          conflict.push_back(member);
      conflicts_.push_back(std::move(conflict));
    }
    return answer.verdict;
  }

  /// Takes preferences in one by one, the heaviest first.
  void climb() {
    Indices order = problem_.preferences().vec(), kept;
    llvm::stable_sort(order, [&](unsigned a, unsigned b) { return weight(a) > weight(b); });
    for (unsigned preference : order) {
      kept.push_back(preference);
      bool isMet = llvm::none_of(kept, [&](unsigned k) { return llvm::is_contained(missed_, k); });
      if (!isMet && ask(kept) != Verdict::Feasible)
        kept.pop_back();
    }
  }

  void prove() {
    while (true) {
      Indices given = *lightestHittingSet(conflicts_, [&](unsigned i) { return weight(i); });
      if (weight(given) >= weight(missed_))
        return;
      Indices wanted;
      for (unsigned preference : problem_.preferences())
        if (!llvm::is_contained(given, preference))
          wanted.push_back(preference);
      if (ask(wanted) == Verdict::Unknown) {
        best_.preferencesProven = false;
        return;
      }
    }
  }

  const Problem &problem_;
  BoxEngine &engine_;
  Limits limits_;
  Answer best_;
  Indices missed_;                 ///< by the witness of `best_`
  std::vector<Indices> conflicts_; ///< preferences that no design meets together
  Statistics statistics_;
};

} // namespace

Answer checkPreferred(const Problem &problem, const Options &options, const Limits &limits) {
  if (auto errors = problem.check(); !errors.empty())
    return Answer::unknown(errors.front());
  BoxEngine engine(problem, options, limits);
  Answer answer = engine.decide();
  if (answer.verdict != Verdict::Feasible || problem.preferences().empty())
    return answer;
  return PreferenceSearch(problem, engine, limits).run(std::move(answer));
}

} // namespace wsc::feasibility
