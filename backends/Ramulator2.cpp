// Ramulator 2.1: one channel of a stack of HBM (Luo et al., IEEE CAL 2023).
//
// What Ramulator 2.1 reads (python/ramulator, loadstore_trace.cpp, and runs of it):
//   - a Python program that builds the system; 2.0 read YAML, which 2.1 only exports.
//   - standards by presets: HBM2 up to 2400, HBM3 of 6400, HBM4 of 8000 and 16000 Mb/s a pin.
//   - a trace of `LD 0xADDRESS` and `ST 0xADDRESS` lines without times: requests enter as fast as
//   they are
//     taken.  A request moves 32 bytes, what one pseudo channel bursts.
//   - it stops when the trace has been taken: some tens of requests are still on their way.
#include "backends/DramTraffic.h"
#include "backends/Folder.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace wsc::backends {

namespace {

using llvm::formatv;

/// Bytes of a request.
constexpr unsigned requestBytes = 32;

/// A preset of Ramulator.
struct Standard {
  unsigned channels; ///< of a stack: tells the generation
  unsigned rate;     ///< Mb/s of a pin
  llvm::StringRef name, organization, timing, controller;
};
constexpr Standard standards[] = {
    {8, 2400, "HBM2", "HBM2_8Gb", "HBM2_2400Mbps", "HBM12"},
    {16, 6400, "HBM3", "HBM3_16Gb_8hi", "HBM3_6400Mbps", "HBM34"},
    {32, 8000, "HBM4", "HBM4_32Gb_8Hi", "HBM4_8000Mbps", "HBM34"},
};

double rateOf(const DramChannel &channel) {
  return 8e-6 * channel.bandwidth / (channel.channels > 8 ? 64 : 128);
}

/// The one whose bandwidth is within 5 % of that of the channel.
const Standard *standardOf(const DramChannel &channel) {
  for (const Standard &each : standards)
    if (each.channels == channel.channels && std::abs(rateOf(channel) / each.rate - 1) < 0.05)
      return &each;
  return nullptr;
}

std::string programOf(const Standard &standard) {
  std::string text;
  llvm::raw_string_ostream out(text);
  out << "import json\n\nimport ramulator\n\ndram = ramulator.dram." << standard.name
      << "(org_preset=\"" << standard.organization << "\", timing_preset=\"" << standard.timing
      << "\")\nchannel = ramulator.controller." << standard.controller << R"((
    dram=dram,
    scheduler=ramulator.scheduler.FRFCFS(),
    refresh_manager=ramulator.refresh_manager.AllBank(),
    row_policy=ramulator.row_policy.Open(),
    addr_mapper=ramulator.addr_mapper.MOP4CLXOR(),
)
memory = ramulator.memory_system.GenericDRAM(
    clock_ratio=1,
    controllers=[channel],
    channel_mapper=ramulator.channel_mapper.CacheLineInterleave(),
)
trace = ramulator.frontend.LoadStoreTrace(clock_ratio=1, path="./channel.trace")
simulation = ramulator.Simulation(trace, memory)
simulation.run()
with open("stats.json", "w") as file:
    json.dump(simulation.stats, file)
)";
  return text;
}

std::string traceOf(const DramTraffic &traffic) {
  std::string text;
  llvm::raw_string_ostream out(text);
  forEachRequest(traffic, [&](bool isWrite, uint64_t address, double) {
    for (unsigned part = 0; part < traffic.channel.burst; part += requestBytes)
      out << (isWrite ? "ST 0x" : "LD 0x") << llvm::utohexstr(address + part) << '\n';
  });
  return text;
}

Result emit(const Request &request) {
  auto found = dramTraffic(request);
  if (auto *problem = std::get_if<std::string>(&found))
    return *problem;
  const auto &traffic = std::get<DramTraffic>(found);
  const DramChannel &channel = traffic.channel;
  const Standard *standard = standardOf(channel);
  if (!standard)
    return formatv("Ramulator 2.1 has no preset for {0} channels of {1:F0} Mb/s a pin",
                   channel.channels, rateOf(channel))
        .str();
  Emission emission;
  emission.files = {{"channel.py", programOf(*standard)}, {"channel.trace", traceOf(traffic)}};
  emission.command = "python3 channel.py > output.txt 2>&1";
  emission.notes = {"the trace is " + traffic.stretch,
                    formatv("it is what one of {0} channels of one of {1} stack(s) beside a "
                            "reticle sees, to which the traffic "
                            "of a rank is spread evenly: {2} reads and {3} writes of {4} bytes",
                            channel.channels, unsigned(channel.stacks),
                            traffic.reads * (channel.burst / requestBytes),
                            traffic.writes * (channel.burst / requestBytes), requestBytes),
                    formatv("the standard is Ramulator's {0}, {1}, with its timing; requests enter "
                            "as fast as they are taken, "
                            "where `wsc evaluate` takes {2:F3} us",
                            standard->organization, standard->timing, 1e6 * traffic.end)};
  emission.figures = {{"bytes read", double(channel.burst) * double(traffic.reads), "B"},
                      {"bytes written", double(channel.burst) * double(traffic.writes), "B"}};
  return emission;
}

Reading read(llvm::StringRef folder) {
  auto file =
      jsonFileOf(folder, "stats.json", "there is no `stats.json`, which `channel.py` writes");
  if (auto *problem = std::get_if<std::string>(&file))
    return *problem;
  const auto &stats = std::get<llvm::json::Object>(file);
  const llvm::json::Object *system = stats.getObject("memory_system");
  const llvm::json::Object *channel = system ? system->getObject("controller") : nullptr;
  const auto reads = channel ? channel->getNumber("num_read_reqs") : std::nullopt;
  const auto writes = channel ? channel->getNumber("num_write_reqs") : std::nullopt;
  if (!reads || !writes)
    return "`stats.json` has no `num_read_reqs` and `num_write_reqs` of its controller";
  return std::vector<Figure>{{"bytes read", requestBytes * *reads, "B"},
                             {"bytes written", requestBytes * *writes, "B"}};
}

} // namespace

const Backend ramulator2{
    "ramulator2", "Ramulator 2.1: a channel of the HBM beside a reticle", {}, nullptr, emit, read};

} // namespace wsc::backends
