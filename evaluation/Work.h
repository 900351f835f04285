// What one rank does for one micro-batch in one layer: computation in all its passes, and the time
// of collectives that does not hide behind it.
#pragma once

#include "evaluation/LayerCollectives.h"

namespace wsc::evaluation {

/// Costs of operators, summed.
struct OperatorSum {
  struct Entry {
    double time = 0;
    double slowest = 0; ///< of a single operator; `bound` is what that one waits for
    Bound bound = Bound::Compute;
  };
  std::array<Entry, operatorKinds> byKind;
  std::array<double, bounds> byBound{}; ///< time of operators by what they wait for
  double time = 0;
  double power = 0; ///< W that the hungriest operator draws on one rank, without what is always on
  Usage usage;

  void add(const Operator &op, const OperatorCost &cost, const Chip &chip);
  /// Adds another sum, so many times.
  void add(const OperatorSum &other, double times);
};

struct Work {
  OperatorSum compute; ///< all passes
  // Of compute.time: the forward pass, its repetition, and the gradients of weights; the rest is
  // the gradients of activations.
  double forward = 0, recompute = 0, weightGradients = 0;

  // Seconds of collectives that nothing hides.
  double tensor = 0;  ///< activations within the tensor-parallel group
  double experts = 0; ///< tokens to experts and back
  double context = 0; ///< keys and values around the context-parallel group
  double weights = 0; ///< ZeRO: gathering weights, scattering gradients
  double hidden = 0;  ///< seconds of computation that hide collectives
  /// Share of its rate that computation loses beside a collective.
  double crowding = 0;
  Usage network; ///< of collectives, of the tp ranks that share the layer
  llvm::StringRef tensorAlgorithm;

  double backward() const { return compute.time - forward; } ///< with recomputation
  double collectives() const { return tensor + experts + context + weights; }
  double time() const { return compute.time + collectives(); }
  /// What a collective adds beside `computation`, a part of this, of which a share may hide it:
  /// what is left of it, and what it slows down.
  double exposed(double collective, double share, double computation);
  /// Adds other work, so many times.
  void add(const Work &other, double times);
};

/// What is added up of the operators of a layer.
enum class Detail : uint8_t { All, Times };

/// A rank and what it is in the middle of.
struct Task {
  const Design &design;
  const Placement &placement;
  Phase phase;
  RankHardware hardware;
  Detail detail = Detail::All;

  Task(const Design &design, const Placement &placement, Phase phase)
      : design(design), placement(placement), phase(phase),
        hardware(rankHardware(design, placement.rank, phase)) {}
};

/// One layer; layers with a sliding window count by their share.
Work layerWork(const Task &task, bool sparse);
Work embeddingWork(const Task &task);
Work logitWork(const Task &task);

} // namespace wsc::evaluation
