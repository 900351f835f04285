// Listing what the evaluators sum.
#include "evaluation/Plan.h"

#include "evaluation/Iteration.h"
#include "evaluation/SingleOperator.h"

namespace wsc::evaluation {

namespace {

void addOperators(const Design &design, Phase phase, llvm::ArrayRef<Operator> ops, bool repeated,
                  PlannedPart &part) {
  forEachPass(design, phase, ops, repeated,
              [&](const Operator &op, Pass pass) { part.operators.push_back({op, pass}); });
}

PlannedPart layerPart(const Design &design, Phase phase, LayerKind kind, double count) {
  llvm::StringRef name = kind.sparse ? kind.windowed ? "sparse layer with a window" : "sparse layer"
                         : kind.windowed ? "layer with a window"
                                         : "layer";
  PlannedPart part{name, true, count};
  addOperators(design, phase, attentionOperators(design, phase, kind.windowed), true, part);
  addOperators(design, phase, feedForwardOperators(design, phase, kind.sparse), true, part);
  const RankWeights weights = layerWeights(design, kind.sparse);
  part.collectives = attentionCollectives(design, phase);
  part.collectives.append(feedForwardCollectives(design, phase, kind.sparse));
  part.collectives.append(shardingCollectives(design, phase, weights.shared, weights.experts));
  return part;
}

PlannedPart endPart(const Design &design, Phase phase, llvm::StringRef name,
                    llvm::ArrayRef<Operator> ops) {
  PlannedPart part{name, false};
  addOperators(design, phase, ops, false, part);
  return part;
}

std::vector<PlannedPart> partsOf(const Design &design, Phase phase) {
  const Model &model = design.model;
  const double windowed = model.window > 0 ? model.windowLayers / model.layers : 0;
  const double dense = model.experts > 1 ? model.denseLayers : model.layers;
  std::vector<PlannedPart> parts{
      endPart(design, phase, "embedding", embeddingOperators(design, phase))};
  for (bool sparse : {false, true})
    for (bool window : {false, true}) {
      const double count =
          (sparse ? model.layers - dense : dense) * (window ? windowed : 1 - windowed);
      if (count > 0)
        parts.push_back(layerPart(design, phase, {sparse, window}, count));
    }
  PlannedPart logits = endPart(design, phase, "logits", logitOperators(design, phase));
  logits.collectives =
      shardingCollectives(design, phase, rankWeights(design).ends * design.strategy.pp, 0);
  parts.push_back(std::move(logits));
  return parts;
}

PlannedPhase phaseOf(Phase phase, const Design &design, double repetitions,
                     const Placement &placement) {
  const auto &[chip, model, workload, strategy] = design;
  PlannedPhase planned{phase, design, repetitions};
  planned.microBatches = workload.batch / (strategy.dp * strategy.microBatch);
  planned.hardware = rankHardware(design, placement.rank, phase);
  planned.parts = partsOf(design, phase);
  if (strategy.pp == 1)
    return planned;
  const bool trains = phase == Phase::Training;
  planned.boundaryBytes =
      tokensPerMicroBatch(design, phase) * model.hidden * workload.activationBytes();
  // Interleaved, a micro-batch comes by once for each group of layers.
  planned.boundaryForward =
      trains && strategy.schedule == Schedule::Interleaved ? strategy.virtualStages : 1;
  planned.boundaryBackward = trains ? planned.boundaryForward : 0;
  return planned;
}

Plan singlePlan(const Design &design, Placement placement) {
  const Workload &workload = design.workload;
  Plan plan{std::move(placement)};
  if (isCollective(workload)) {
    plan.ends.push_back(
        {GroupKind::Tensor, collectiveOf(workload.operation), workload.bytes, 1, 0});
    return plan;
  }
  PlannedPhase phase{Phase::Prefill, design};
  phase.hardware = rankHardware(design, plan.placement.rank, Phase::Prefill);
  phase.parts.push_back({name(workload.operation), false});
  phase.parts.back().operators.push_back({singleOperator(workload), Pass::Forward});
  plan.phases.push_back(std::move(phase));
  return plan;
}

} // namespace

std::optional<Plan> planOf(const Design &design, std::vector<std::string> &reasons) {
  if (isTraffic(design.workload)) {
    reasons.push_back("packets at random have no plan of operators and collectives");
    return std::nullopt;
  }
  std::optional<Placement> placement = place(design, reasons);
  if (!placement)
    return std::nullopt;
  if (isSingle(design.workload))
    return singlePlan(design, std::move(*placement));
  Plan plan{std::move(*placement)};
  if (design.workload.kind == WorkloadKind::Training) {
    plan.phases.push_back(phaseOf(Phase::Training, design, 1, plan.placement));
    plan.ends = gradientCollectives(design);
    plan.ends.append(weightCollectives(design));
    plan.optimizerTime = optimizerTime(design);
    return plan;
  }
  for (const InferencePhase &phase : inferencePhases(design))
    plan.phases.push_back(phaseOf(phase.phase, phase.design, phase.repetitions, plan.placement));
  return plan;
}

const PlannedPart *PlannedPhase::mainPart() const {
  const PlannedPart *found = nullptr;
  for (const PlannedPart &part : parts)
    if (!found || std::pair(part.isLayer, part.count) > std::pair(found->isLayer, found->count))
      found = &part;
  return found;
}

unsigned Plan::rankOf(const Strategy &strategy, unsigned tensor, unsigned stage, unsigned replica) {
  return (replica * unsigned(strategy.pp) + stage) * unsigned(strategy.tp) + tensor;
}

std::vector<unsigned> Plan::members(const Strategy &strategy, GroupKind kind, unsigned rank) {
  const unsigned tp = strategy.tp, pp = strategy.pp, replicas = strategy.replicas();
  const unsigned tensor = rank % tp, stage = rank / tp % pp, replica = rank / tp / pp;
  std::vector<unsigned> ranks;
  if (kind == GroupKind::Tensor) {
    for (unsigned i = 0; i < tp; ++i)
      ranks.push_back(rankOf(strategy, i, stage, replica));
    return ranks;
  }
  const unsigned shared = kind == GroupKind::Context ? strategy.cp : strategy.ep;
  auto isMember = [&](unsigned other) {
    switch (kind) {
    case GroupKind::Context:
    case GroupKind::Experts: return other / shared == replica / shared;
    case GroupKind::ExpertData: return other % shared == replica % shared;
    default: return true;
    }
  };
  for (unsigned other = 0; other < replicas; ++other)
    if (isMember(other))
      ranks.push_back(rankOf(strategy, tensor, stage, other));
  return ranks;
}

} // namespace wsc::evaluation
