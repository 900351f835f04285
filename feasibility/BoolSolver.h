// Z3 as a purely Boolean incremental solver, and the place where its exceptions stop.  It is
// started when it is first asked: that takes longer than most feasible specs, which never ask.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace wsc::feasibility {

class BoolSolver {
public:
  /// A variable (from 1 up), or minus a variable for its negation.
  using Literal = int;
  enum class Result { Sat, Unsat, Unknown };

  explicit BoolSolver(uint64_t seed);
  ~BoolSolver();

  Literal newVariable() { return ++variables_; }
  void addClause(llvm::ArrayRef<Literal> clause);
  /// Unknown when Z3 gave up: each check has a fixed limit in Z3's own resource units.
  Result check(llvm::ArrayRef<Literal> assumptions);

  /// After Sat: the value of a literal in the model; unconstrained ones are false.
  bool value(Literal literal) const;
  /// After Unsat: assumptions that cannot hold together, in the order they were given.
  std::vector<Literal> core() const { return core_; }
  /// After Unknown: why.
  const std::string &reason() const { return reason_; }

private:
  struct Z3;
  void tell();

  uint64_t seed_;
  Literal variables_ = 0;
  std::vector<Literal> untold_; ///< clauses that Z3 does not know, each with a 0 behind it
  std::unique_ptr<Z3> z3_;      ///< null until the first check
  std::vector<Literal> core_;
  std::string reason_, failure_;
};

} // namespace wsc::feasibility
