// The best strategy of a chip: every feasible combination of the open fields of `strategy`.
//
// The fields are nested loops.  Each loop computes only what depends on its field and on the chip,
// and goes on to the next only where all requirements that are decided by then hold; what does not
// depend on the chip is kept (StrategyTree.h).  The loops stop as soon as something is known of
// what the objectives can be at best (evaluation/StrategyBounds.h), in intervals where they are
// expressions of metrics (StrategyGoal.h), and the most promising beginning is continued,
// whichever it is then (best-first branch and bound, Lawler and Wood 1966): so that no strategy is
// evaluated whose bound is below the best there is.
#pragma once

#include "evaluation/Analytic.h"
#include "feasibility/Answer.h"
#include "search/MeasuredRequirements.h"
#include "search/StrategyGoal.h"
#include "search/StrategyTree.h"
#include "search/Task.h"
#include "llvm/ADT/DenseMap.h"

namespace wsc::ir {
class Monotone;
}

namespace wsc::search {

class BestStrategy {
public:
  enum class Goals {
    First, ///< the first objective of the Space that waits for a metric, else throughput
    All    ///< all objectives of the Space
  };
  /// The Space must outlive this.
  BestStrategy(const ir::Space &space, evaluation::Binding binding, Goals goals = Goals::First);

  BestStrategy(const BestStrategy &) = delete; // parts refer to each other

  /// Open fields of `strategy`; where there are none, find() evaluates the design as it is.
  llvm::ArrayRef<unsigned> fields() const { return fields_; }

  struct Found {
    feasibility::Design design; ///< the fields of the strategy changed, all others as given
    evaluation::Measurement measurement;
    std::vector<double> goals; ///< minimized
    double worth = 0;
    uint64_t evaluated = 0; ///< strategies of which the evaluator was asked
  };
  /// The strategy that is worth most, and no less than `least`.  Empty if none is, or none fits the
  /// chip of this design and can be evaluated.  Of equals the first in the order of the fields and
  /// their values.
  /// Requirements are decided in doubles: verify the result.  Keeps what serves other chips, so
  /// that threads need one each.
  std::optional<Found> find(const feasibility::Design &design, Worth worth,
                            double least = worthless);
  /// The best by the first goal.
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

  static std::vector<std::pair<Threshold, const ir::Node *>> thresholdsOf(const ir::Space &space);
  void findGoals(Goals goals);
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
  std::vector<StrategyGoal> goals_;
  bool isBounded_ = true;     ///< only the strategy is open to choice
  bool dividesTimes_ = false; ///< what goals are at best depends on times in different ways
  std::vector<Interval> box_; ///< of all values of each parameter
  bool asksEnergy_ = false;   ///< goals or requirements
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
  MeasuredRequirements measured_;
  std::optional<StrategyTree> tree_;
};

} // namespace wsc::search
