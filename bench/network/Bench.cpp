// wsc-bench-network: how fast the flit-level network is, by size of a mesh and load, also against
// flows; with --load, the figures of one run, as bench/network/booksim.py compares them with those
// of BookSim2.
#include "bench/ProcessorTime.h"
#include "network/Cycle.h"
#include "network/Flow.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace wsc::network;
namespace cl = llvm::cl;

static cl::list<unsigned> sizes("size", cl::CommaSeparated,
                                cl::desc("Rows and columns (default 8,16,32,64,128)"));
static cl::opt<unsigned> virtualChannels("vcs", cl::init(4), cl::desc("Virtual channels"));
static cl::opt<unsigned> buffer("buffer", cl::init(8), cl::desc("Flits of a virtual channel"));
static cl::opt<unsigned> packet("packet", cl::init(4), cl::desc("Flits of a packet"));
static cl::opt<double> load("load", cl::init(0), cl::desc("Flits a node and cycle"));
static cl::opt<unsigned> seed("seed", cl::init(1), cl::desc("Of the traffic"));
static cl::opt<Pattern> pattern("traffic", cl::init(Pattern::Uniform),
                                cl::desc("As BookSim2 calls them"),
                                cl::values(clEnumValN(Pattern::Uniform, "uniform", ""),
                                           clEnumValN(Pattern::Transpose, "transpose", ""),
                                           clEnumValN(Pattern::BitComplement, "bitcomp", ""),
                                           clEnumValN(Pattern::BitReverse, "bitrev", ""),
                                           clEnumValN(Pattern::Shuffle, "shuffle", ""),
                                           clEnumValN(Pattern::Tornado, "tornado", ""),
                                           clEnumValN(Pattern::Neighbor, "neighbor", "")));
static cl::opt<Routing> routing("routing", cl::init(Routing::XY), cl::desc("As BookSim2 calls it"),
                                cl::values(clEnumValN(Routing::XY, "dor", ""),
                                           clEnumValN(Routing::O1Turn, "xy_yx", ""),
                                           clEnumValN(Routing::Adaptive, "adaptive", "")));

namespace {

struct Timed {
  TrafficResult result;
  double seconds = 0; ///< of the processor
};

Network meshOf(unsigned size) {
  GridShape shape;
  shape.rows = shape.cols = size;
  return Network::grid(shape);
}

Router routerOfOptions() {
  Router router;
  router.virtualChannels = virtualChannels;
  router.buffer = buffer;
  return router;
}

Timed measure(const Network &network, double load) {
  cycle::Sampling sampling;
  sampling.seed = seed;
  const double start = wsc::bench::processorSeconds();
  Timed timed{
      cycle::offer(Routes(network, routing), routerOfOptions(), {pattern, load, packet}, sampling)};
  timed.seconds = wsc::bench::processorSeconds() - start;
  return timed;
}

/// Processor time of the same point by flows, mean of some.
double secondsByFlows(const Network &network, double load) {
  constexpr unsigned runs = 10;
  const double start = wsc::bench::processorSeconds();
  for (unsigned run = 0; run < runs; ++run)
    flow::offer(Routes(network, routing), routerOfOptions(), {pattern, load, packet});
  return (wsc::bench::processorSeconds() - start) / runs;
}

/// What `BookSim2` prints, a figure a line.
void printFigures(const Timed &timed) {
  const TrafficResult &result = timed.result;
  llvm::outs() << "stable " << result.stable << "\npacket_latency "
               << llvm::format("%.6g", result.packetLatency) << "\nnetwork_latency "
               << llvm::format("%.6g", result.networkLatency) << "\naccepted "
               << llvm::format("%.6g", result.accepted) << "\nhops "
               << llvm::format("%.6g", result.hops) << "\ncycles " << result.cycles
               << "\nprocessor_s " << llvm::format("%.4f", timed.seconds) << '\n';
}

void printSpeed(unsigned size, double share) {
  // Uniform traffic: half of it crosses the middle, in `size` channels each way.
  const double bound = 4.0 / size, offered = share * bound;
  const Network network = meshOf(size);
  const auto [result, seconds] = measure(network, offered);
  const double byFlows = secondsByFlows(network, offered);
  const double nodes = double(size) * size;
  const double flitHops = result.accepted * nodes * result.hops * result.cycles;
  llvm::outs() << llvm::format("%4ux%-4u %4.0f%% %9llu %10.0f %11.1f %10.3f %9.1f %9.2f %9.0f\n",
                               size, size, 100 * share, (unsigned long long)result.cycles,
                               result.cycles / seconds, 1e6 * seconds / result.cycles,
                               1e6 * seconds / result.cycles / nodes, 1e9 * seconds / flitHops,
                               1e3 * byFlows, seconds / byFlows);
  llvm::outs().flush();
}

} // namespace

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv, "Speed of the flit-level network\n");
  if (sizes.empty())
    for (const unsigned size : {8u, 16u, 32u, 64u, 128u})
      sizes.push_back(size);
  if (load > 0) {
    for (const unsigned size : sizes)
      printFigures(measure(meshOf(size), load));
    return 0;
  }
  llvm::outs()
      << "mesh      load    cycles   cycles/s    us/cycle  us/router   ns/flit   by flow  times "
         "as\n"
         "                                                  and cycle   and hop        ms    "
         "fast\n";
  for (const unsigned size : sizes)
    for (const double share : {0.02, 0.5, 0.8})
      printSpeed(size, share);
}
