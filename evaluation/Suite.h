// A suite of measurements: what an evaluator says about rows of published figures, beside what was
// measured (docs/validation.md).
//
// The fields of a suite are read by name: `suite.measured`, `suite.predicted`, and where they exist
// `suite.null_model`, `suite.target`, `suite.worst_target`, `suite.total_target`, `suite.fidelity`.
#pragma once

#include "evaluation/Evaluator.h"
#include "ir/Tape.h"

namespace wsc::evaluation {

/// One row and what became of it.
struct RowResult {
  enum Status {
    Compared,
    DoesNotApply, ///< the suite is about other rows
    Failed        ///< the suite is about it, and there is nothing to compare
  };
  Status status = Compared;
  std::string reason;   ///< unless compared
  double measured = 0;  ///< base units
  double predicted = 0; ///< base units
  double null = 0;      ///< what the null model is proportional to; NaN where there is none

  /// (predicted - measured) / measured.
  double error() const { return predicted / measured - 1; }
};

/// How far predictions are from measurements, over the rows that were compared.
struct Score {
  unsigned compared = 0, failed = 0, others = 0;
  double mape = 0;  ///< mean of |error|
  double bias = 0;  ///< mean of error
  size_t worst = 0; ///< index of the row with the greatest |error|
  double worstError = 0;
  double measuredTotal = 0, predictedTotal = 0; ///< sums, base units
  /// Of the null model `factor * null`, with the factor that makes it least on these rows; NaN
  /// without a null model.
  double nullMape, nullFactor;
  /// Of MAPE, the worst |error| and that of the sums; NaN without one.
  double target, worstTarget, totalTarget;

  double totalError() const { return predictedTotal / measuredTotal - 1; }
  /// Whether there is a target, every row was compared, and all targets are reached.
  bool isMet() const;
  /// Whether one factor does better: then the model explains nothing about these rows.
  bool losesToNull() const { return nullMape < mape; }
};

class Suite {
public:
  /// Names of the fields that the Space of a suite lacks: `measured`, `predicted`.
  static std::vector<std::string> missingFields(const ir::Space &space);
  /// Whether any figure of the suite takes an evaluator, so that a static one is not enough.
  static bool isMeasured(const ir::Space &space);

  /// How closely the suite looks; empty where its `fidelity` is no constant of that name.
  static std::optional<Fidelity> fidelity(const ir::Space &space);

  /// For a Space that misses nothing, which must outlive the suite.
  Suite(const ir::Space &space, std::unique_ptr<Evaluator> evaluator);

  /// What the evaluator says to one row: a value for each parameter of the Space, NaN where a cell
  /// is empty.
  RowResult compare(llvm::ArrayRef<double> row) const;
  Score score(llvm::ArrayRef<RowResult> rows) const;

  /// The type of what is measured.
  const ir::Type &type() const { return figures_[0]->type(); }

private:
  std::string emptyCells(llvm::ArrayRef<double> row, const ir::Tape &tape) const;
  std::optional<RowResult> rejected(llvm::ArrayRef<double> row) const;

  const ir::Space &space_;
  std::unique_ptr<Evaluator> evaluator_;
  std::vector<const ir::Constraint *> requirements_; ///< hard ones, in the order of `holds_`
  std::vector<const ir::Node *> figures_;            ///< measured, predicted, null_model
  ir::Tape holds_, compared_;
};

/// The factor c that makes the mean of |c x - y| / y least: the median of y / x with weights x / y.
/// Numbers are positive; NaN where there are none.
double bestFactor(llvm::ArrayRef<double> x, llvm::ArrayRef<double> y);

} // namespace wsc::evaluation
