// The work of a design as lists: what each rank computes, sends and fetches, for programs that
// replay it.  Evaluators take sums of the same operators and collectives (Work.h).
#pragma once

#include "evaluation/LayerCollectives.h"
#include "evaluation/Passes.h"
#include <vector>

namespace wsc::evaluation {

/// One execution of an operator, on one rank.
struct PlannedOperator {
  Operator op;
  Pass pass;
};

/// A kind of layer, or an end of the model.
struct PlannedPart {
  llvm::StringRef name; ///< static text: `layer`, `sparse layer`, `embedding`
  bool isLayer = true;  ///< else of the first or last stage only
  /// How many the model has, on average over those that differ only in a sliding window.
  double count = 1;
  std::vector<PlannedOperator> operators = {}; ///< of one micro-batch, forward operators in order
  CollectiveList collectives = {};             ///< of one micro-batch
};

/// All micro-batches through all layers.
struct PlannedPhase {
  Phase phase;
  Design design;           ///< with the replicas and the micro-batch of this phase
  double repetitions = 1;  ///< of the phase in an iteration: decode steps
  double microBatches = 1; ///< of one replica, in one repetition
  RankHardware hardware = {};
  std::vector<PlannedPart> parts = {};
  /// Bytes from a tensor-parallel group to the next stage for one micro-batch and direction, and
  /// how often: forward, and backward in training.
  double boundaryBytes = 0;
  double boundaryForward = 0, boundaryBackward = 0;

  OperatorCost costOf(const PlannedOperator &planned) const {
    return evaluation::costOf(planned.op, hardware);
  }
  /// The kind of layer of which there are most; the first part of workloads without layers.  Null
  /// without parts.
  const PlannedPart *mainPart() const;
};

struct Plan {
  Placement placement;
  std::vector<PlannedPhase> phases = {};
  /// What a step of training ends with, or the one collective of the workload; each once.
  CollectiveList ends = {};
  double optimizerTime = 0; ///< s on each rank

  /// Ranks are numbered so that those of a tensor-parallel group are neighbours, then the stages
  /// of a pipeline, then replicas, of which those that share a sequence or experts are neighbours.
  static unsigned rankOf(const Strategy &strategy, unsigned tensor, unsigned stage,
                         unsigned replica);
  /// The ranks of one group, itself included, ascending.
  static std::vector<unsigned> members(const Strategy &strategy, GroupKind kind, unsigned rank);
};

/// The plan of a design that can run; empty, with reasons, for others and for traffic.
std::optional<Plan> planOf(const Design &design, std::vector<std::string> &reasons);

} // namespace wsc::evaluation
