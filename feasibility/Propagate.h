// Hull consistency over the shared expression DAG of several constraints: what a box leaves
// when they must all hold.  Because expressions are shared, a bound that one constraint puts
// on an intermediate quantity serves the others; over-constrained Spaces are often refuted
// here without any search.  (HC4: F. Benhamou et al., ICLP 1999.)
#pragma once

#include "feasibility/Judge.h"
#include "ir/TapeTable.h"
#include "llvm/ADT/DenseMap.h"
#include <map>

namespace wsc::feasibility {

class Propagation {
public:
  /// Counts its work in `judge`; both arguments must outlive it.
  Propagation(const Problem &problem, Judge &judge);

  /// Narrows a box to a smaller one with the same designs that meet the constraints (which
  /// must count); false when there are none.
  bool narrow(llvm::ArrayRef<unsigned> constraints, Box &box);
  bool refutes(llvm::ArrayRef<unsigned> constraints, const Box &box) {
    Box scratch = box;
    return !narrow(constraints, scratch);
  }

  /// Some of the constraints, none of which can be spared, that still refute a box which all
  /// of them refute.
  std::vector<unsigned> minimalRefutation(llvm::ArrayRef<unsigned> constraints, const Box &box);

  /// After `narrow`: the range of an expression over all designs of the box that meet the
  /// constraints, where it is defined; everything when it occurs in none of them.
  Interval bounds(const ir::Node *node) const;

private:
  void select(llvm::ArrayRef<unsigned> constraints);
  bool load(const Box &box);
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
  Judge &judge_;
  std::vector<const ir::Node *> nodes_; ///< operands first
  llvm::DenseMap<const ir::Node *, unsigned> slots_;
  std::vector<unsigned> operands_, first_;
  std::map<unsigned, ir::TapeTable> tables_;
  std::vector<Interval> initial_, values_;
  /// Nodes that every design of the box must have a defined value for.  Others, such as a
  /// branch that may not be chosen, say nothing about their operands.
  std::vector<bool> required_;
  bool empty_ = false;
  std::vector<unsigned> selected_; ///< the constraints of the last `narrow`
  std::vector<unsigned> live_;     ///< nodes that these reach, ascending
};

} // namespace wsc::feasibility
