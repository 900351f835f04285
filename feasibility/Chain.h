// Markov chains over feasible designs, all of which are equally likely in the end: slice sampling
// of a few fields at a time (R. Neal, Annals of Statistics 31, 2003, section 5.1), and, where the
// chain has learned what designs look like, leaps that redraw all of them (an independence sampler:
// L. Tierney, Annals of Statistics 22, 1994).
#pragma once

#include "feasibility/Model.h"
#include "feasibility/Screen.h"
#include "support/Random.h"

namespace wsc::feasibility {

class Chain {
public:
  /// Moves stay inside `root`; all arguments must outlive the chain.
  Chain(const Problem &problem, Judge &judge, Screen &screen, Random &random, const Box &root);

  /// Makes so many moves, each from a feasible design to another or to itself.
  void walk(Design &design, unsigned moves);

  /// Learns where to leap from designs, as Model does; leaps then take about half of the work.
  void learn(llvm::ArrayRef<Design> designs, double independent);

  /// How many moves apart designs are nearly independent: the integrated autocorrelation time of
  /// the field that takes longest, by batch means (H. Flyvbjerg and H. Petersen, J. Chem. Phys. 91,
  /// 1989).  Walks so many blocks of so many moves from each of some designs that walked before;
  /// times beyond the length of a block are underestimated.  Adds the designs that it looks at,
  /// which are some moves apart, to `seen`.
  double autocorrelation(llvm::MutableArrayRef<Design> states, unsigned blocks, unsigned moves,
                         std::vector<Design> &seen);

private:
  /// An equality, the parameters with several values that it is about, and the one it is solved
  /// for.
  struct Equality {
    unsigned constraint;
    std::vector<unsigned> params;
  };
  /// A field that a move redraws: from which places, and where it was.  A place is a position in
  /// `values_` and a fraction of 32 bits, so that the fields are as continuous as the method wants.
  struct Side {
    unsigned param;
    uint64_t lo, hi, at, drawn;
  };

  void pick(llvm::ArrayRef<unsigned> from);
  void slice(Design &design, const Equality *equality);
  void leap(Design &design);
  bool draw(const Design &design);
  bool solve(unsigned constraint, unsigned param);

  const Problem &problem_;
  Screen &screen_;
  Random &random_;
  /// By parameter: the values that no constraint on it alone excludes, and the positions of values
  /// among these.
  std::vector<std::vector<unsigned>> values_, positions_;
  std::vector<unsigned> open_;                ///< parameters with several of these
  std::vector<std::vector<unsigned>> groups_; ///< such, of one constraint each
  std::vector<Equality> equalities_;
  std::optional<Model> model_;
  uint64_t slices_ = 0, sliceProposals_ = 0;
  double leapShare_ = 0; ///< of all moves
  std::vector<unsigned> picked_, proposal_;
  std::vector<Side> sides_;
  std::vector<double> point_, metrics_;
};

} // namespace wsc::feasibility
