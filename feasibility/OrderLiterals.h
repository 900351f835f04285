// The Boolean variables `index <= i` of each parameter, made when a clause first needs them: a
// domain of a million values costs what is said about it.
#pragma once

#include "feasibility/BoolSolver.h"
#include "feasibility/Box.h"
#include <map>

namespace wsc::feasibility {

class OrderLiterals {
public:
  using Literal = BoolSolver::Literal;

  /// Clauses about the order go to `solver`, which must outlive this.
  OrderLiterals(BoolSolver &solver, unsigned params) : solver_(solver), literals_(params) {}

  /// `index <= i`; i must not be the last of its domain.
  Literal atMost(unsigned param, unsigned i);

  /// Appends "the parameter lies outside its bound".
  void appendOutside(const Lemma::Bound &bound, unsigned domainSize, std::vector<Literal> &clause);

  /// What the solver's model says of a parameter with a domain of this size.
  Range model(unsigned param, unsigned domainSize) const;

  uint64_t count() const { return count_; }

private:
  BoolSolver &solver_;
  std::vector<std::map<unsigned, Literal>> literals_; ///< by parameter: by index
  uint64_t count_ = 0;
};

} // namespace wsc::feasibility
