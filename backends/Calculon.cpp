// Calculon: the time of a step of training, or of reading prompts, on a cluster (Isaev et al., SC
// 2023).
//
// What Calculon reads (llm.py, system.py, network.py, memory.py, and runs of it):
//   - three JSON files, application, execution and system; the keys of the last two are exactly
//   these.
//   - tensor * pipeline * data parallelism is the number of processors; batches divide evenly;
//   there is no
//     interleaving without a pipeline, and no sharing of optimizer state without replicas.
//   - a network is a bandwidth, a latency and what its collectives send, n (scalar + offset /
//   ranks) bytes of a
//     vector of n.  It has no shape.
//   - one memory feeds the processor, the second only offloads; `GiB` 0 is none.
//   - blocks alone are timed: no embeddings, no logits.  Dropout is always there.
//   - an execution that cannot be exits with 255 after `ERROR:`, other mistakes are failed
//   assertions.
#include "backends/Folder.h"
#include "backends/ModelNeeds.h"
#include "backends/Text.h"
#include "evaluation/EdgeMemory.h"

#include "llvm/Support/FormatVariadic.h"

namespace wsc::backends {

namespace {

using namespace evaluation;
using llvm::json::Array;
using llvm::json::Object;

/// Empty for a size that it has no type of.
llvm::StringRef datatype(double bytes) {
  return bytes == 1 ? "float8" : bytes == 2 ? "float16" : bytes == 4 ? "float32" : "";
}

/// A network that takes as long as ours.
struct Tier {
  double bandwidth; ///< bytes/s that a rank sends
  double latency;
  double ranks;
};

/// Fitted to nothing and to `bytes`, of which a half of a ring sends (ranks - 1) / ranks.
Tier tierOf(const Group &group, Collective kind, double bytes, double spare) {
  const double ranks = group.ranks();
  if (ranks == 1 || bytes == 0)
    return {spare, 0, ranks};
  const double latency = collective(kind, group, 1).time;
  const double time = collective(kind, group, bytes).time - latency;
  const double halves = kind == Collective::AllReduce ? 2 : 1;
  return {halves * bytes * (ranks - 1) / ranks / time, latency, ranks};
}

/// The largest collective that a group runs; no bytes if there is none.
LayerCollective largest(const Plan &plan, GroupKind kind) {
  LayerCollective found{kind, Collective::AllReduce, 0};
  auto look = [&](const CollectiveList &list) {
    for (const LayerCollective &each : list)
      if (each.group == kind && each.bytes > found.bytes)
        found = each;
  };
  for (const PlannedPhase &phase : plan.phases)
    for (const PlannedPart &part : phase.parts)
      look(part.collectives);
  look(plan.ends);
  return found;
}

Object network(const Tier &tier) {
  return Object{{"bandwidth", tier.bandwidth / 1e9},
                {"efficiency", 1.0},
                {"size", int64_t(tier.ranks)},
                {"latency", tier.latency},
                {"ops", Object{{"p2p", Array{1.0, nullptr}},
                               {"reduce_scatter", Array{1.0, -1}},
                               {"all_gather", Array{1.0, -1}},
                               {"all_reduce", Array{2.0, -1}}}},
                {"must_be_filled", false},
                {"processor_usage", 0.0}};
}

Array networks(const Request &request) {
  const Plan &plan = *request.plan;
  const Strategy &strategy = request.design.strategy;
  const double link = request.design.chip.waferRate();
  auto tier = [&](GroupKind kind) {
    const LayerCollective most = largest(plan, kind);
    return tierOf(groupOf(plan.placement, kind), most.kind, most.bytes, link);
  };
  // Without sequence parallelism each rank of a group sends all that the group hands on.
  const StageLink &stage = plan.placement.stage;
  const double senders = strategy.sequenceParallel ? strategy.tp : 1;
  const Tier pipeline = strategy.pp > 1
                            ? Tier{stage.bandwidth / senders, stage.latency, strategy.pp}
                            : Tier{link, 0, 1};
  return Array{network(tier(GroupKind::Tensor)), network(pipeline), network(tier(GroupKind::Data))};
}

Object system(const Request &request) {
  const Chip &chip = request.design.chip;
  const std::string type = datatype(request.design.workload.elementSize).str();
  const double reticles = request.design.strategy.reticlesPerRank;
  auto processor = [&](double flops) {
    return Object{{type, Object{{"tflops", flops / 1e12},
                                {"gflops_efficiency", Array{Array{0, chip.efficiency}}}}}};
  };
  auto memory = [](double bytes, double rate, double efficiency) {
    return Object{{"GiB", bytes / double(1 << 30)},
                  {"GBps", rate / 1e9},
                  {"MB_efficiency", Array{Array{0, efficiency}}}};
  };
  const bool dram = chip.dramBandwidth > 0;
  return Object{
      {"matrix", processor(chip.peak * reticles)},
      {"vector", processor((chip.vectorPeak > 0 ? chip.vectorPeak : chip.peak) * reticles)},
      {"mem1",
       memory(chip.memory * reticles,
              (dram ? evaluation::dramRate(chip) / chip.dramEfficiency : chip.sramBandwidth) *
                  reticles,
              dram ? chip.dramEfficiency : 1)},
      {"mem2", memory(0, 1e9, 1)},
      {"processing_mode", "roofline"},
      {"networks", networks(request)}};
}

Object application(const Design &design) {
  const Model &model = design.model;
  return Object{{"hidden", int64_t(model.hidden)},
                {"feedforward", int64_t(model.ffn)},
                {"seq_size", int64_t(design.workload.sequence)},
                {"attn_heads", int64_t(model.heads)},
                {"attn_size", int64_t(model.headDim)},
                {"num_blocks", int64_t(model.layers)}};
}

llvm::StringRef word(Recompute recompute) {
  switch (recompute) {
  case Recompute::None: return "none";
  case Recompute::Selective: return "attn_only";
  case Recompute::Full: return "full";
  }
  llvm_unreachable("covered switch");
}

Object execution(const Design &design) {
  const Strategy &strategy = design.strategy;
  const Workload &workload = design.workload;
  const bool trains = workload.kind == WorkloadKind::Training;
  const bool interleaved = trains && strategy.pp > 1 && strategy.schedule == Schedule::Interleaved;
  return Object{{"num_procs", int64_t(strategy.ranks())},
                {"tensor_par", int64_t(strategy.tp)},
                {"pipeline_par", int64_t(strategy.pp)},
                {"data_par", int64_t(strategy.dp)},
                {"tensor_par_net", 0},
                {"pipeline_par_net", 1},
                {"data_par_net", 2},
                {"batch_size", int64_t(workload.batch)},
                {"microbatch_size", int64_t(strategy.microBatch)},
                {"datatype", datatype(workload.elementSize)},
                {"fused_activation", false},
                {"attention_type", "multihead"},
                {"activation_recompute", trains ? word(strategy.recompute) : "none"},
                {"pipeline_interleaving", interleaved ? int64_t(strategy.virtualStages) : 1},
                {"optimizer_sharding", trains && strategy.dp > 1 && strategy.zeroStage == 1},
                {"tensor_par_comm_type", strategy.sequenceParallel ? "rs_ag" : "ar"},
                {"tensor_par_overlap", "none"},
                {"seq_par_ag_redo", false},
                {"data_par_overlap", trains && strategy.dp > 1 && strategy.overlapGradients == 1},
                {"weight_offload", false},
                {"activations_offload", false},
                {"optimizer_offload", false},
                {"training", trains}};
}

std::vector<Need> needs(const Request &request) {
  std::vector<Need> needs = modelNeeds(request);
  const Strategy &strategy = request.design.strategy;
  const bool partial = strategy.overlapGradients > 0 && strategy.overlapGradients < 1;
  if (strategy.overlapTensor > 0 || strategy.overlapTransfers > 0 || partial)
    needs.push_back({Feature::PartialOverlap, strategy.overlapTensor > 0 ? "strategy.overlap_tensor"
                                              : partial ? "strategy.overlap_gradients"
                                                        : "strategy.overlap_transfers"});
  return needs;
}

Result emit(const Request &request) {
  const Design &design = request.design;
  const auto &[chip, model, workload, strategy] = design;
  if (!request.plan || workload.operation != Operation::Nothing)
    return "Calculon evaluates whole models, not `workload.operation`";
  if (datatype(workload.elementSize).empty())
    return "Calculon has elements of 1, 2 and 4 bytes, unlike `workload.element_size`";
  if (std::fmod(workload.batch, strategy.dp * strategy.microBatch) != 0)
    return "Calculon wants `workload.batch_size` to be a multiple of `strategy.dp` times "
           "`strategy.micro_batch_size`";
  for (double split : {model.hidden, model.ffn, model.heads})
    if (std::fmod(split, strategy.tp) != 0)
      return "Calculon splits hidden size, feed-forward size and heads evenly over `strategy.tp` "
             "ranks";
  Emission emission;
  emission.files = {{"application.json", indented(application(design))},
                    {"execution.json", indented(execution(design))},
                    {"system.json", indented(system(request))}};
  emission.command =
      "calculon llm application.json execution.json system.json stats.json > output.txt 2>&1";
  emission.notes = {
      llvm::formatv("a processor is a rank of {0} reticle(s)", unsigned(strategy.reticlesPerRank)),
      "Calculon has no mesh: networks 0, 1 and 2 (tensor-parallel, pipeline, data-parallel) take "
      "as long "
      "as our groups do for nothing and for the largest collective of the plan",
      chip.dramBandwidth > 0
          ? "one memory feeds the processor: DRAM; here activations that fit stay in SRAM"
          : "one memory feeds the processor: SRAM",
      "Calculon times layers alone, without embeddings and logits, and knows no network between "
      "cores"};
  emission.figures = {{"iteration time", timeAtFullClock(request.evaluation), "s"}};
  return emission;
}

Reading read(llvm::StringRef folder) {
  auto file = jsonFileOf(
      folder, "stats.json",
      "there is no `stats.json`; where Calculon refuses an execution, `output.txt` says why");
  if (auto *problem = std::get_if<std::string>(&file))
    return *problem;
  const auto &stats = std::get<llvm::json::Object>(file);
  const std::optional<double> time = stats.getNumber("total_time");
  if (!time)
    return "`stats.json` has no `total_time`";
  return std::vector<Figure>{{"iteration time", *time, "s"}};
}

constexpr Feature features[] = {Feature::Interleaved};

} // namespace

const Backend calculon{
    "calculon", "Calculon: a step of training on a cluster", features, needs, emit, read};

} // namespace wsc::backends
