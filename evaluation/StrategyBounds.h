// What a strategy can reach at most before it is evaluated, or chosen in full: the bounds of a
// branch-and-bound search over the strategies of one chip.
//
// Both are times of all layers that a pipeline of any kind has to spend:
//
//   roofline   a reticle that computes the layers alone, without tiles, hops or steps, and reads
//              and writes activations only (Williams et al. 2009); divided by the reticles at work;
//              and the sums over `tp` as they are placed
//   layers     the operators and sums over `tp` as they are placed; kept, as they depend neither
//              on the stages and replicas nor on what is computed twice
#pragma once

#include "evaluation/Bounds.h"
#include "evaluation/Work.h"
#include <map>
#include <unordered_map>

namespace wsc::evaluation {

/// What all layers take for one micro-batch on one rank that has them all, in seconds.
struct LayersTime {
  double forward = 0, backward = 0;
  double attention = 0;      ///< what selective recomputation repeats
  double repeated = 0;       ///< what full recomputation repeats
  double repeatedSums = 0.5; ///< and of the sums at least this share
  double sums = 0;           ///< over `tp`, forward and backward

  double of(Recompute recompute) const;
};

class StrategyBounds {
public:
  /// The chip, the model and the workload of a design, which all those have that are asked about.
  explicit StrategyBounds(const Design &design);

  /// What is known of a strategy besides the fields of `fieldsOfRoofline()`.
  struct Known {
    bool recompute = false, microBatch = false;
  };
  /// Tokens per second that a strategy cannot exceed whatever is not known of it.
  double roofline(const Design &design, Known known);

  /// Whether layers() says more: of training.
  bool knowsLayers() const { return trains_; }
  /// The same of a whole strategy that has a place.
  double layers(const Design &design, const Placement &placement);
  /// The same if it takes no evaluation of layers.
  std::optional<double> knownLayers(const Design &design) const;

  /// Indices in the order of Fields.def: all of chip, model and workload, and some of the strategy.
  static llvm::ArrayRef<unsigned> fieldsOfRoofline();

  /// The throughput without which a metric is less than `least`; 0 for metrics that do not grow
  /// with it alone.
  static double throughputFor(Metric metric, double least, const Design &design);

private:
  /// The fields of a strategy that the time of layers depends on.
  static constexpr unsigned strategyFields = 0
#define STRATEGY(type, member, path, kind) +1
#include "evaluation/Fields.def"
      ;
  using Key = std::array<double, strategyFields>;
  struct Hash {
    size_t operator()(const Key &key) const;
  };
  static Key keyOf(const Strategy &strategy);
  static double throughput(const Design &design, const LayersTime &layers);
  double sums(const Design &design, std::optional<double> size);

  bool trains_;
  LeastWork least_;
  LayersTime ideal_; ///< of one sequence on one reticle; training only
  std::unordered_map<Key, LayersTime, Hash> placed_; ///< of a micro-batch
  /// Ranks that share a layer; empty where they have no place.
  struct Sharers {
    std::optional<Group> group;
    double largest = 0; ///< s of a sum for each sequence, of all sequences at once
  };
  std::map<std::pair<double, double>, Sharers> sharers_; ///< by `tp` and the reticles of a rank
};

} // namespace wsc::evaluation
