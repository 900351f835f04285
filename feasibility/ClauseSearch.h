// Conflict-driven clause learning over bounds of parameters, with hull consistency as its theory.
//
// The search bisects ranges, propagates, and learns from every dead end a nogood: a box that
// contains no design.  Bounds that propagation derives are explained only when a conflict rests on
// them, by following its steps backward (lazy clause generation: O. Ohrimenko, P. Stuckey and M.
// Codish, Constraints 14(3), 2009; J. Marques-Silva and K. Sakallah, IEEE Trans. Computers 48(5),
// 1999).  Nothing here is trusted: designs are verified, and of what is learnt
// only lemmas count, from which Z3 derives infeasibility again.
#pragma once

#include "feasibility/Lemma.h"
#include "feasibility/Trail.h"
#include "llvm/ADT/BitVector.h"

namespace wsc::feasibility {

class ClauseSearch {
public:
  /// Counts its work in `judge`.
  ClauseSearch(const Problem &problem, Judge &judge, uint64_t seed);

  /// Adds a lemma; it serves all later searches that use its constraints.
  void add(Lemma lemma) { addNogood(std::move(lemma), false); }
  /// Excludes a design from all later searches.
  void exclude(const Design &design);

  /// Searches for a design under constraints and assumed bounds, until `judge` has counted `limit`.
  Verdict run(llvm::ArrayRef<unsigned> constraints, llvm::ArrayRef<Lemma::Bound> assumed,
              uint64_t limit);

  /// After Feasible.
  Design design() const;
  /// After Infeasible: constraints that exclude each other (under the assumed bounds), ascending.
  const std::vector<unsigned> &core() const { return core_; }

  /// Suggests a design near which the next search is to look.
  void suggest(const Design &design) { suggestion_ = phase_ = design.choice; }

  /// All lemmas, those added and those found, in the order they came: each true on its own.
  llvm::ArrayRef<Lemma> lemmas() const { return lemmas_; }

private:
  struct Nogood {
    llvm::SmallVector<Atom, 6> atoms; ///< the first two are watched
    std::vector<unsigned> constraints;
  };
  struct Watch {
    unsigned value, nogood;
  };
  static constexpr int none = -1;

  int addNogood(Lemma lemma, bool isDerived);
  void activate(llvm::ArrayRef<unsigned> constraints);
  void watch(unsigned nogood);
  unsigned listOf(const Atom &atom) const;

  bool start(llvm::ArrayRef<Lemma::Bound> assumed);
  int propagate();
  int watchNew();
  int propagateNogoods();
  int propagateWatches(std::vector<Watch> &list, const Trail::Entry &entry);
  int visit(unsigned nogood, const Atom &atom, bool &moved);
  int propagateTheory();
  void adopt(const Box &box, unsigned batch);
  void decide();
  int refuteDesign();

  Lemma widened(Lemma lemma);
  int explain(unsigned position, const Atom &atom);
  bool learn(int conflict);
  Lemma lemmaOf(const Nogood &nogood) const;
  void bump(const Nogood &nogood);
  void conclude(Nogood nogood);
  void resolve(Nogood &nogood, unsigned position);
  void backTo(unsigned level);
  void restart();

  const Problem &problem_;
  Judge &judge_;
  Random random_;
  Propagation theory_; ///< of the present box
  std::vector<Lemma> lemmas_;
  std::vector<Nogood> nogoods_;
  std::map<Lemma, unsigned> known_; ///< nogoods by content
  /// Lists of watches: for each variable some, each of which is about neighbouring values, so that
  /// a bound that moves looks at few others than those that it makes true.
  std::vector<std::vector<Watch>> watches_;
  std::vector<unsigned> firstList_;   ///< by variable
  std::vector<unsigned> units_;       ///< applicable nogoods of at most one atom
  std::vector<unsigned> constraints_; ///< of the present search
  llvm::BitVector active_;            ///< the same as a set
  unsigned applicable_ = 0;           ///< nogoods from here on are not watched yet
  uint64_t watched_ = 0;              ///< watches that were looked at and not counted yet

  Trail trail_;
  unsigned nogoodHead_ = 0, theoryHead_ = 0; ///< entries before these have been propagated
  std::vector<size_t> steps_;                ///< of the theory, by level
  std::vector<double> activity_;             ///< by parameter
  double increment_ = 1;
  std::vector<unsigned> phase_;      ///< by parameter: where to look first
  std::vector<unsigned> suggestion_; ///< the same, or empty
  std::vector<unsigned> core_;
};

} // namespace wsc::feasibility
