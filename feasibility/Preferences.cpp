// Maximal satisfaction of preferences over the incremental box engine.
#include "feasibility/Preferences.h"

#include "feasibility/Boxes.h"
#include "feasibility/HittingSet.h"
#include "feasibility/Ladders.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::feasibility {

namespace {

using Indices = std::vector<unsigned>;

class PreferenceSearch {
public:
  PreferenceSearch(const Problem &problem, BoxEngine &engine, Limits limits)
      : problem_(problem), ladders_(problem), judge_(problem), engine_(engine),
        end_(engine.work() + limits.work),
        share_(limits.work / std::min<size_t>(problem.preferences().size() + 1, maxShares)) {}

  Answer run(Answer first) {
    best_ = std::move(first);
    missed_ = missed(best_.witness);
    for (const Indices &stratum : strata())
      take(stratum);
    prove();
    best_.statistics = statistics_;
    return std::move(best_);
  }

private:
  static constexpr size_t maxShares = 64;
  /// For each attempt to make a conflict smaller, which need not succeed.
  static constexpr uint64_t shrinkWork = 2'000;
  static constexpr size_t maxShrunk = 16;

  double weight(unsigned preference) const {
    return problem_.space().constraints[preference].weight;
  }
  double weight(const Indices &set) const {
    double total = 0;
    for (unsigned preference : set)
      total += weight(preference);
    return total;
  }

  Indices missed(const Design &design) {
    Indices result;
    for (unsigned preference : problem_.preferences())
      if (!judge_.at(preference, design.choice).holds)
        result.push_back(preference);
    return result;
  }

  /// Whether the best design meets all of some preferences.
  bool isMet(llvm::ArrayRef<unsigned> wanted) const {
    return llvm::none_of(missed_, [&](unsigned m) { return llvm::is_contained(wanted, m); });
  }

  /// Whether one of some preferences implies another.
  bool imply(llvm::ArrayRef<unsigned> some, unsigned other) const {
    return llvm::any_of(some, [&](unsigned one) { return ladders_.implies(one, other); });
  }
  /// Whether a preference implies a member of a conflict.
  bool clashes(unsigned preference, const Indices &conflict) const {
    return llvm::any_of(conflict, [&](unsigned c) { return ladders_.implies(preference, c); });
  }

  /// Without those that others of them imply.
  Indices strongest(llvm::ArrayRef<unsigned> some) const {
    llvm::DenseMap<const unsigned *, unsigned> first; // by ladder
    for (unsigned preference : some) {
      auto [it, isNew] = first.try_emplace(ladders_.of(preference).data(), preference);
      if (!isNew && ladders_.implies(preference, it->second))
        it->second = preference;
    }
    Indices result;
    for (unsigned preference : some)
      if (first.lookup(ladders_.of(preference).data()) == preference)
        result.push_back(preference);
    return result;
  }

  /// Asks for all requirements and some preferences; keeps a better design.  The core of an
  /// infeasible answer are preferences.
  Answer solve(llvm::ArrayRef<unsigned> all, uint64_t work) {
    Indices wanted = strongest(all);
    uint64_t left = end_ - std::min(end_, engine_.work());
    if (left == 0)
      return Answer::unknown(whyStopped());
    Indices constraints = problem_.constraints().vec();
    llvm::append_range(constraints, wanted);
    llvm::sort(constraints);
    engine_.extend(std::min(work, left));
    engine_.suggest(best_.witness);
    Answer answer = engine_.solve(constraints);
    statistics_ = answer.statistics;
    llvm::erase_if(answer.core,
                   [&](unsigned member) { return !llvm::is_contained(wanted, member); });
    if (answer.verdict != Verdict::Feasible)
      return answer;
    Indices missedNow = missed(answer.witness);
    if (weight(missedNow) < weight(missed_)) {
      missed_ = std::move(missedNow);
      best_ = answer;
    }
    return answer;
  }

  /// Smaller conflicts say more.  The lightest members are left out first, since the lightest one
  /// that stays is what the conflict costs at least.
  Indices shrink(Indices conflict) {
    for (size_t size = 0; size != conflict.size() && conflict.size() > 1;) {
      size = conflict.size();
      if (Answer again = solve(conflict, shrinkWork); again.verdict == Verdict::Infeasible)
        conflict = std::move(again.core);
    }
    if (conflict.size() > maxShrunk)
      return conflict;
    Indices order = conflict;
    llvm::stable_sort(order, [&](unsigned a, unsigned b) { return weight(a) < weight(b); });
    for (unsigned member : order) {
      if (conflict.size() == 1 || !llvm::is_contained(conflict, member))
        continue;
      Indices rest = conflict;
      llvm::erase(rest, member);
      if (Answer without = solve(rest, shrinkWork); without.verdict == Verdict::Infeasible)
        conflict = std::move(without.core);
    }
    return conflict;
  }

