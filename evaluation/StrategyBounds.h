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
// Of requests they are those of ServingBounds.h.  What is known of time and energy bounds the other
// metrics.
#pragma once

#include "evaluation/ByFields.h"
#include "evaluation/ServingBounds.h"
#include "evaluation/Work.h"

namespace wsc::evaluation {

/// What all layers take for one micro-batch on one rank that has them all, in seconds.
struct LayersTime {
  double forward = 0, backward = 0;
  double attention = 0;      ///< what selective recomputation repeats
  double repeated = 0;       ///< what full recomputation repeats
  double repeatedSums = 0.5; ///< and of the sums at least this share
  double sums = 0;           ///< over `tp`, forward and backward

  double of(Recompute recompute) const;
  LayersTime operator*(double times) const;
};

class StrategyBounds {
public:
  /// The chip, the model and the workload of a design, which all those have that are asked about.
  /// Of their strategies, `open` may differ: indices of Fields.def.
  StrategyBounds(const Design &design, llvm::ArrayRef<unsigned> open);

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
  LeastTimes least(const Design &design, Known known);
  static constexpr Known whole{true, true, true};

  /// Whether best() says how great a metric may be, or how small.
  static bool bounds(Metric metric, bool maximize);
  /// The best value of such a metric that goes with these times: the greatest or the least.
  double best(Metric metric, const Design &design, Known known, const LeastTimes &least) const;
  double best(Metric metric, const Design &design, Known known) {
    return best(metric, design, known, least(design, known));
  }

  /// Joules of an iteration of at least so many seconds.
  double leastEnergy(const Design &design, Known known, double time) const;

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
      bool arePlaced = false; ///< else it is the roofline
    };
    llvm::SmallVector<Size, 8> sizes;
    struct Pass {
      Phase phase;
      double microBatch, time;
    };
    llvm::SmallVector<Pass, 0> passes; ///< of requests, as they are placed
    double pp = 0, dp = 0, update = 0; ///< of the optimizer, with these stages and replicas

    double timeOf(Phase phase, double microBatch) const; ///< of a pass, 0 if it is not known
  };
  using Key = llvm::SmallVector<double, 8>;
  using Getter = double (*)(const Strategy &);

  bool isSingle() const { return !trains_ && !serves_; }
  double leastReading(const Design &design, double microBatch) const;
  Key keyOf(const Strategy &strategy) const;
  Family &familyOf(const Design &design);
  Family::Size &sizeOf(Family &family, const Design &design) const;
  const LayersTime &idealOf(const Design &design);
  LeastTimes ofStages(const Design &design);
  LeastTimes ofRequests(const Design &design, const Family *family, Known known) const;
  double timeOf(const Design &design, const LayersTime &layers, double update, Known known,
                bool arePlaced = false) const;
  double updateTime(const Design &design, Family &family) const;
  bool learnPasses(const Design &design);
  static double largestMicroBatch(const Design &design, Known known);
  double leastTime(const Design &design, double microBatch) const;

  bool trains_, serves_; ///< else it is a single operator
  LeastWork least_;
  double useful_;            ///< s, the model's flop at the peak of all reticles
  double compute_;           ///< s, the least of an iteration on all reticles
  double weightRate_;        ///< bytes/s, of all memories that hold weights
  std::vector<Getter> open_; ///< fields in which families differ
  ByFields<Family> families_;
  Key lastKey_;
  Family *last_ = nullptr;      ///< that was asked about
  ByFields<LayersTime> ideals_; ///< of one sequence on one reticle
};

} // namespace wsc::evaluation
