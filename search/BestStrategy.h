// The best strategy of a chip: every feasible combination of the open fields of `strategy`.
//
// The fields are nested loops.  Each loop computes only what depends on its field, and goes on to
// the next only where all requirements that are decided by then hold.  The loops stop where it is
// known how many reticles work, and so what they could reach at best (Bounds.h); then the most
// promising beginnings are completed first, until none of the rest can beat the best there is
// (branch and bound).  What a layer takes does not depend on the number of stages and replicas, and
// bounds the complete ones.
#pragma once

#include "evaluation/Analytic.h"
#include "feasibility/Answer.h"
#include "ir/Tape.h"

namespace wsc::search {

class BestStrategy {
public:
  /// Best by the first objective of the Space that waits for a metric, else by throughput.  The
  /// Space must outlive this.
  BestStrategy(const ir::Space &space, evaluation::Binding binding);

  /// Open fields of `strategy`; where there are none, find() evaluates the design as it is.
  llvm::ArrayRef<unsigned> fields() const { return fields_; }

  struct Found {
    feasibility::Design design; ///< the fields of the strategy changed, all others as given
    evaluation::Measurement measurement;
    double objective = 0;
    uint64_t evaluated = 0; ///< strategies of which the evaluator was asked
  };
  /// Empty if no strategy fits the chip of this design and can be evaluated.  Of equals the first.
  /// Requirements are decided in doubles: verify the result.
  std::optional<Found> find(const feasibility::Design &design) const;

private:
  class Loops;

  /// Nodes to compute, and then a requirement that has to hold: places in the tape.
  struct Step {
    std::vector<unsigned> nodes; ///< ascending
    std::optional<unsigned> requirement;
    /// Where it does not hold, it does not for greater values of the field of the level either.
    bool endsLoop = false;
  };
  /// What depends on one more field of the strategy: the requirements, cheapest first, then the
  /// rest.
  using Level = std::vector<Step>;

  void findObjective();
  void divideNodes();
  void compileMeasured();

  const ir::Space &space_;
  evaluation::Binding binding_;
  const ir::Node *objective_ = nullptr;
  bool maximize_ = true;
  bool isThroughput_ = false; ///< which has an upper bound
  std::vector<unsigned> fields_;
  std::vector<Level> levels_; ///< one for the chip, one for each field
  /// Fields after which the throughput is bounded from above; 0 where it is not.
  unsigned boundedFields_ = 0;
  std::optional<ir::Tape> tape_;     ///< of the fields and the requirements on fields
  std::optional<ir::Tape> measured_; ///< the objective, then the measured requirements
  /// A field that the evaluator reads: its place in the tape, and when it is known.
  struct ReadField {
    unsigned slot, level;
  };
  std::vector<ReadField> readFields_;
};

} // namespace wsc::search
