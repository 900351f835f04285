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

  // A search narrows one box step by step, and returns to earlier states.

  /// After `narrow`: narrows on, when ranges of some parameters of the box have become smaller.
  bool resume(llvm::ArrayRef<unsigned> params, Box &box);

  /// The operation that a step comes from.
  struct Cause {
    enum Kind : uint8_t {
      Given,     ///< the box
      Stated,    ///< a constraint
      Rounded,   ///< a parameter has only the values of its domain
      Evaluated, ///< the node itself
      Inverted,  ///< a node that the one of the step is an operand of
    } kind;
    unsigned index = 0; ///< of a constraint, or of the slot of a node
  };
  /// The range of a node became smaller, or the node required: every design of the box must have
  /// a defined value for it.  Other nodes, such as a branch that may not be chosen, say nothing
  /// about their operands.
  struct Step {
    unsigned slot;
    Cause cause;
    bool isRequirement;
    Interval before, after;
    int previous; ///< the step before that set the same range, or `never`; of a requirement, the
                  ///< step that says why (itself, or that of a node it is an operand of)
  };
  static constexpr int never = -1;
  llvm::ArrayRef<Step> steps() const { return steps_; }
  /// The step that failed; `after` is what the operation said.
  const Step &refutation() const { return refutation_; }
  const ir::Node *node(const Step &step) const { return nodes_[step.slot]; }
  /// Takes back all but so many first steps.
  void undo(size_t steps);

  /// After a refutation: a lemma that says why, about bounds of a box that is known, which the
  /// boxes of all calls since `narrow` are within (Trace.cpp).
  Lemma whyRefuted(const Box &known);
  /// The same for a bound of a parameter that was derived, `index` at least or at most.
  Lemma whyBounded(unsigned param, bool isUpper, unsigned index, const Box &known);

private:
  class Tracer;

  /// A set of nodes that is emptied upward or downward while it grows in that direction.
  class Agenda {
  public:
    explicit Agenda(size_t nodes) : words_((nodes + 63) / 64) {}
    void add(unsigned i) { words_[i / 64] |= bit(i); }
    void clear() { words_.assign(words_.size(), 0); }
    template <typename F> bool upward(F visit);
    template <typename F> bool downward(F visit);

  private:
    static uint64_t bit(unsigned i) { return uint64_t(1) << i % 64; }
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
  void invertTable(unsigned i);
  void invertCondition(unsigned i);
  void invertSelect(unsigned i);
  void meet(unsigned i, Interval bounds) {
    if (replay_)
      return replay_->meet(i, bounds);
    Interval before = values_[i];
    Interval after{std::max(before.lo, bounds.lo), std::min(before.hi, bounds.hi)};
    if (after != before)
      narrowTo(i, bounds, after);
  }
  void narrowTo(unsigned i, Interval bounds, Interval after);
  void set(unsigned i, Interval after);
  void require(unsigned i) {
    if (replay_)
      replay_->require(i);
    else if (required_[i] == never)
      setRequired(i);
  }
  void setRequired(unsigned i);
  void changed(unsigned i);
  void state(unsigned constraint);
  void account();

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
  std::map<unsigned, std::shared_ptr<const ir::TapeTable>> tables_;
  std::vector<Interval> base_; ///< over all domains, whatever the constraints

  std::vector<unsigned> selected_; ///< the constraints of the last `narrow`
  std::vector<uint8_t> live_;      ///< whether these reach a node
  std::vector<Interval> values_;
  std::vector<int> required_; ///< the step that did it, or `never`
  std::vector<int> last_;     ///< the step that set the value, or `never`
  std::vector<Step> steps_;
  Agenda toEvaluate_, toInvert_, toStore_;
  Cause cause_; ///< of the steps that are being made
  bool empty_ = false;
  Step refutation_;
  uint64_t visits_ = 0;

  /// Instead of making steps, what an operation would do to one node.
  struct Replay {
    unsigned slot;
    Interval bounds = Interval::all();
    bool isRequired = false;

    void meet(unsigned i, Interval other) {
      if (i == slot)
        bounds = {std::max(bounds.lo, other.lo), std::min(bounds.hi, other.hi)};
    }
    void require(unsigned i) { isRequired |= i == slot; }
  };
  Replay *replay_ = nullptr;
};

} // namespace wsc::feasibility
