// Designs that the tests of the evaluators share: an A100 cluster, a wafer like WSE-2, and a Space
// made of a design.
#pragma once

#include "evaluation/Bind.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::evaluation {

/// A chip all of whose links and memories reach their peak.
inline Chip idealChip() {
  Chip chip;
  chip.dramEfficiency = chip.coreLinkEfficiency = 1;
  chip.waferLinkEfficiency = chip.systemLinkEfficiency = chip.eagerEfficiency = 1;
  chip.virtualChannels = chip.packet = 4;
  return chip;
}

/// A cluster of nodes of 8 A100 GPUs (80 GB): 312 TFLOP/s, NVLink 300 GB/s and InfiniBand
/// 25 GB/s a GPU, each way.
inline Chip a100Cluster(double gpus) {
  Chip chip = idealChip();
  chip.clock = 1.41e9;
  chip.flopEnergy = 0.7e-12;
  chip.sramEnergy = 1e-12;
  chip.dramEnergy = 31e-12;
  chip.waferLinkEnergy = 10e-12;
  chip.systemLinkEnergy = 40e-12;
  chip.peak = 312e12;
  chip.efficiency = 0.65;
  chip.sram = 40e6;
  chip.sramBandwidth = 7e12;
  chip.memory = 80e9;
  chip.dramBandwidth = 2.039e12;
  chip.coreTopology = Topology::Switch;
  chip.coreRows = 9;
  chip.coreCols = 12;
  chip.coreLinkBandwidth = 64e9;
  chip.waferTopology = Topology::Switch;
  chip.reticleRows = 1;
  chip.reticleCols = 8;
  chip.waferLinkBandwidth = 300e9;
  chip.waferHopLatency = 3e-6;
  chip.life = 5 * 365 * 86400.0;
  chip.pue = 1;
  chip.staticPower = 8 * 90;
  chip.systemTopology = Topology::Switch;
  chip.wafers = gpus / 8;
  chip.systemLinkBandwidth = 8 * 25e9;
  chip.systemHopLatency = 5e-6;
  return chip;
}

/// A wafer like WSE-2, as one mesh of cores cut into 12 x 7 reticles: 4 FP16 lanes, 48 KB and
/// 24 B/cycle of SRAM a core, links of 32 bit/cycle, one cycle a hop, 1.1 GHz.
inline Chip wse2() {
  constexpr double clock = 1.1e9, rows = 83, cols = 108, cores = rows * cols;
  Chip chip = idealChip();
  chip.clock = clock;
  chip.dataflow = Dataflow::WeightStationary;
  chip.flopEnergy = 1.4e-12;
  chip.sramEnergy = 1e-12;
  chip.coreLinkEnergy = 1e-12;
  chip.waferLinkEnergy = 1.2e-12;
  chip.systemLinkEnergy = 40e-12;
  chip.peak = cores * 8 * clock;
  chip.efficiency = 1;
  chip.sram = chip.memory = cores * 48e3;
  chip.sramBandwidth = cores * 24 * clock;
  chip.coreRows = rows;
  chip.coreCols = cols;
  chip.coreLinkBandwidth = 4 * clock;
  chip.coreHopLatency = 1 / clock;
  chip.reticleRows = 12;
  chip.reticleCols = 7;
  chip.waferLinkBandwidth = 4 * clock * rows;
  chip.waferHopLatency = 1 / clock;
  chip.life = 5 * 365 * 86400.0;
  chip.pue = 1;
  chip.staticPower = 2000;
  chip.systemTopology = Topology::Switch;
  chip.wafers = 1;
  chip.systemLinkBandwidth = 150e9;
  chip.systemHopLatency = 5e-6;
  return chip;
}

/// A wafer of one core a reticle: 1 GHz, links of 64 bytes a cycle, three cycles a hop.
inline Chip waferOf(double rows, double cols) {
  Chip chip = wse2();
  chip.clock = 1e9;
  chip.reticleRows = rows;
  chip.reticleCols = cols;
  chip.waferLinkBandwidth = 64e9;
  chip.waferHopLatency = 3e-9;
  chip.pipeline = 2;
  return chip;
}

inline Model gpt(double layers, double hidden, double heads) {
  Model model;
  model.layers = layers;
  model.hidden = hidden;
  model.heads = model.kvHeads = heads;
  model.headDim = hidden / heads;
  model.ffn = 4 * hidden;
  model.ffnMatrices = 2;
  model.vocabulary = 51200;
  model.parameters = 12 * layers * hidden * hidden + (51200 + 2048) * hidden;
  model.experts = model.expertsPerToken = model.embeddings = 1;
  return model;
}

inline Model llama3() {
  Model model = gpt(32, 4096, 32);
  model.kvHeads = 8;
  model.ffn = 14336;
  model.ffnMatrices = 3;
  model.vocabulary = 128256;
  model.parameters = 8.03e9;
  model.embeddings = 2;
  return model;
}

