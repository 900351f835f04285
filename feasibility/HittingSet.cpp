// Branching over the members of a set that is not hit yet; sets that share no ladder give the
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

/// Where a member stands.  The first `chosen` of a ladder are in the hitting set, those from
/// `refused` on are not.
struct Place {
  unsigned ladder, rung;
};
struct Ladder {
  std::vector<double> weights; ///< of all up to a rung, and that before the first
  unsigned chosen, refused;
};

/// Sets that hang together.
class Branching {
public:
  Branching(std::vector<Set> sets, llvm::ArrayRef<Place> places, std::vector<Ladder> ladders)
      : sets_(std::move(sets)), places_(places), ladders_(std::move(ladders)),
        marks_(ladders_.size()) {}

  /// False when the search was cut off.
  bool run() {
    extend();
    return steps_ < maxSteps;
  }
  /// Of each ladder, how many are in the best one.
  llvm::ArrayRef<unsigned> best() const { return best_; }
  double bestWeight() const { return bestWeight_; }

private:
  static constexpr unsigned maxSteps = 200'000;

  Ladder &ladderOf(unsigned i) { return ladders_[places_[i].ladder]; }
  bool isChosen(unsigned i) { return places_[i].rung < ladderOf(i).chosen; }
  bool isOpen(unsigned i) { return !isChosen(i) && places_[i].rung < ladderOf(i).refused; }
  bool isHit(const Set &set) {
    return llvm::any_of(set, [&](unsigned i) { return isChosen(i); });
  }
  /// What it takes to choose an open member.
  double cost(unsigned i) {
    const Ladder &ladder = ladderOf(i);
    return ladder.weights[places_[i].rung + 1] - ladder.weights[ladder.chosen];
  }

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
      if (isHit(set))
        continue;
      unsigned open = 0;
      double lightest = std::numeric_limits<double>::infinity();
      bool isApart = true;
      for (unsigned i : set)
        if (isOpen(i)) {
          ++open;
          lightest = std::min(lightest, cost(i));
          isApart &= marks_[places_[i].ladder] != mark_;
        }
      if (isApart) {
        result.least += lightest;
        for (unsigned i : set)
          marks_[places_[i].ladder] = mark_;
      }
      if (open < fewest)
        fewest = open, result.smallest = &set;
    }
    return result;
  }

  /// Members of a set that may be chosen, those first that hit most for their weight.
  Set candidates(const Set &set) {
    Set result = set;
    llvm::erase_if(result, [&](unsigned i) { return !isOpen(i); });
    std::vector<std::pair<double, unsigned>> order; ///< cost of a hit
    for (unsigned i : result) {
      unsigned hits = llvm::count_if(sets_, [&](const Set &other) {
        return !isHit(other) && llvm::any_of(other, [&](unsigned k) {
          return places_[k].ladder == places_[i].ladder && places_[k].rung <= places_[i].rung;
        });
      });
      order.push_back({cost(i) / hits, i});
    }
    llvm::stable_sort(order, llvm::less_first());
    for (auto [to, from] : llvm::zip(result, order))
      to = from.second;
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
      for (const Ladder &ladder : ladders_)
        best_.push_back(ladder.chosen);
      bestWeight_ = chosenWeight_;
      return;
    }
    std::vector<std::pair<Ladder *, unsigned>> refused;
    for (unsigned i : candidates(*rest.smallest)) {
      if (!isOpen(i))
        continue;
      Ladder &ladder = ladderOf(i);
      double before = std::exchange(chosenWeight_, chosenWeight_ + cost(i));
      unsigned chosen = std::exchange(ladder.chosen, places_[i].rung + 1);
      extend();
      ladder.chosen = chosen;
      chosenWeight_ = before;
      // All choices with it have been looked at.
      refused.push_back({&ladder, std::exchange(ladder.refused, places_[i].rung)});
    }
    for (auto [ladder, before] : llvm::reverse(refused))
      ladder->refused = before;
  }

  std::vector<Set> sets_;
  llvm::ArrayRef<Place> places_; ///< by member
  std::vector<Ladder> ladders_;
  std::vector<unsigned> marks_; ///< by ladder: when a set with one of it was last counted
  unsigned mark_ = 0, steps_ = 0;
  double chosenWeight_ = 0, bestWeight_ = std::numeric_limits<double>::infinity();
  std::vector<unsigned> best_;
};

} // namespace

std::optional<HittingSet> lightestHittingSet(llvm::ArrayRef<std::vector<unsigned>> sets,
                                             llvm::function_ref<double(unsigned)> weight,
                                             llvm::ArrayRef<std::vector<unsigned>> ladders) {
  // Ladders with a member in a set, and a ladder for each member that has none.
  std::vector<llvm::ArrayRef<unsigned>> used;
  llvm::DenseMap<unsigned, Place> places; // by member
  for (const std::vector<unsigned> &ladder : ladders)
    for (auto [rung, member] : llvm::enumerate(ladder))
      places[member] = {unsigned(&ladder - ladders.begin()), unsigned(rung)};
  llvm::DenseMap<unsigned, unsigned> usedLadders;
  std::vector<unsigned> members;
  for (const std::vector<unsigned> &set : sets) {
    if (set.empty())
      return std::nullopt;
    llvm::append_range(members, set);
  }
  llvm::sort(members);
  members.erase(llvm::unique(members), members.end());
  for (unsigned &member : members) {
    auto it = places.find(member);
    bool isAlone = it == places.end();
    auto [ladder, isNew] =
        usedLadders.try_emplace(isAlone ? ladders.size() + member : it->second.ladder, used.size());
    if (isNew)
      used.push_back(isAlone ? llvm::ArrayRef(member) : llvm::ArrayRef(ladders[it->second.ladder]));
    places[member] = {ladder->second, isAlone ? 0 : it->second.rung};
  }
  llvm::IntEqClasses classes(used.size());
  for (const std::vector<unsigned> &set : sets)
    for (unsigned member : set)
      classes.join(places[set.front()].ladder, places[member].ladder);
  classes.compress();
  HittingSet result;
  for (unsigned part = 0; part < classes.getNumClasses(); ++part) {
    // Each part has a numbering of its own ladders and members.
    std::vector<unsigned> partLadders, numbers(used.size());
    std::vector<Ladder> own;
    for (unsigned l = 0; l < used.size(); ++l) {
      if (classes[l] != part)
        continue;
      numbers[l] = partLadders.size();
      partLadders.push_back(l);
      Ladder &ladder = own.emplace_back(Ladder{{0}, 0, unsigned(used[l].size())});
      for (unsigned member : used[l])
        ladder.weights.push_back(ladder.weights.back() + weight(member));
    }
    std::vector<Place> ownPlaces;
    std::vector<Set> ownSets;
    for (const std::vector<unsigned> &set : sets) {
      if (classes[places[set.front()].ladder] != part)
        continue;
      Set &translated = ownSets.emplace_back();
      for (unsigned member : set) {
        translated.push_back(ownPlaces.size());
        ownPlaces.push_back({numbers[places[member].ladder], places[member].rung});
      }
    }
    Branching branching(std::move(ownSets), ownPlaces, std::move(own));
    result.isLightest &= branching.run();
    result.weight += branching.bestWeight();
    for (auto [l, chosen] : llvm::zip(partLadders, branching.best()))
      llvm::append_range(result.members, used[l].take_front(chosen));
  }
  llvm::sort(result.members);
  return result;
}

} // namespace wsc::feasibility
