// ASTRA-sim 2: collectives and pipelines over time, from one Chakra trace a rank.
//
// What it does with its input (its sources, and runs of it):
//   - a dimension of the analytical network is Ring, FullyConnected or Switch, no mesh; its GB are
//     2^30 bytes; a switch takes two hops a message; several dimensions need the
//     Congestion_Unaware back end.
//   - lists of algorithms that are shorter than the dimensions leave dimensions out without a word.
//   - a deadlock ends with exit code 0 and fewer lines `finished`.
//   - compute nodes take min(num_ops, bandwidth) rooflines; a cycle is a nanosecond.
#include "backends/AstraTrace.h"
#include "backends/Backend.h"
#include "backends/Folder.h"
#include "backends/Text.h"
#include "evaluation/Analytic.h"
#include "evaluation/SingleOperator.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include <map>

namespace wsc::backends {

namespace {

using evaluation::Design;
using evaluation::Plan;
using evaluation::Strategy;
using llvm::formatv;

/// Beyond these it takes minutes, and as many megabytes of traces.
constexpr double mostRanks = 4096, mostNodes = 200'000;

constexpr double gibi = 1 << 30, nano = 1e-9;

/// A design whose iteration is short enough to be written, its plan, and what it takes.
struct Written {
  Design design;
  Plan plan;
  double time; ///< s
};

/// Shortens an iteration: fewer decode steps, then fewer micro-batches.  False if it is as short
/// as it gets.
bool shorten(Design &design) {
  auto &[chip, model, workload, strategy] = design;
  if (workload.kind == evaluation::WorkloadKind::Inference && workload.output > 2) {
    workload.output = std::max(2.0, std::floor(workload.output / 2));
    return true;
  }
  const double replicaBatch = strategy.dp * strategy.microBatch;
  const double microBatches = std::round(workload.batch / replicaBatch);
  if (microBatches <= 1)
    return false;
  workload.batch = std::ceil(microBatches / 2) * replicaBatch;
  return true;
}

std::string networkText(llvm::ArrayRef<AstraDimension> dimensions) {
  std::string blocks, ranks, bandwidths, latencies;
  for (const AstraDimension &each : dimensions) {
    const char *comma = blocks.empty() ? "" : ", ";
    blocks += formatv("{0}{1}", comma, each.isSwitch ? "Switch" : "Ring");
    ranks += formatv("{0}{1}", comma, each.ranks);
    bandwidths += formatv("{0}{1:F6}", comma, each.bandwidth / gibi);
    latencies += formatv("{0}{1:F3}", comma, each.latency / nano / (each.isSwitch ? 2 : 1));
  }
  return formatv("topology: [ {0} ]\nnpus_count: [ {1} ]\nbandwidth: [ {2} ]  # GB/s, GB = 2^30 B\n"
                 "latency: [ {3} ]  # ns\n",
                 blocks, ranks, bandwidths, latencies);
}

/// One entry a dimension in every list.
std::string systemText(const Request &request, llvm::ArrayRef<AstraDimension> dimensions,
                       double bandwidth) {
  llvm::json::Array allReduce, rings, direct;
  for (const AstraDimension &each : dimensions) {
    allReduce.push_back(each.allReduce);
    rings.push_back("ring");
    direct.push_back("direct");
  }
  const double peak = request.design.chip.peak * request.design.strategy.reticlesPerRank;
  llvm::json::Object object{{"scheduling-policy", "FIFO"},
                            {"endpoint-delay", 1},
                            {"active-chunks-per-dimension", 1},
                            {"preferred-dataset-splits", 1},
                            {"all-reduce-implementation", std::move(allReduce)},
                            {"all-gather-implementation", llvm::json::Array(rings)},
                            {"reduce-scatter-implementation", llvm::json::Array(rings)},
                            {"all-to-all-implementation", std::move(direct)},
                            {"collective-optimization", "localBWAware"},
                            {"local-mem-bw", bandwidth / 1e9},
                            {"peak-perf", peak / 1e12},
                            {"roofline-enabled", 1}};
  return formatv("{0:2}\n", llvm::json::Value(std::move(object)));
}

/// What is shorter than in the design, and what is not written.
std::vector<std::string> notesOn(const Design &whole, const Design &part,
                                 llvm::ArrayRef<AstraDimension> dimensions) {
  std::vector<std::string> notes{
      formatv("{0} ranks in {1} dimension(s) of the network", unsigned(part.strategy.ranks()),
              dimensions.size()),
      "a compute node takes as long as its operators do in wsc: `tensor_size` is that time at "
      "`local-mem-bw`, `num_ops` are their flop",
      "a ring that goes both ways is written with the bandwidth of both; 2-D rings with twice "
      "that, as each dimension carries half of a vector at a time",
      "messages have 1 ns of `endpoint-delay`: ASTRA-sim aborts without any",
      "nothing overlaps: collectives follow the computation before them"};
  if (part.workload.batch < whole.workload.batch)
    notes.push_back(formatv("the traces hold a batch of {0} of {1} sequences",
                            formatNumber(part.workload.batch), formatNumber(whole.workload.batch)));
  if (part.workload.output < whole.workload.output)
    notes.push_back(formatv("the traces hold {0} of {1} tokens of output",
                            formatNumber(part.workload.output),
                            formatNumber(whole.workload.output)));
  notes.push_back("success is one line `finished` for every rank: ASTRA-sim exits with 0 after a "
                  "deadlock, too");
  return notes;
}

std::variant<Written, std::string> writable(const Request &request) {
  Written written{request.design, *request.plan, timeAtFullClock(request.evaluation)};
  bool isCut = false;
  if (request.design.strategy.ranks() > mostRanks)
    return formatv("{0} ranks are as many trace files; {1} are written at most",
                   formatNumber(request.design.strategy.ranks()), formatNumber(mostRanks))
        .str();
  while (AstraTraces(written.design, written.plan, {}, 1).nodeCount() > mostNodes) {
    std::vector<std::string> reasons;
    isCut = true;
    if (!shorten(written.design))
      return formatv("a single micro-batch has more than {0} nodes in the traces of {1} ranks: "
                     "take fewer ranks or layers",
                     formatNumber(mostNodes), formatNumber(request.design.strategy.ranks()))
          .str();
    std::optional<Plan> plan = evaluation::planOf(written.design, reasons);
    if (!plan)
      return reasons.front();
    written.plan = std::move(*plan);
  }
  if (!isCut)
    return written;
  const evaluation::Evaluation evaluation = evaluation::analyse(written.design);
  if (evaluation.status != evaluation::Status::Ok)
    return evaluation.reasons.front();
  written.time = timeAtFullClock(evaluation);
  return written;
}

std::vector<Need> needs(const Request &request) {
  const Strategy &strategy = request.design.strategy;
  std::vector<Need> list;
  if (evaluation::isTraffic(request.design.workload))
    list.push_back({Feature::Patterns,
                    "workload.operation = " + name(request.design.workload.operation).str()});
  if (strategy.pp > 1 && strategy.schedule == evaluation::Schedule::Interleaved)
    list.push_back({Feature::Interleaved, "strategy.schedule = interleaved"});
  if (strategy.pp > 1 && strategy.schedule == evaluation::Schedule::ZeroBubble)
    list.push_back({Feature::ZeroBubble, "strategy.schedule = zero_bubble"});
  if (strategy.prefillReplicas > 0)
    list.push_back({Feature::Disaggregation, "strategy.prefill_replicas"});
  if (strategy.weights == evaluation::Weights::Streamed)
    list.push_back({Feature::StreamedWeights, "strategy.weights = streamed"});
  return list;
}

Result emit(const Request &request) {
  auto made = writable(request);
  if (auto *refusal = std::get_if<std::string>(&made))
    return *refusal;
  const auto &[design, plan, time] = std::get<Written>(made);
  const auto dimensions = astraDimensions(design, plan);
  if (!dimensions)
    return "`strategy.cp` and `strategy.ep` overlap in part: ASTRA-sim's dimensions hold groups "
           "only if one divides the other, and both the replicas";
  if (dimensions->empty())
    return "a single rank sends nothing";
  const evaluation::Chip &chip = design.chip;
  const double bandwidth = design.strategy.reticlesPerRank *
                           (chip.dramBandwidth > 0 ? chip.dramBandwidth : chip.sramBandwidth);
  const AstraTraces traces(design, plan, *dimensions, bandwidth);
  Emission emission;
  emission.files.push_back({"network.yml", networkText(*dimensions)});
  emission.files.push_back({"system.json", systemText(request, *dimensions, bandwidth)});
  emission.files.push_back({"memory.json", "{ \"memory-type\": \"NO_MEMORY_EXPANSION\" }\n"});
  for (unsigned rank = 0; rank < design.strategy.ranks(); ++rank)
    emission.files.push_back(
        {"trace." + std::to_string(rank) + ".et", traces.traceOf(rank).text()});
  emission.command = "AstraSim_Analytical_Congestion_Unaware --workload-configuration=trace "
                     "--system-configuration=system.json --network-configuration=network.yml "
                     "--remote-memory-configuration=memory.json > output.txt";
  emission.notes = notesOn(request.design, design, *dimensions);
  emission.figures = {{"iteration time", time, "s"},
                      {"ranks that finish", design.strategy.ranks(), ""}};
  return emission;
}

/// `[..] [workload] [info] sys[3] finished, 1200 cycles, exposed communication 200 cycles.`
Reading read(llvm::StringRef folder) {
  const auto output = fileOf(folder, "output.txt");
  if (!output)
    return "there is no `output.txt`: run ASTRA-sim as README says";
  std::map<unsigned, double> cycles;
  for (llvm::StringRef line : linesOf(*output)) {
    auto [rank, rest] = line.split("sys[").second.split("] finished, ");
    unsigned number;
    double value;
    if (!rest.empty() && !rank.getAsInteger(10, number) &&
        !rest.split(' ').first.getAsDouble(value))
      cycles[number] = value;
  }
  if (cycles.empty())
    return "no rank has finished: ASTRA-sim stopped with an error or in a deadlock";
  double longest = 0;
  for (const auto &[rank, value] : cycles)
    longest = std::max(longest, value);
  return std::vector<Figure>{{"iteration time", longest * nano, "s"},
                             {"ranks that finish", double(cycles.size()), ""}};
}

} // namespace

const Backend astraSim{
    "astra-sim", "ASTRA-sim 2: the collectives and the pipeline of an iteration over time",
    {},          needs,
    emit,        read};

} // namespace wsc::backends
