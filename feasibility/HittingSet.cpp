// Branching over the members of a set that is not hit yet; sets that share no member give the
// bound, each by its lightest one (J. Davies and F. Bacchus, CP 2011, solve the same by integer
// programming).
#include "feasibility/HittingSet.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/IntEqClasses.h"
#include "llvm/ADT/STLExtras.h"
#include <limits>

namespace wsc::feasibility {

namespace {

using Set = std::vector<unsigned>; ///< of places in a list of members

/// Sets that hang together.
class Branching {
public:
  Branching(std::vector<Set> sets, llvm::ArrayRef<double> weights)
      : sets_(std::move(sets)), weights_(weights), states_(weights.size(), Open),
        marks_(weights.size()) {}

  /// False when the search was cut off.
  bool run() {
    extend();
    return steps_ < maxSteps;
  }
  const Set &best() const { return best_; }

private:
  enum State : char { Open, Chosen, Refused };
  static constexpr unsigned maxSteps = 200'000;

  /// What is left to be hit: where to branch, and what it costs at least.
  struct Rest {
    const Set *smallest = nullptr; ///< null if there is nothing
    double least = 0;              ///< infinite if a set can be hit no more
  };
  Rest rest() {
    Rest result;
    unsigned fewest = std::numeric_limits<unsigned>::max();
    ++mark_;
    for (const Set &set : sets_) {
      if (llvm::any_of(set, [&](unsigned i) { return states_[i] == Chosen; }))
        continue;
      unsigned open = 0;
      double lightest = std::numeric_limits<double>::infinity();
      bool isApart = true;
      for (unsigned i : set)
        if (states_[i] == Open) {
          ++open;
          lightest = std::min(lightest, weights_[i]);
          isApart &= marks_[i] != mark_;
        }
      if (isApart) {
        result.least += lightest;
        for (unsigned i : set)
          marks_[i] = mark_;
      }
      if (open < fewest)
        fewest = open, result.smallest = &set;
    }
    return result;
  }

  /// Members of a set that may be chosen, those first that hit most for their weight.
  Set candidates(const Set &set) const {
    llvm::DenseMap<unsigned, unsigned> hits;
    for (const Set &other : sets_)
      if (llvm::none_of(other, [&](unsigned i) { return states_[i] == Chosen; }))
        for (unsigned i : other)
          ++hits[i];
    Set result = set;
    llvm::erase_if(result, [&](unsigned i) { return states_[i] != Open; });
    llvm::stable_sort(result, [&](unsigned a, unsigned b) {
      return weights_[a] * hits.lookup(b) < weights_[b] * hits.lookup(a);
    });
    return result;
  }

  void extend() {
    if (++steps_ >= maxSteps && !best_.empty())
      return;
    Rest rest = this->rest();
    if (chosenWeight_ + rest.least >= bestWeight_)
      return;
    if (!rest.smallest) {
      best_.clear();
      for (unsigned i = 0; i < states_.size(); ++i)
        if (states_[i] == Chosen)
          best_.push_back(i);
      bestWeight_ = chosenWeight_;
      return;
    }
    Set members = candidates(*rest.smallest);
    for (unsigned i : members) {
      double before = chosenWeight_;
      chosenWeight_ += weights_[i];
      states_[i] = Chosen;
      extend();
      states_[i] = Refused; // all choices with it have been looked at
      chosenWeight_ = before;
    }
    for (unsigned i : members)
      states_[i] = Open;
  }

  std::vector<Set> sets_;
  llvm::ArrayRef<double> weights_;
  std::vector<State> states_;   ///< by member
  std::vector<unsigned> marks_; ///< by member: when its set was last counted
  unsigned mark_ = 0, steps_ = 0;
  double chosenWeight_ = 0, bestWeight_ = std::numeric_limits<double>::infinity();
  Set best_;
};

} // namespace

std::optional<HittingSet> lightestHittingSet(llvm::ArrayRef<std::vector<unsigned>> sets,
                                             llvm::function_ref<double(unsigned)> weight) {
  std::vector<unsigned> members;
  for (const std::vector<unsigned> &set : sets)
    llvm::append_range(members, set);
  llvm::sort(members);
  members.erase(llvm::unique(members), members.end());
  auto place = [&](unsigned member) -> unsigned {
    return llvm::lower_bound(members, member) - members.begin();
  };
  llvm::IntEqClasses classes(members.size());
  for (const std::vector<unsigned> &set : sets) {
    if (set.empty())
      return std::nullopt;
    for (unsigned member : set)
      classes.join(place(set.front()), place(member));
  }
  classes.compress();
  // Each part has a numbering of its own members, ascending.
  std::vector<std::vector<unsigned>> parts(classes.getNumClasses());
  std::vector<unsigned> places(members.size());
  for (unsigned i = 0; i < members.size(); ++i) {
    places[i] = parts[classes[i]].size();
    parts[classes[i]].push_back(members[i]);
  }
  std::vector<std::vector<Set>> setsOf(parts.size());
  for (const std::vector<unsigned> &set : sets) {
    Set &translated = setsOf[classes[place(set.front())]].emplace_back();
    for (unsigned member : set)
      translated.push_back(places[place(member)]);
  }
  HittingSet result;
  for (unsigned part = 0; part < parts.size(); ++part) {
    std::vector<double> weights;
    for (unsigned member : parts[part])
      weights.push_back(weight(member));
    Branching branching(std::move(setsOf[part]), weights);
    result.isLightest &= branching.run();
    for (unsigned i : branching.best()) {
      result.members.push_back(parts[part][i]);
      result.weight += weights[i];
    }
  }
  llvm::sort(result.members);
  return result;
}

} // namespace wsc::feasibility