/// DeepSeek-V3, arXiv:2412.19437, table of section 4.2.
inline Model deepseekV3() {
  Model model = gpt(61, 7168, 128);
  model.attention = Attention::Latent;
  model.ffn = 18432;
  model.ffnMatrices = 3;
  model.vocabulary = 129280;
  model.parameters = 671e9;
  model.experts = 256;
  model.expertsPerToken = 8;
  model.sharedExperts = 1;
  model.expertFfn = 2048;
  model.denseLayers = 3;
  model.kvRank = 512;
  model.queryRank = 1536;
  model.nopeDim = 128;
  model.ropeDim = 64;
  model.valueDim = 128;
  model.embeddings = 2;
  return model;
}

inline Strategy strategyOf(double tp, double pp, double dp, double microBatch = 1) {
  Strategy strategy;
  strategy.tp = tp;
  strategy.pp = pp;
  strategy.dp = dp;
  strategy.cp = strategy.ep = 1;
  strategy.microBatch = microBatch;
  strategy.recompute = Recompute::Full;
  strategy.schedule = Schedule::OneFOneB;
  strategy.virtualStages = 1;
  strategy.backwardPrefetch = true;
  strategy.reticlesPerRank = 1;
  strategy.weightMemory = 1;
  return strategy;
}

/// 16-bit elements and, for training, 12 bytes of optimizer state.
inline Workload workloadOf(WorkloadKind kind, double batch, double sequence, double output) {
  Workload workload;
  workload.kind = kind;
  workload.elementSize = 2;
  workload.optimizerSize = 12;
  workload.batch = batch;
  workload.sequence = sequence;
  workload.output = output;
  workload.expertImbalance = 1;
  return workload;
}

/// GPT-3 on 1024 GPUs: tp 8, pp 16, dp 8.
inline Design gptTraining() {
  return {a100Cluster(1024), gpt(96, 12288, 96), workloadOf(WorkloadKind::Training, 1536, 2048, 0),
          strategyOf(8, 16, 8)};
}

/// One request to Llama-3-8B on all 84 reticles of a WSE-2.
inline Design llamaDecode() {
  Design design{wse2(), llama3(), workloadOf(WorkloadKind::Inference, 1, 4096, 128),
                strategyOf(1, 1, 1)};
  design.strategy.reticlesPerRank = 84;
  design.strategy.weightMemory = 16.06e9;
  return design;
}

/// A Space whose quantities are the fields of a design, as constants.
class DesignSpace {
public:
  explicit DesignSpace(const Design &design) {
#define ENUMERATOR(Enum, Name, name) declare(#Enum, name);
#define FIELD(member, path, kind) add(path, design.member, #kind);
#include "evaluation/Fields.def"
  }

  void erase(llvm::StringRef path) {
    llvm::erase_if(space.quantities, [&](const auto &q) { return q.name == path; });
  }

  ir::Space space;

private:
  /// Values in reverse, so that binding by index would show.
  void declare(llvm::StringRef name, llvm::StringRef value) {
    if (space.enums.empty() || space.enums.back().name != name)
      space.enums.push_back({name.str(), {}});
    auto &values = space.enums.back().values;
    values.insert(values.begin(), value.str());
  }
  void add(llvm::StringRef path, double value, llvm::StringRef) {
    space.quantities.push_back({path.str(), space.constant(fromDouble(value)), {}});
  }
  void add(llvm::StringRef path, bool value, llvm::StringRef) {
    space.quantities.push_back({path.str(), space.truth(value), {}});
  }
  template <typename Enum> void add(llvm::StringRef path, Enum value, llvm::StringRef kind) {
    unsigned index = 0;
    while (space.enums[index].name != kind)
      ++index;
    const unsigned reversed = space.enums[index].values.size() - 1 - static_cast<unsigned>(value);
    space.quantities.push_back(
        {path.str(), space.constant(reversed, ir::Type::enumeration(index)), {}});
  }
};

/// A part of a chip that is better by a factor.
struct BetterPart {
  double Chip::*field;
  double factor;
  const char *name;
};
inline constexpr BetterPart betterParts[] = {
    {&Chip::peak, 2, "peak"},
    {&Chip::sram, 2, "sram"},
    {&Chip::sramBandwidth, 2, "sram_bandwidth"},
    {&Chip::dramBandwidth, 2, "dram_bandwidth"},
    {&Chip::coreLinkBandwidth, 2, "link_bandwidth of cores"},
    {&Chip::waferLinkBandwidth, 2, "link_bandwidth of reticles"},
    {&Chip::systemLinkBandwidth, 2, "link_bandwidth of wafers"},
    {&Chip::coreHopLatency, 0.5, "hop_latency of cores"},
    {&Chip::waferHopLatency, 0.5, "hop_latency of reticles"},
    {&Chip::systemHopLatency, 0.5, "hop_latency of wafers"},
    {&Chip::stepLatency, 0.5, "step_latency"}};

} // namespace wsc::evaluation
