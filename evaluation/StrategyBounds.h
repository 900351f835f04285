// What a strategy can reach at most before it is evaluated, or chosen in full: the bounds of a
// branch-and-bound search over the strategies of one chip.
//
// Of training they are times of all layers that a pipeline of any kind has to spend:
//
//   roofline   a reticle that computes the layers alone, without tiles, hops or steps, and reads
//              and writes activations only (Williams et al. 2009); divided by the reticles at work,
//              or, before these are known, by those that a stage can have; and the sums over `tp`
//              as they are placed
//   layers     the operators and sums over `tp` as they are placed; kept, as they depend neither
//              on the stages and replicas nor on what is computed twice
//
// Of requests they are those of ServingBounds.h.  Joules are those of the same operators.  What is
// known of time and energy bounds the other metrics.
#pragma once

#include "evaluation/ByFields.h"
#include "evaluation/Iteration.h"
#include "evaluation/LayersTime.h"
#include "evaluation/ServingBounds.h"
#include "support/Interval.h"

namespace wsc::evaluation {

/// What an iteration takes at least.
struct Least : LeastTimes {
  // Joules, where they are asked for: of what ranks compute; of what links and the optimizer move.
  double computing = 0, moving = 0;

  /// Of an iteration of so many seconds, with what flows whatever is done.
  double energy(const Chip &chip, double time) const {
    return computing + moving + time * chip.staticPower * chip.wafers;
  }
};

class StrategyBounds {
public:
  /// The chip, the model and the workload of a design, which all those have that are asked about.
  /// Of their strategies, `open` may differ: indices of Fields.def.
  /// `energy`: joules are asked for.
  StrategyBounds(const Design &design, llvm::ArrayRef<unsigned> open, bool energy = false);

  /// When bounds read a field of Fields.def.
  enum class Use : uint8_t {
    Always,
    Group,     ///< once the ranks that share a layer are known: `tp` and the reticles of a rank
    WhenKnown, ///< recomputation, size of micro-batches
    Never
  };
  static Use useOf(unsigned field);

  /// What is known of a strategy besides the fields that are always read.
  struct Known {
    bool group = false, recompute = false, microBatch = false;
  };
  /// What a strategy takes at least whatever is not known of it: by its layers where they are
  /// known, else by the roofline.  Infinite where it has no place.
  Least least(const Design &design, Known known);
  static constexpr Known whole{true, true, true};

  /// What a metric may be of iterations that take `least` at least and `longest` seconds at most.
  Interval range(Metric metric, const Design &design, Known known, const Least &least,
                 double longest = HUGE_VAL) const;
  /// Whether range() has an end that is the greatest or the least value of a metric.
  static bool bounds(Metric metric, bool maximize);
  /// That end.
  double best(Metric metric, const Design &design, Known known, const Least &least,
              double longest = HUGE_VAL) const {
    const Interval values = range(metric, design, known, least, longest);
    return bounds(metric, true) ? values.hi : values.lo;
  }
  double best(Metric metric, const Design &design, Known known) {
    return best(metric, design, known, least(design, known));
  }
  /// The most seconds that an iteration takes whose metric is at least, or at most, a number;
  /// infinite where that says nothing.
  double longest(Metric metric, const Design &design, bool isLeast, double number) const;

  /// Evaluates the layers of a whole strategy where they are not known yet.  False if it has no
  /// place.
  bool learnLayers(const Design &design);

private:
  /// Bounds are added up in another order than what they bound.
  static constexpr double roundedDown = 1 - 1e-9;

  /// Strategies that differ in stages, replicas, micro-batches and recomputation alone: what they
  /// take for one micro-batch of some size.
  struct Family {
    std::optional<Group> group; ///< ranks that share a layer; empty where they have no place
    LayersTime ideal;           ///< of one sequence; the sums as of all sequences at once
    struct Size {
      double microBatch;
      bool accumulates; ///< gradients of several micro-batches are added up
      LayersTime layers;
      bool arePlaced = false;         ///< else it is the roofline
      std::array<double, 3> joules{}; ///< of one rank, as placed, by recomputation; 0: not known
    };
    llvm::SmallVector<Size, 8> sizes;
    struct Pass {
      Phase phase;
      double microBatch, chunk, time;
      double joules; ///< of one rank
    };
    llvm::SmallVector<Pass, 0> passes; ///< of requests, as they are placed
    double pp = 0, dp = 0, update = 0; ///< of the optimizer, with these stages and replicas

    /// Of a pass, if it is known.
    const Pass *passOf(const InferencePhase &phase) const;
  };
  /// Of one sequence on one reticle.
  struct Ideal {
    LayersTime layers;
    double joules = 0;
  };
  using Key = llvm::SmallVector<double, 8>;
  using Getter = double (*)(const Strategy &);

  bool isSingle() const { return !trains_ && !serves_; }
  double leastReading(const Design &design, double microBatch) const;
  Key keyOf(const Strategy &strategy) const;
  Family &familyOf(const Design &design);
  Family::Size &sizeOf(Family &family, const Design &design) const;
  const Ideal &idealOf(const Design &design);
  LeastTimes ofStages(const Design &design);
  LeastTimes ofRequests(const Design &design, const Family *family, Known known) const;
  double timeOf(const Design &design, const LayersTime &layers, double update, Known known,
                bool arePlaced = false) const;
  double updateTime(const Design &design, Family &family) const;
  bool learnPasses(const Design &design);
  static double largestMicroBatch(const Design &design, Known known);
  double leastTime(const Design &design, double microBatch) const;
  PassTimes placedPasses(const Design &design, const Family &family) const;
  double leastComputing(const Design &design, Known known);
  double leastMoving(const Design &design, Known known) const;
  double placedComputing(const Design &design, Known known);

  bool trains_, serves_; ///< else it is a single operator
  bool energy_;          ///< is asked for
  LeastWork least_;
  double useful_;            ///< s, the model's flop at the peak of all reticles
  double compute_;           ///< s, the least of an iteration on all reticles
  double weightRate_;        ///< bytes/s, of all memories that hold weights
  std::vector<Getter> open_; ///< fields in which families differ
  ByFields<Family> families_;
  Key lastKey_;
  Family *last_ = nullptr; ///< that was asked about
  ByFields<Ideal> ideals_;
};

} // namespace wsc::evaluation
