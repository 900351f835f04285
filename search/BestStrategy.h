// The best strategy of a chip: every feasible combination of the open fields of `strategy`.
//
// The fields are nested loops.  Each loop computes only what depends on its field and on the chip,
// and goes on to the next only where all requirements that are decided by then hold; what does not
// depend on the chip is kept (StrategyTree.h).  The loops stop as soon as something is known of
// what the objective can be at best (evaluation/StrategyBounds.h), in intervals where it is an
// expression of metrics (ObjectiveRange.h), and the most promising beginning is continued,
// whichever it is then (best-first branch and bound, Lawler and Wood 1966): so that no strategy is
// evaluated whose bound is below the best there is.
#pragma once

#include "evaluation/Analytic.h"
#include "feasibility/Answer.h"
#include "search/MeasuredRequirements.h"
#include "search/ObjectiveRange.h"
#include "search/StrategyTree.h"
#include "search/Task.h"
#include "llvm/ADT/DenseMap.h"

namespace wsc::ir {
class Monotone;
}

namespace wsc::search {

class BestStrategy {
public:
  /// Best by the first objective of the Space that waits for a metric, else by throughput.  The
  /// Space must outlive this.
  BestStrategy(const ir::Space &space, evaluation::Binding binding);

  BestStrategy(const BestStrategy &) = delete; // parts refer to each other

  /// Open fields of `strategy`; where there are none, find() evaluates the design as it is.
  llvm::ArrayRef<unsigned> fields() const { return fields_; }

  struct Found {
    feasibility::Design design; ///< the fields of the strategy changed, all others as given
    evaluation::Measurement measurement;
    double objective = 0;
    uint64_t evaluated = 0; ///< strategies of which the evaluator was asked
  };
  /// Empty if no strategy fits the chip of this design and can be evaluated.  Of equals the first
  /// in the order of the fields and their values.
  /// Requirements are decided in doubles: verify the result.  Keeps what serves other chips, so
  /// that threads need one each.
  std::optional<Found> find(const feasibility::Design &design);

private:
  class Loops;

  /// A field that the evaluator reads, an index of Fields.def, and its place in the program.
  struct ReadField {
    unsigned index, slot;
    bool isValid; ///< whatever its value
  };
  /// What depends on the chip and on one more field of the strategy.
  struct Level {
    ir::PointProgram::Part steps; ///< the requirements, cheapest first, then the rest
    /// Of the requirements, by their places in the program, those that end the loop: where one does
    /// not hold, it does not for greater values of the field either.
    std::vector<unsigned> ends;
    std::vector<ReadField> reads; ///< of the strategy those that a bound reads
    /// Where few numbers decide about many steps, which then are kept: the places of what the steps
    /// read of the strategy, and of what others read of the steps.  Else empty.
    std::vector<unsigned> inputs, outputs;
  };
  static constexpr unsigned mostInputs = 8;

  /// A measured requirement that a metric that has bounds is at least or at most a number, and its
  /// place in the program.
  struct Threshold {
    evaluation::Metric metric;
    bool isLeast;
    unsigned slot;
  };

  static std::optional<evaluation::Metric> boundedMetric(llvm::StringRef name, bool maximize);
  static std::vector<std::pair<Threshold, const ir::Node *>> thresholdsOf(const ir::Space &space);
  void findObjective();
  bool needsEnergy() const;
  std::vector<const ir::Node *> earlyNodes() const;
  void orderFields(const ir::Monotone &monotone);
  /// Where a node is computed.
  struct Place {
    unsigned slot;       ///< in the program
    unsigned level = 0;  ///< of the last field of the strategy that it depends on
    bool onChip = false; ///< it depends on a field of the chip, too

    bool isShared() const { return level > 0 && !onChip; } ///< by all chips
  };
  using Places = llvm::DenseMap<const ir::Node *, Place>;
  Places placesOf(llvm::ArrayRef<const ir::Node *> roots) const;
  void divideNodes(const ir::Monotone &monotone);
  std::vector<const ir::Node *> divideReads(const Places &places);
  std::vector<StrategyTree::Level> sharedLevels(const Places &places,
                                                llvm::ArrayRef<const ir::Node *> reads);
  void divideSteps(const Places &places, llvm::ArrayRef<const ir::Node *> reads,
                   const ir::Monotone &monotone);
  void keepSteps(Level &level, const std::vector<ir::PointProgram::Step> &steps,
                 const Places &places) const;

  const ir::Space &space_;
  evaluation::Binding binding_;
  std::vector<const ir::Node *> requirements_; ///< on fields
  const ir::Node *objective_ = nullptr;
  bool maximize_ = true;
  bool isBounded_ = true; ///< only the strategy is open to choice
  evaluation::Metric metric_ = evaluation::Metric::Throughput; ///< the objective, if it is one,
  std::optional<ObjectiveRange> expression_;                   ///< else it is this
  std::vector<Interval> box_;                                  ///< of all values of each parameter
  bool asksEnergy_ = false;                                    ///< objective or requirements
  std::vector<Threshold> thresholds_;
  std::vector<unsigned> fields_; ///< in the order of the loops
  std::vector<Level> levels_;    ///< one for the chip, one for each field
  /// What the evaluator alone reads, and what it depends on.
  std::vector<ReadField> lateReads_;
  ir::PointProgram::Part lateNodes_;
  unsigned boundedFields_ = 0; ///< fields after which there is a bound
  /// Levels after which these are known.
  unsigned stagesLevel_ = 0, recomputeLevel_ = 0, microBatchLevel_ = 0;
  std::optional<ir::PointProgram> program_; ///< of the fields and the requirements on fields
  std::optional<ir::Tape> objectiveTape_;   ///< where there is an objective
  MeasuredRequirements measured_;
  std::optional<StrategyTree> tree_;
};

/// Gives the chip of a design its best strategy: the loops take less time than choosing the next
/// chip does.  The Space must outlive the result.
Task::Refinement refineByStrategies(const ir::Space &space, const evaluation::Binding &binding);

} // namespace wsc::search
