// LLMCompass: the operators of a layer on a device with a shared cache, and the all-reduce between
// such devices (Zhang et al., ISCA 2024).
//
// What it reads (`template_to_system` of design_space_exploration/dse.py, and runs of it):
//   - a hardware JSON.  What only its area model reads (nodes, physical counts, registers) may be
//     missing.
//   - SRAM_KB, global_buffer_MB and total_capacity_GB are powers of 1024; the bandwidth of
//     memory is active channels x pins x bit/s / 8, rounded down.
//   - launches take as long as on an A100, whatever the file says; only its transformer block adds
//     them.  Links have packets with headers: 0 bytes of header is none.
//   - workloads are Python.  Products search for a mapping (`heuristic-GPU`); where none fits, the
//     time is 2^63 cycles.  Elementwise operators have 2-byte elements unless told otherwise.
//   - tables of cycles are found relative to its own folder, those of 16 x 16 units among them;
//     shapes that are missing there are simulated by SCALE-Sim 2 and added to them.
#include "backends/CoreWork.h"
#include "backends/ModelNeeds.h"
#include "backends/Text.h"
#include "evaluation/SingleOperator.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

namespace wsc::backends {

namespace {

using namespace evaluation;
using llvm::json::Array;
using llvm::json::Object;

// A core as LLMCompass describes GPUs: four arrays and four vector units, whose rates make up for
// their size.
constexpr int64_t lanes = 4, side = 16, vectorWidth = 32;

/// Empty for a size that it has no type of.
llvm::StringRef datatype(double bytes) {
  return bytes == 1 ? "int8" : bytes == 2 ? "fp16" : bytes == 4 ? "fp32" : "";
}

/// What the cores share.
double cacheOf(const Chip &chip) {
  return chip.sram - chip.coreRows * chip.coreCols * chip.coreSram;
}

Object coreOf(const Design &design) {
  const Chip &chip = design.chip;
  const double cores = chip.coreRows * chip.coreCols;
  const double macs = chip.peak / (2 * chip.clock * cores);
  const double vectorPeak = chip.vectorPeak > 0 ? chip.vectorPeak : chip.peak;
  const llvm::StringRef type = datatype(design.workload.elementSize);
  return Object{{"sublane_count", lanes},
                {"systolic_array", Object{{"array_width", side},
                                          {"array_height", side},
                                          {"data_type", type},
                                          {"mac_per_cycle", macs / double(lanes * side * side)}}},
                {"vector_unit", Object{{"vector_width", vectorWidth},
                                       {"flop_per_cycle", vectorPeak / (chip.clock * cores) /
                                                              double(lanes * vectorWidth)},
                                       {"data_type", type}}},
                {"SRAM_KB", chip.coreSram / double(1 << 10)}};
}

Object hardware(const Design &design) {
  const Chip &chip = design.chip;
  constexpr int64_t pins = 1024;
  return Object{
      {"name", "wsc"},
      {"device_count", int64_t(chip.reticlesPerWafer())},
      {"interconnect",
       Object{{"link", Object{{"name", "link"},
                              {"bandwidth_per_direction_byte", chip.waferLinkBandwidth},
                              {"bandwidth_both_directions_byte", 2 * chip.waferLinkBandwidth},
                              {"latency_second", chip.waferHopLatency},
                              {"flit_size_byte", 1},
                              {"header_size_byte", 0},
                              {"max_payload_size_byte", 1}}},
              {"link_count_per_device", 1},
              {"topology", chip.waferTopology == Topology::Switch ? "FC" : "RING"}}},
      {"device",
       Object{{"frequency_Hz", chip.clock},
              {"compute_chiplet_count", 1},
              {"compute_chiplet", Object{{"core_count", int64_t(chip.coreRows * chip.coreCols)},
                                         {"core", coreOf(design)}}},
              {"io", Object{{"global_buffer_MB", cacheOf(chip) / double(1 << 20)},
                            {"global_buffer_bandwidth_per_cycle_byte",
                             chip.coreLinkBandwidth * chip.coreRows * chip.coreCols / chip.clock},
                            {"memory_channel_active_count", 1},
                            {"pin_count_per_channel", pins},
                            {"bandwidth_per_pin_bit", 8 * chip.dramBandwidth / double(pins)}}},
              {"memory", Object{{"total_capacity_GB", chip.memory / double(1 << 30)}}}}}};
}

/// An operator or collective as LLMCompass knows it, and what wsc says of it.
struct Task {
  std::string name;
  Object shape;     ///< `operator` and its sizes
  double once = 0;  ///< s
  double times = 1; ///< in an iteration, on one rank
};

class Tasks {
public:
  explicit Tasks(const Request &request) : request_(request) {
    const Plan &plan = *request.plan;
    const bool single = plan.phases.size() == 1;
    for (const PlannedPhase &phase : plan.phases)
      for (const PlannedPart &part : phase.parts)
        add(phase, part, prefixOf(phase.phase, single));
    for (const LayerCollective &each : plan.ends)
      add(name(request.design.workload.operation).str(), each, 1);
  }

