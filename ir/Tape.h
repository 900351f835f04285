// A Tape: some roots of the DAG compiled to a straight line of instructions, evaluated at a
// point (doubles), exactly (rationals) or over a box (intervals).
//
// One tape serves all three, so that the solver, the verifier of its answers and the search
// cannot disagree about what an expression means.
#pragma once

#include "ir/Space.h"
#include "ir/TapeTable.h"
#include "support/Interval.h"

namespace wsc::ir {

class Tape {
public:
  /// Fixed: named constants have their nominal value.  Open: they are read behind the
  /// parameters, so that `params` holds one more value for each constant of the Space.
  enum class Constants { Fixed, Open };
  Tape(const Space &space, llvm::ArrayRef<const Node *> roots,
       Constants constants = Constants::Fixed);
  /// The same for one of several Tapes over the same Space.
  Tape(const Space &space, llvm::ArrayRef<const Node *> roots, TapeTables &tables,
       Constants constants = Constants::Fixed);

  /// Parameters that the roots depend on, ascending.
  llvm::ArrayRef<unsigned> params() const { return params_; }
  /// Metrics that the roots depend on, ascending.
  llvm::ArrayRef<unsigned> metrics() const { return metrics_; }
  unsigned rootCount() const { return roots_.size(); }
  unsigned size() const { return code_.size(); }

  /// Point evaluation in double precision.  `params` and `metrics` hold one value for each
  /// parameter and metric of the Space.  Undefined results (division by zero, a missing
  /// table row) are NaN, also of conditions that depend on them.
  void evaluate(llvm::ArrayRef<double> params, llvm::ArrayRef<double> metrics,
                llvm::MutableArrayRef<double> results) const;

  /// Enclosures over a box, with a workspace that is reused between calls.  The caller holds
  /// a RoundUp.  Metrics are unbounded.
  void evaluate(llvm::ArrayRef<Interval> params, std::vector<Interval> &workspace,
                llvm::MutableArrayRef<Interval> results) const;

  /// The same one node at a time: encloses the i-th node of Space::reachable(roots) by what is
  /// known of those before it.  Parameters and metrics keep what `values` holds.
  Interval evaluateNode(unsigned i, llvm::ArrayRef<Interval> values) const;
  double evaluateNode(unsigned i, llvm::ArrayRef<double> values) const;

  /// The exact value of a root at a point given by exact parameter values; empty when the
  /// root is not a rational function there (exp, sqrt, metrics) or undefined.
  std::optional<Rational> evaluateExactly(unsigned root, llvm::ArrayRef<Rational> params) const;

private:
  struct Instruction {
    Op op;
    unsigned index = 0, column = 0; ///< as Node::index and Node::column
    unsigned first = 0, count = 0;  ///< operands in operands_
    double constant = 0;            ///< nearest double of a Constant
    Interval enclosure{};           ///< of a Constant, or all values of a Metric
    const Rational *exact = nullptr;
    bool rounded = false; ///< Param: some domain value is not a double
  };

  Instruction compile(const Node *node, Constants constants) const;
  double evaluateNode(const Instruction &code, llvm::ArrayRef<double> params,
                      llvm::ArrayRef<double> metrics, llvm::ArrayRef<double> values) const;
  template <typename V> V apply(const Instruction &code, llvm::ArrayRef<V> values) const;

  const Space *space_;
  std::vector<Instruction> code_;
  std::vector<unsigned> operands_;
  std::vector<unsigned> roots_;
  std::vector<unsigned> params_, metrics_;
  std::vector<std::shared_ptr<const TapeTable>> tables_; ///< as Space::tables, null where unused
};

/// For each parameter the range from its least to its greatest value: the box of all designs.
std::vector<Interval> designBox(const Space &space);

} // namespace wsc::ir
