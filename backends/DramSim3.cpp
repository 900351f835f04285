// DRAMsim3: one channel of a stack of HBM, command by command (Li et al., IEEE CAL 2020).
//
// What DRAMsim3 reads (configuration.cc, cpu.cc, and runs of it):
//   - an INI file; a key that is missing takes a default without a word.  HBM has a `columns` of
//   twice
//     the width of the bus, and sizes that are cut to powers of two.
//   - a trace of `0xADDRESS READ|WRITE CYCLE` lines.  One request enters in a cycle, which is too
//   slow for
//     more than a few channels: hence one channel.
//   - it stops at the cycle of `-c`, whether the trace is done or not: the counts tell.
//   - it notices the end of the trace only after it has entered the last address a second time, as
//   a read whatever it was.
//   - the folder of `-o` must exist, else it writes to the current one.
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

/// Cycles after the last operator in which requests that wait may end, over those before.
constexpr double overtime = 1.1;
constexpr unsigned tail = 2000;

/// Two beats a cycle.
double cycleOf(const DramChannel &channel, unsigned bits) {
  return 2 * bits / 8.0 / channel.bandwidth;
}

/// 512 bits of a burst in the beats of the generation: HBM2 has 4 of 128 bits, later ones 8 of 64.
unsigned busOf(const DramChannel &channel) { return channel.channels > 8 ? 64 : 128; }

std::string configOf(const Request &request, const DramTraffic &traffic) {
  const DramChannel &channel = traffic.channel;
  const unsigned bus = busOf(channel), beats = channel.burst * 8 / bus;
  const double cycle = cycleOf(channel, bus);
  std::string text;
  llvm::raw_string_ostream out(text);
  auto cycles = [&](llvm::StringRef key, llvm::StringRef time) {
    const double seconds = *valueOf(request, "reticle.hbm.banks." + time.str());
    out << key << " = " << unsigned(std::ceil(seconds / cycle - 1e-9)) << '\n';
  };
  out << "[dram_structure]\nprotocol = HBM\nbankgroups = " << channel.groups
      << "\nbanks_per_group = " << channel.perGroup << "\nrows = " << channel.rows
      << "\ncolumns = " << channel.row * 8 / bus / 2 << "\ndevice_width = " << bus
      << "\nBL = " << beats
      << "\nnum_dies = 1\n\n[timing]\ntCK = " << formatv("{0:F6}", 1e9 * cycle) << '\n';
  cycles("CL", "read_latency");
  cycles("CWL", "write_latency");
  cycles("tRCDRD", "row_to_column");
  cycles("tRCDWR", "row_to_column");
  cycles("tRP", "precharge");
  cycles("tRAS", "row_active");
  cycles("tRFC", "refresh");
  cycles("tREFI", "refresh_interval");
  cycles("tRRD_S", "rows_apart");
  cycles("tRRD_L", "group_rows_apart");
  cycles("tWTR_S", "write_to_read");
  cycles("tWTR_L", "group_write_to_read");
  cycles("tFAW", "four_activates");
  cycles("tWR", "write_recovery");
  cycles("tRTP_S", "read_to_precharge");
  cycles("tRTP_L", "read_to_precharge");
  out << "tCCD_S = " << beats / 2 << "\ntCCD_L = " << beats << "\n\n[system]\nchannel_size = "
      << uint64_t(channel.rows) * channel.row * channel.groups * channel.perGroup / (1 << 20)
      << "\nchannels = 1\nbus_width = " << bus
      << "\naddress_mapping = rorabachcobg\nqueue_structure = PER_BANK\n"
         "row_buf_policy = OPEN_PAGE\ncmd_queue_size = 8\ntrans_queue_size = 32\n\n"
         "[other]\nepoch_period = 1000000000\noutput_level = 0\n";
  return text;
}

std::string traceOf(const DramTraffic &traffic, double cycle) {
  std::string text;
  text.reserve((traffic.reads + traffic.writes) * 24);
  llvm::raw_string_ostream out(text);
  forEachRequest(traffic, [&](bool isWrite, uint64_t address, double time) {
    out << "0x" << llvm::utohexstr(address) << (isWrite ? " WRITE " : " READ ")
        << uint64_t(time / cycle) << '\n';
  });
  return text;
}

Result emit(const Request &request) {
  auto found = dramTraffic(request);
  if (auto *problem = std::get_if<std::string>(&found))
    return *problem;
  const auto &traffic = std::get<DramTraffic>(found);
  const double cycle = cycleOf(traffic.channel, busOf(traffic.channel));
  const auto last = uint64_t(std::ceil(overtime * traffic.end / cycle)) + tail;
  const double burst = traffic.channel.burst;
  Emission emission;
  emission.files = {{"channel.ini", configOf(request, traffic)},
                    {"channel.trace", traceOf(traffic, cycle)}};
  emission.command =
      formatv("dramsim3main.out channel.ini -c {0} -t channel.trace -o . > output.txt 2>&1", last);
  emission.notes = {
      "the trace is " + traffic.stretch,
      formatv("it is what one of {0} channels of one of {1} stack(s) beside a reticle sees, to "
              "which the traffic of a rank is spread evenly: {2} reads and {3} writes of {4} "
              "bytes in {5:F3} us",
              traffic.channel.channels, unsigned(traffic.channel.stacks), traffic.reads,
              traffic.writes, unsigned(burst), 1e6 * traffic.end),
      "requests enter at the pace of the operators, and the run ends 10 % and 2000 cycles after "
      "them: "
      "fewer bytes than expected mean that the channel could not keep that pace",
      "the standard is HBM with the timing of `reticle.hbm.banks`, at a clock that gives the "
      "bandwidth "
      "of the stack; addresses wrap at a power of two below its capacity"};
  emission.figures = {{"bytes read", burst * double(traffic.reads), "B"},
                      {"bytes written", burst * double(traffic.writes), "B"}};
  return emission;
}

Reading read(llvm::StringRef folder) {
  auto file =
      jsonFileOf(folder, "dramsim3.json", "there is no `dramsim3.json`, which DRAMsim3 writes");
  if (auto *problem = std::get_if<std::string>(&file))
    return *problem;
  const auto &stats = std::get<llvm::json::Object>(file);
  const llvm::json::Object *channel = stats.getObject("0");
  const auto reads = channel ? channel->getNumber("num_reads_done") : std::nullopt;
  const auto writes = channel ? channel->getNumber("num_writes_done") : std::nullopt;
  const std::optional<std::string> config = fileOf(folder, "channel.ini"),
                                   trace = fileOf(folder, "channel.trace");
  if (!config || !trace)
    return "`channel.ini` or `channel.trace` is gone";
  if (!reads || !writes)
    return "`dramsim3.json` has no `num_reads_done` and `num_writes_done` of a channel `0`";
  auto setting = [&](llvm::StringRef key) {
    double value = 0;
    auto [before, after] = llvm::StringRef(*config).split(("\n" + key + " = ").str());
    after.split('\n').first.getAsDouble(value);
    return value;
  };
  const double burst = setting("bus_width") / 8 * setting("BL");
  const double readsDone = reads.value_or(0), writesDone = writes.value_or(0);
  const double requests = llvm::StringRef(*trace).count('\n');
  const double twice = readsDone + writesDone > requests ? 1 : 0;
  return std::vector<Figure>{{"bytes read", (readsDone - twice) * burst, "B"},
                             {"bytes written", writesDone * burst, "B"}};
}

} // namespace

const Backend dramSim3{
    "dramsim3", "DRAMsim3: a channel of the HBM beside a reticle", {}, nullptr, emit, read};

} // namespace wsc::backends
