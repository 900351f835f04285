// From expressions to Z3 terms, for Arithmetic.cpp only.  May throw z3::exception.
#pragma once

#include "feasibility/Problem.h"
#include "llvm/ADT/DenseMap.h"
#include <z3++.h>

namespace wsc::feasibility {

/// A value (a real, or a truth value for conditions) that means nothing unless `defined`.
struct Term {
  z3::expr value, defined;
};

class Lowering {
public:
  /// Declares the parameters and asserts their domains.
  Lowering(const Problem &problem, z3::solver &solver);

  /// The condition "defined and true".
  z3::expr holds(const ir::Node *condition);
  /// The condition that a parameter has its i-th value.
  z3::expr isChosen(unsigned param, unsigned i);
  /// The design of a model.
  Design design(const z3::model &model);

private:
  Term term(const ir::Node *node);
  Term compute(const ir::Node *node);
  Term arithmetic(const ir::Node *node);
  Term logic(const ir::Node *node);
  Term compare(const ir::Node *node);
  Term lookup(const ir::Node *node);
  Term power(const ir::Node *node);
  Term select(const ir::Node *node);
  Term opaque(const ir::Node *node);
  void tabulate(const ir::Tape &tape, const Term &unknown);
  void assertWithin(const z3::expr &condition, Interval bounds, const z3::expr &value);

  z3::expr number(const Rational &value);
  z3::expr literal(const ir::Type &type, const Rational &value);
  z3::expr floor(const z3::expr &value);
  Term fresh();

  const Problem &problem_;
  z3::context &context_;
  z3::solver &solver_;
  z3::expr_vector params_;
  llvm::DenseMap<const ir::Node *, Term> terms_;
};

} // namespace wsc::feasibility