  /// Each member as weak as the conflict allows: this one is then that of many others.
  Indices weaken(Indices conflict) {
    for (unsigned member : Indices(conflict)) {
      llvm::ArrayRef<unsigned> weaker = ladders_.behind(member);
      while (!weaker.empty() && llvm::is_contained(conflict, member)) {
        unsigned middle = weaker[weaker.size() / 2];
        Indices other = conflict;
        *llvm::find(other, member) = middle;
        if (Answer answer = solve(other, shrinkWork); answer.verdict == Verdict::Infeasible) {
          conflict = std::move(answer.core);
          weaker = weaker.drop_front(weaker.size() / 2 + 1);
          member = middle;
        } else {
          weaker = weaker.take_front(weaker.size() / 2);
        }
      }
    }
    return conflict;
  }

  Verdict ask(llvm::ArrayRef<unsigned> wanted) {
    Answer answer = solve(wanted, share_);
    if (answer.verdict == Verdict::Infeasible)
      conflicts_.push_back(weaken(shrink(std::move(answer.core))));
    return answer.verdict;
  }

  /// Preferences by weight, the heaviest first, in groups within which it halves.
  std::vector<Indices> strata() const {
    Indices order = problem_.preferences().vec();
    llvm::stable_sort(order, [&](unsigned a, unsigned b) { return weight(a) > weight(b); });
    std::vector<Indices> result;
    for (unsigned preference : order) {
      if (result.empty() || 2 * weight(preference) < weight(result.back().front()))
        result.emplace_back();
      result.back().push_back(preference);
    }
    return result;
  }

  /// Takes in as many of a group as go together with those taken in before; where that is too hard
  /// to tell, half of them first.
  void take(Indices group) {
    Indices later;
    while (!group.empty()) {
      Indices wanted = taken_;
      llvm::append_range(wanted, group);
      Verdict verdict = isMet(wanted) ? Verdict::Feasible : ask(wanted);
      if (verdict == Verdict::Feasible) {
        taken_ = std::move(wanted);
        break;
      }
      if (verdict == Verdict::Unknown) {
        size_t half = group.size() / 2;
        if (half > 0) {
          take({group.begin(), group.begin() + half});
          take({group.begin() + half, group.end()});
        }
        break;
      }
      size_t before = group.size();
      llvm::erase_if(group, [&](unsigned member) {
        bool isLater = clashes(member, conflicts_.back());
        if (isLater)
          later.push_back(member);
        return isLater;
      });
      if (group.size() == before)
        break; // not while some design meets those taken in
    }
    llvm::stable_sort(later, [&](unsigned a, unsigned b) { return weight(a) > weight(b); });
    for (unsigned member : later)
      takeOne(member);
  }

  void takeOne(unsigned preference) {
    taken_.push_back(preference);
    bool isExcluded = llvm::any_of(conflicts_, [&](const Indices &conflict) {
      return llvm::all_of(conflict, [&](unsigned c) { return imply(taken_, c); });
    });
    if (isExcluded || (!isMet(taken_) && ask(taken_) != Verdict::Feasible))
      taken_.pop_back();
  }

  void prove() {
    while (true) {
      HittingSet given =
          *lightestHittingSet(conflicts_, [&](unsigned i) { return weight(i); }, ladders_.all());
      if (given.weight >= weight(missed_)) {
        best_.preferencesProven = given.isLightest;
        return;
      }
      Indices wanted = problem_.preferences().vec();
      llvm::erase_if(wanted, [&](unsigned p) { return llvm::is_contained(given.members, p); });
      Verdict verdict = ask(wanted);
      if (verdict != Verdict::Infeasible) {
        best_.preferencesProven = verdict == Verdict::Feasible && given.isLightest;
        return;
      }
      // What excludes each other is set aside, so that one hitting set gives several conflicts.
      for (; verdict == Verdict::Infeasible; verdict = ask(wanted))
        llvm::erase_if(wanted, [&](unsigned p) { return clashes(p, conflicts_.back()); });
    }
  }

  const Problem &problem_;
  Ladders ladders_;
  Judge judge_;
  BoxEngine &engine_;
  uint64_t end_, share_; ///< of work: where all ends, and what one question gets
  Answer best_;
  Indices missed_;                 ///< by the witness of `best_`
  Indices taken_;                  ///< some design meets all of these
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