  std::vector<Task> list;
  std::vector<std::string> leftOut; ///< what LLMCompass has no operator for
  bool rounded = false;

private:
  int64_t whole(double size) {
    rounded |= size != std::ceil(size);
    return static_cast<int64_t>(std::ceil(size));
  }

  void add(const PlannedPhase &phase, const PlannedPart &part, llvm::StringRef prefix) {
    const double layers = part.isLayer ? part.count / phase.design.strategy.pp : part.count;
    const double times = layers * phase.microBatches * phase.repetitions;
    for (const PlannedOperator &planned : part.operators) {
      const std::string label = (prefix + name(planned.op.kind)).str();
      if (planned.op.kind == OperatorKind::Scores)
        keys_ = planned.op.n;
      if (auto shape = shapeOf(planned.op))
        add({label, std::move(*shape), phase.costOf(planned).time, times});
      else if (!llvm::is_contained(leftOut, label))
        leftOut.push_back(label);
    }
    for (const LayerCollective &each : part.collectives)
      add((prefix + "all_reduce").str(), each, times * each.forward);
  }

  void add(std::string name, const LayerCollective &each, double times) {
    const double size = request_.design.workload.elementSize;
    add({std::move(name), Object{{"operator", "allreduce"}, {"elements", whole(each.bytes / size)}},
         collective(each.kind, groupOf(request_.plan->placement, each.group), each.bytes).time,
         times});
  }

  /// Equal ones of one name are one.
  void add(Task task) {
    unsigned alike = 1;
    const std::string name = task.name;
    for (Task &known : list) {
      if (known.name != task.name)
        continue;
      if (known.shape == task.shape) {
        known.times += task.times;
        return;
      }
      task.name = name + "_" + llvm::utostr(++alike);
    }
    list.push_back(std::move(task));
  }

  /// Rows of one norm or softmax, each `columns` long.
  Object rows(llvm::StringRef kind, const Operator &op, double columns) {
    const double elements = op.writes / request_.design.workload.elementSize / op.passes;
    return Object{{"operator", kind},
                  {"passes", whole(op.passes)},
                  {"rows", whole(elements / columns)},
                  {"columns", whole(columns)}};
  }

  std::optional<Object> shapeOf(const Operator &op) {
    if (op.isMatrix())
      return Object{{"operator", "matmul"},
                    {"count", whole(op.count)},
                    {"m", whole(op.m)},
                    {"n", whole(op.n)},
                    {"k", whole(op.k)}};
    const Workload &workload = request_.design.workload;
    switch (op.kind) {
    case OperatorKind::Norms: return rows("layernorm", op, request_.design.model.hidden);
    case OperatorKind::Softmax: return rows("softmax", op, keys_);
    case OperatorKind::Activation: return rows("gelu", op, 1);
    case OperatorKind::Single:
      return rows(workload.operation == Operation::Softmax ? "softmax"
                  : workload.operation == Operation::Norm  ? "layernorm"
                                                           : "gelu",
                  op, workload.operation == Operation::Activation ? 1 : workload.n);
    default: return std::nullopt;
    }
  }

