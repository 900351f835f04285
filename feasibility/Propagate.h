// Hull consistency over the shared expression DAG of several constraints: what a box leaves
// when they must all hold.  Because expressions are shared, a bound that one constraint puts
// on an intermediate quantity serves the others; over-constrained Spaces are often refuted
// here without any search.  (HC4: F. Benhamou et al., ICLP 1999.)
#pragma once

#include "feasibility/Problem.h"
#include "ir/TapeTable.h"
#include "llvm/ADT/DenseMap.h"
#include <map>

namespace wsc::feasibility {

class Propagation {
public:
  /// For constraints that count.  The Problem must outlive it.
  Propagation(const Problem &problem, llvm::ArrayRef<unsigned> constraints);

  /// Narrows a box to a smaller one with the same designs; false when there are none.
  bool narrow(Box &box);

  /// After `narrow`: the range of an expression of the constraints over all designs of the
  /// box (where it is defined); everything for other expressions.
  Interval bounds(const ir::Node *node) const;

  /// What one call of `narrow` costs, in evaluations of one constraint.
  uint64_t cost() const { return nodes_.size() / 8 + 1; }

private:
  bool load(Box &box);
  bool forward();
  bool backward();
  bool store(Box &box, bool &changed);
  Interval evaluate(unsigned i) const;
  void invert(unsigned i);
  void invertArithmetic(unsigned i);
  void invertCondition(unsigned i);
  void invertSelect(unsigned i);
  void meet(unsigned i, Interval bounds);
  void require(unsigned i) { required_[i] = true; }

  unsigned operand(unsigned i, unsigned k) const { return operands_[first_[i] + k]; }

  const Problem &problem_;
  std::vector<const ir::Node *> nodes_; ///< operands first
  llvm::DenseMap<const ir::Node *, unsigned> slots_;
  std::vector<unsigned> operands_, first_, roots_, params_;
  std::map<unsigned, ir::TapeTable> tables_;
  std::vector<Interval> initial_, values_;
  /// Nodes that every design of the box must have a defined value for.  Others, such as a
  /// branch that may not be chosen, say nothing about their operands.
  std::vector<bool> required_;
  bool empty_ = false;
};

/// Removes constraints from `constraints` as long as propagation alone refutes the box.
/// Requires that it refutes it at the start.
std::vector<unsigned> minimalRefutation(const Problem &problem, std::vector<unsigned> constraints,
                                        const Box &box, uint64_t &work);

} // namespace wsc::feasibility
