// Markov chains over feasible designs (N. Metropolis et al., J. Chem. Phys. 21, 1953).
#pragma once

#include "feasibility/Random.h"
#include "feasibility/Screen.h"

namespace wsc::feasibility {

class Chain {
public:
  /// Moves stay inside `root`; all arguments must outlive the chain.
  Chain(const Problem &problem, Screen &screen, Random &random, const Box &root);

  /// Proposes so many moves from a feasible design in turn, and makes those that are feasible.  A
  /// move is proposed as often as its reverse, so that in the end all designs that can be reached
  /// are equally likely.
  void walk(Design &design, unsigned proposals);

private:
  void propose(std::vector<unsigned> &choice, llvm::ArrayRef<unsigned> from, unsigned changes);
  void redraw(unsigned param, unsigned &choice);

  Screen &screen_;
  Random &random_;
  const Box &root_;
  std::vector<unsigned> open_;                ///< parameters with several values
  std::vector<std::vector<unsigned>> groups_; ///< such, of one constraint each
  std::vector<unsigned> proposal_, changed_;
};

} // namespace wsc::feasibility