  const Request &request_;
  double keys_ = 1; ///< of the scores that a softmax is over
};

constexpr llvm::StringLiteral script =
    R"(# Simulates every operator of workload.json; writes results.csv.
import json
import os
import pathlib
import sys

from design_space_exploration.dse import read_architecture_template, template_to_system
from software_model.communication_primitives import AllReduceMultiPCB
from software_model.gelu import GeLU
from software_model.layernorm import LayerNorm
from software_model.matmul import BatchedMatmul, Matmul
from software_model.softmax import Softmax
from software_model.utils import Tensor, data_type_dict

here = pathlib.Path(sys.argv[1])
work = json.loads((here / "workload.json").read_text())
system = template_to_system(read_architecture_template(here / "hardware.json"))
element = data_type_dict[work["data_type"]]
system.device.compute_module.core.vector_unit.data_type = element
system.interconnect.device_count = work["devices"]
os.makedirs("systolic_array_model/temp", exist_ok=True)


def simulate(task):
    kind = task["operator"]
    if kind == "allreduce":
        operator = AllReduceMultiPCB(element)
        operator(Tensor([task["elements"]], element))
        return operator.simulate(system.interconnect)
    if kind == "matmul":
        m, n, k, count = (task[size] for size in ("m", "n", "k", "count"))
        operator = Matmul(element) if count == 1 else BatchedMatmul(element)
        batch = [] if count == 1 else [count]
        operator(Tensor(batch + [m, k], element), Tensor(batch + [k, n], element))
    else:
        operator = {"softmax": Softmax, "layernorm": LayerNorm, "gelu": GeLU}[kind](element)
        operator(Tensor([task["rows"], task["columns"]], element))
    seconds = operator.compile_and_simulate(system.device, "heuristic-GPU")
    assert seconds < 1e6, f"no mapping of {task['name']} fits the device"
    return task.get("passes", 1) * (seconds + work["kernel_latency"])


with open(here / "results.csv", "w") as results:
    results.write("operator,seconds\n")
    total = 0
    for task in work["operators"]:
        seconds = simulate(task)
        total += seconds * task["times"]
        results.write(f"{task['name']},{seconds:.6g}\n")
        print(task["name"], seconds, flush=True)
    results.write(f"all operators,{total:.6g}\n")
)";

std::vector<Need> needs(const Request &request) {
  const auto &[chip, model, workload, strategy] = request.design;
  Needs needs;
  needs.add(!request.plan, Feature::Patterns,
            "workload.operation = " + name(workload.operation).str());
  needs.add(chip.coreTopology == Topology::Mesh, Feature::Mesh, "reticle.topology = mesh");
  needs.add(chip.coreTopology == Topology::Torus, Feature::Torus, "reticle.topology = torus");
  needs.add(strategy.reticlesPerRank > 1, Feature::SpreadRanks, "strategy.reticles_per_rank > 1");
  const bool shares = strategy.tp > 1;
  needs.add(shares && chip.waferTopology == Topology::Mesh, Feature::Mesh, "wafer.topology = mesh");
  needs.add(shares && strategy.tp > chip.reticlesPerWafer(), Feature::SecondNetwork,
            "strategy.tp > wafer.rows * wafer.cols");
  llvm::append_range(needs.list, modelNeeds(request));
  needs.add(strategy.prefillReplicas > 0, Feature::Disaggregation, "strategy.prefill_replicas > 0");
  if (!isSingle(workload))
    needs.add(workload.kind == WorkloadKind::Training, Feature::Training,
              "workload.kind = training");
  needs.add(strategy.ep > 1 ||
                (isCollective(workload) && workload.operation != Operation::AllReduce),
            Feature::OtherCollectives,
            strategy.ep > 1 ? "strategy.ep > 1"
                            : "workload.operation = " + name(workload.operation).str());
  return needs.list;
}

/// Why the device cannot be written; empty if it can.
std::string refusalOf(const Design &design) {
  const auto &[chip, model, workload, strategy] = design;
  if (isCollective(workload) && strategy.tp == 1)
    return "LLMCompass has no all-reduce of a single device: `strategy.tp` is 1";
  if (datatype(workload.elementSize).empty())
    return "LLMCompass has elements of 1, 2 and 4 bytes, unlike `workload.element_size`";
  if (!(chip.dramBandwidth > 0))
    return "LLMCompass has DRAM behind the cache: `reticle.dram_bandwidth` is 0";
  if (!(chip.coreSram > 0) || !(cacheOf(chip) > 0))
    return "LLMCompass has an SRAM in each core and a buffer that they share: `reticle.sram` "
           "has to be more than that of all cores, and `core.sram` above 0";
  if (strategy.tp > 1 && chip.waferTopology == Topology::Torus &&
      (std::min(chip.reticleRows, chip.reticleCols) > 1 || strategy.tp != chip.reticlesPerWafer()))
    return "LLMCompass has one ring of all devices: `strategy.tp` and `wafer.topology = torus` "
           "have to make it";
  return "";
}

Result emit(const Request &request) {
  const Design &design = request.design;
  if (std::string refusal = refusalOf(design); !refusal.empty())
    return refusal;
  Tasks tasks(request);
  Emission emission;
  Array operators;
  double total = 0;
  for (Task &task : tasks.list) {
    emission.figures.push_back({"time of " + task.name, task.once, "s"});
    total += task.once * task.times;
    task.shape["name"] = task.name;
    task.shape["times"] = task.times;
    operators.push_back(std::move(task.shape));
  }
  emission.figures.push_back({"time of all operators", total, "s"});
  const Object work{{"data_type", datatype(design.workload.elementSize)},
                    {"devices", int64_t(design.strategy.tp)},
                    {"kernel_latency", design.chip.kernelLatency},
                    {"operators", std::move(operators)}};
  emission.files = {{"hardware.json", indented(hardware(design))},
                    {"workload.json", indented(Object(work))},
                    {"evaluate.py", script.str()}};
  emission.command = "here=$PWD && cd \"$LLMCOMPASS\" && PYTHONPATH=.:$PYTHONPATH python3 "
                     "$here/evaluate.py $here > "
                     "$here/output.txt 2>&1";
  emission.notes = {
      "$LLMCOMPASS is its folder, which it runs in; it adds shapes to its tables there",
      llvm::formatv("a device is a reticle; {0} of them share a layer", number(design.strategy.tp)),
      "a core is four arrays of 16 x 16 units that do as many multiply-accumulates a cycle as the "
      "core; wsc knows their number only",
      "rates are peaks: what share of them is reached (`reticle.efficiency`, "
      "`reticle.dram_efficiency`, `reticle.link_efficiency`, `wafer.link_efficiency`), "
      "what tiles of a product wait for and what a collective takes beside its hops are "
      "wsc's calibration, which "
      "LLMCompass has no fields for",
      "both add `reticle.kernel_latency` to each operator; nothing overlaps, and what goes from "
      "stage to stage or between replicas is not in these files"};
  if (!tasks.leftOut.empty())
    emission.notes.push_back("LLMCompass has no operator for " + llvm::join(tasks.leftOut, ", ") +
                             ": left out, also of our sum");
  if (tasks.rounded)
    emission.notes.push_back("sizes that are means (of contexts, of tokens for an expert) are "
                             "rounded up");
  return emission;
}

Reading read(llvm::StringRef folder) {
  return readTable(folder, "results.csv", {{"time of ", "s"}});
}

constexpr Feature features[] = {
    Feature::Decoding,    Feature::GroupedHeads,   Feature::SlidingWindows,
    Feature::GatedLayers, Feature::ParallelBlocks, Feature::Experts,
};

} // namespace

const Backend llmCompass{
    "llmcompass", "LLMCompass: operators of a layer on devices with a shared cache",
    features,     needs,
    emit,         read};

} // namespace wsc::backends
