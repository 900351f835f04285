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

/// What a bound or a refutation rests on: sets of parameters (whose ranges were used) and of
/// constraints, hashed to 64 bits, so that they may contain more than is needed but never less.
struct Grounds {
  uint64_t params = 0, constraints = 0;

  static uint64_t bit(unsigned i) { return uint64_t(1) << i % 64; }
  bool hasParam(unsigned i) const { return params & bit(i); }
  bool hasConstraint(unsigned i) const { return constraints & bit(i); }
  Grounds &operator|=(const Grounds &other) {
    params |= other.params;
    constraints |= other.constraints;
    return *this;
  }
};

class Propagation {
public:
  /// Counts its work in `judge`; both arguments must outlive it.
  Propagation(const Problem &problem, Judge &judge);

  /// Passes over the expressions until nothing changes, mostly fewer.
  static constexpr unsigned manyRounds = 300;

  /// Narrows a box to a smaller one with the same designs that meet the constraints (which
  /// must count); false when there are none.
  bool narrow(llvm::ArrayRef<unsigned> constraints, Box &box, unsigned rounds = manyRounds);
  bool refutes(llvm::ArrayRef<unsigned> constraints, const Box &box, unsigned rounds = manyRounds) {
    Box scratch = box;
    return !narrow(constraints, scratch, rounds);
  }

  /// After `narrow`: the range of an expression over all designs of the box that meet the
  /// constraints, where it is defined; everything when it occurs in none of them.
  Interval bounds(const ir::Node *node) const;

  /// One step of `narrow`: the range of a node became smaller.
  struct Narrowing {
    const ir::Node *node;
    Interval before, after;
  };
  /// Has `narrow` append its steps to a list, until it is told nullptr.
  void record(std::vector<Narrowing> *steps) { record_ = steps; }

  // A search narrows one box step by step, and returns to earlier states.

  struct State {
    std::vector<Interval> values;
    std::vector<Grounds> grounds;
    /// Nodes that every design of the box must have a defined value for.  Others, such as a
    /// branch that may not be chosen, say nothing about their operands.
    std::vector<uint8_t> required;
  };
  const State &state() const { return state_; }
  void restore(const State &state) { state_ = state; }
  /// After `narrow`, or with a state restored for its constraints: narrows on, when ranges of some
  /// parameters of the box have become smaller.
  bool resume(llvm::ArrayRef<unsigned> params, Box &box);
  /// After a refutation: what it rests on.
  const Grounds &refutation() const { return refutation_; }
  /// What the range of a parameter rests on.
  Grounds grounds(unsigned param) const;

private:
  /// A set of nodes that is emptied upward or downward while it grows in that direction.
  class Agenda {
  public:
    explicit Agenda(size_t nodes) : words_((nodes + 63) / 64) {}
    void add(unsigned i) { words_[i / 64] |= Grounds::bit(i); }
    void clear() { words_.assign(words_.size(), 0); }
    template <typename F> bool upward(F visit);
    template <typename F> bool downward(F visit);

  private:
    std::vector<uint64_t> words_;
  };

  void select(llvm::ArrayRef<unsigned> constraints);
  bool load(const Box &box);
  bool settle(Box &box, unsigned rounds);
  bool forward();
  bool backward();
  bool store(Box &box);
  Interval evaluate(unsigned i) const;
  void invert(unsigned i);
  void invertArithmetic(unsigned i);
  void invertCondition(unsigned i);
  void invertSelect(unsigned i);
  void meet(unsigned i, Interval bounds) {
    Interval before = state_.values[i];
    Interval after{std::max(before.lo, bounds.lo), std::min(before.hi, bounds.hi)};
    if (after != before)
      set(i, before, after);
  }
  void set(unsigned i, Interval before, Interval after);
  void require(unsigned i) {
    if (!state_.required[i])
      setRequired(i);
  }
  void setRequired(unsigned i);
  void changed(unsigned i);
  Grounds groundsOf(unsigned i) const;
  Grounds cause() const { return causeNode_ == none ? cause_ : groundsOf(causeNode_); }

  llvm::ArrayRef<unsigned> operands(unsigned i) const {
    return llvm::ArrayRef(operands_).slice(firstOperand_[i],
                                           firstOperand_[i + 1] - firstOperand_[i]);
  }
  unsigned operand(unsigned i, unsigned k) const { return operands_[firstOperand_[i] + k]; }

  const Problem &problem_;
  Judge &judge_;
  std::vector<const ir::Node *> nodes_; ///< operands first
  llvm::DenseMap<const ir::Node *, unsigned> slots_;
  std::vector<unsigned> operands_, firstOperand_, users_, firstUser_;
  std::vector<int> paramSlots_; ///< by parameter; -1 where no constraint has it
  std::map<unsigned, ir::TapeTable> tables_;
  std::vector<Interval> initial_;

  std::vector<unsigned> selected_;  ///< the constraints of the last `narrow`
  std::vector<uint8_t> live_;       ///< whether these reach a node
  std::vector<unsigned> liveNodes_; ///< those, ascending
  State state_;
  Agenda toEvaluate_, toInvert_, toStore_;
  bool empty_ = false;
  /// What the bounds that are being computed rest on: a node and its operands, else `cause_`.
  static constexpr unsigned none = ~0u;
  unsigned causeNode_ = none;
  Grounds cause_;
  Grounds refutation_;
  uint64_t steps_ = 0;
  std::vector<Narrowing> *record_ = nullptr;
};

} // namespace wsc::feasibility
