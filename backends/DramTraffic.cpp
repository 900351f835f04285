// From operators to requests of one channel.
#include "backends/DramTraffic.h"

#include "llvm/Support/FormatVariadic.h"
#include <cmath>

namespace wsc::backends {

namespace {

using namespace evaluation;

/// A longer trace takes minutes to simulate.
constexpr uint64_t maxRequests = 1 << 20;

std::variant<DramChannel, std::string> channelOf(const Request &request) {
  std::string missing;
  auto value = [&](const std::string &path) {
    const std::optional<double> found = valueOf(request, "reticle." + path);
    if (!found && missing.empty())
      missing = path;
    return found.value_or(1);
  };
  DramChannel channel{};
  channel.stacks = value("hbm_stacks");
  channel.channels = value("hbm.channels");
  channel.capacity = value("hbm.capacity") / channel.channels;
  channel.bandwidth = value("hbm.bandwidth") / channel.channels;
  channel.burst = value("hbm.banks.burst");
  channel.groups = value("hbm.banks.groups");
  channel.perGroup = value("hbm.banks.per_group");
  channel.row = value("hbm.banks.row");
  if (!missing.empty())
    return "a simulator of DRAM needs `reticle." + missing +
           "`: build the chip of std.wafer_hbm, with stacks of std.memory";
  if (channel.stacks < 1)
    return std::string("`reticle.hbm_stacks` is 0: there is no DRAM to simulate");
  const double rows = channel.capacity / (channel.groups * channel.perGroup * channel.row);
  channel.rows = 1U << unsigned(std::log2(rows));
  return channel;
}

/// Of the traffic of an operator, what is written: gradients, which are read first where they are
/// added to earlier ones, and outputs that leave SRAM.
double writtenShare(const PlannedOperator &planned, double bytes, bool accumulates) {
  const Operator &op = planned.op;
  if (bytes == 0)
    return 0;
  const double moved = op.reads + op.writes;
  const double spilled = std::max(0.0, bytes - op.resident);
  const double outputs = moved > 0 ? spilled * op.writes / moved : 0;
  const double gradients = planned.pass == Pass::Weights ? std::min(bytes, op.resident) : 0;
  return (outputs + gradients / (accumulates ? 2 : 1)) / bytes;
}

llvm::StringRef word(Phase phase) {
  switch (phase) {
  case Phase::Training: return "training";
  case Phase::Prefill: return "prefill";
  case Phase::Decode: return "decode";
  case Phase::Mixed: return "mixed";
  }
  llvm_unreachable("covered switch");
}

} // namespace

std::variant<DramTraffic, std::string> dramTraffic(const Request &request) {
  if (request.design.chip.dramBandwidth == 0)
    return std::string("`reticle.dram_bandwidth` is 0: all memory is SRAM, and there is no DRAM to "
                       "simulate");
  if (!request.plan || request.plan->phases.empty())
    return std::string("packets and collectives alone have no traffic to DRAM");
  auto channel = channelOf(request);
  if (auto *problem = std::get_if<std::string>(&channel))
    return *problem;
  DramTraffic traffic{std::get<DramChannel>(channel)};
  const PlannedPhase &phase = request.plan->phases.back();
  const PlannedPart &part = *phase.mainPart();
  const double shares = request.design.strategy.reticlesPerRank * traffic.channel.stacks *
                        traffic.channel.channels * traffic.channel.burst;
  const Strategy &strategy = phase.design.strategy;
  const bool accumulates = phase.design.workload.batch > strategy.dp * strategy.microBatch;
  for (const PlannedOperator &planned : part.operators) {
    const OperatorCost cost = phase.costOf(planned);
    const double bytes = cost.usage.dramBytes;
    const uint64_t all = std::llround(bytes / shares);
    const uint64_t writes =
        std::llround(bytes / shares * writtenShare(planned, bytes, accumulates));
    traffic.accesses.push_back({(name(planned.op.kind) + ", " + name(planned.pass)).str(),
                                all - std::min(all, writes), std::min(all, writes), traffic.end,
                                traffic.end + cost.time});
    traffic.end += cost.time;
    traffic.reads += all - std::min(all, writes);
    traffic.writes += std::min(all, writes);
  }
  if (traffic.reads + traffic.writes == 0)
    return std::string("the operators of a layer leave DRAM alone");
  if (traffic.reads + traffic.writes > maxRequests)
    return llvm::formatv(
               "one micro-batch through one layer makes {0} requests to each channel, and "
               "more than {1} take minutes to simulate: take a smaller micro-batch, or more ranks",
               traffic.reads + traffic.writes, maxRequests)
        .str();
  traffic.stretch = llvm::formatv(
      "one micro-batch through one {0} of {1:F0} in the phase `{2}`, which an iteration "
      "repeats {3:F0} times for each of its layers",
      part.name, part.count, word(phase.phase), phase.microBatches * phase.repetitions);
  return traffic;
}

void forEachRequest(const DramTraffic &traffic,
                    llvm::function_ref<void(bool, uint64_t, double)> visit) {
  const DramChannel &channel = traffic.channel;
  const uint64_t size = uint64_t(channel.rows) * channel.groups * channel.perGroup * channel.row;
  uint64_t address = 0;
  for (const DramAccess &access : traffic.accesses) {
    const uint64_t all = access.reads + access.writes;
    for (uint64_t i = 0; i < all; ++i) {
      // Writes fall between reads as evenly as integers allow (Bresenham's line).
      const bool isWrite = (i + 1) * access.writes / all > i * access.writes / all;
      visit(isWrite, address % size,
            access.start + (access.end - access.start) * double(i) / double(all));
      address += channel.burst;
    }
  }
}

} // namespace wsc::backends
