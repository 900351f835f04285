// wsc-bench-collectives: collectives by flows against flit by flit, on square meshes or tori; and
// what flows alone cost on a wafer of 900,000 cores.
#include "network/Collectives.h"
#include "bench/ProcessorTime.h"
#include "network/Cycle.h"
#include "network/Flow.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using namespace wsc::network;
namespace cl = llvm::cl;

static cl::list<unsigned> sizes("size", cl::CommaSeparated,
                                cl::desc("Rows and columns (default 8,16,32)"));
static cl::opt<Routing>
    routing("routing", cl::init(Routing::XY), cl::desc("Which way packets go:"),
            cl::values(clEnumValN(Routing::XY, "xy", "along the row first (default)"),
                       clEnumValN(Routing::YX, "yx", "along the column first"),
                       clEnumValN(Routing::O1Turn, "o1turn", "each packet one of these at random"),
                       clEnumValN(Routing::Adaptive, "adaptive",
                                  "the less congested way that leads nearer")));
static cl::opt<bool> torus("torus", cl::desc("Rows and columns are rings"));
static cl::opt<unsigned> channels("channels", cl::init(Router().virtualChannels),
                                  cl::desc("Virtual channels of a port (default 4)"));
static cl::opt<unsigned> buffer("buffer", cl::init(Router().buffer),
                                cl::desc("Flits of the buffer of a virtual channel (default 4)"));
static cl::opt<unsigned> packet("packet", cl::init(1), cl::desc("Flits of a packet (default 1)"));
static cl::opt<double> flits("flits", cl::init(1024), cl::desc("Of the vector of a node"));
static cl::opt<bool> wafer("wafer", cl::desc("Only the wafer of 900 x 1000 cores"));

static cl::opt<double>
    mostFlitHops("most-flit-hops", cl::init(3e8),
                 cl::desc("Collectives with more are left out: `cycle` takes minutes"));

namespace {

constexpr Collective kinds[] = {Collective::AllReduce, Collective::ReduceScatter,
                                Collective::AllGather, Collective::AllToAll,
                                Collective::Broadcast, Collective::Reduce};
constexpr const char *kindNames[] = {"all-reduce", "reduce-scatter", "all-gather",
                                     "all-to-all", "broadcast",      "reduce"};
constexpr Algorithm algorithms[] = {Algorithm::Ring,     Algorithm::Rings2D,    Algorithm::Tree,
                                    Algorithm::Exchange, Algorithm::Direct,     Algorithm::Chain,
                                    Algorithm::TwoPhase, Algorithm::BinaryTree, Algorithm::Star};

struct Timed {
  ProgramResult result;
  double seconds = 0; ///< of the processor
};

template <typename Run> Timed timed(Run run) {
  const double start = wsc::bench::processorSeconds();
  Timed timed{run()};
  timed.seconds = wsc::bench::processorSeconds() - start;
  return timed;
}

GridShape gridOf(unsigned rows, unsigned cols) {
  GridShape shape;
  shape.rows = rows;
  shape.cols = cols;
  return shape;
}

/// One network: all collectives by all algorithms that there are.
void compare(unsigned size) {
  GridShape shape = gridOf(size, size);
  shape.wrapsRows = shape.wrapsCols = torus;
  const Network network = Network::grid(shape);
  const Routes routes(network, routing);
  Router router;
  router.virtualChannels = channels;
  router.buffer = buffer;
  const Groups groups = Groups::onGrid(shape, size, size);
  unsigned count = 0;
  double sum = 0, worst = 0;
  for (const Collective kind : kinds)
    for (const Algorithm algorithm : algorithms) {
      if (!has(kind, algorithm, groups))
        continue;
      const Program program =
          programOf(kind, algorithm, groups, flits, {.relay = 0, .packet = packet});
      const Timed flow = timed([&] { return flow::run(routes, router, program); });
      if (flow.result.flitHops > mostFlitHops)
        continue;
      const Timed cycle = timed([&] { return cycle::run(routes, router, program); });
      const double error = flow.result.cycles / cycle.result.cycles - 1;
      ++count;
      sum += std::fabs(error);
      worst = std::max(worst, std::fabs(error));
      llvm::outs() << llvm::format("| %ux%u | %s, %s | %.0f | %.0f | %+.1f %% | %.0f |\n", size,
                                   size, kindNames[static_cast<unsigned>(kind)],
                                   name(algorithm).str().c_str(), cycle.result.cycles,
                                   flow.result.cycles, 100 * error, cycle.seconds / flow.seconds);
      llvm::outs().flush();
    }
  llvm::outs() << llvm::format("| %ux%u | %u of them | | | mean %.1f %%, worst %.1f %% | |\n", size,
                               size, count, 100 * sum / count, 100 * worst);
}

/// All-reduces of a layer on a wafer whose rows are groups, or all of it.  As in `wsc evaluate`,
/// one rectangle of neighbours stands for all, since dimension orders do not lead out of it.
void onWafer() {
  llvm::outs() << "\n| 900 x 1000 cores: all-reduce | members | s |\n|---|---:|---:|\n";
  auto run = [&](const char *what, Algorithm algorithm, unsigned rows, unsigned cols) {
    const Timed flow = timed([&] {
      const GridShape shape = gridOf(rows, cols);
      const Network network = Network::grid(shape);
      const Routes routes(network, Routing::XY);
      const Groups groups = Groups::onGrid(shape, rows, cols);
      const Program program = programOf(Collective::AllReduce, algorithm, groups, flits, {});
      return flow::run(routes, {}, program);
    });
    llvm::outs() << llvm::format("| %s | %u | %.3f |\n", what, rows * cols, flow.seconds);
    llvm::outs().flush();
  };
  run("ring over all cores", Algorithm::Ring, 900, 1000);
  run("2-D rings over all cores", Algorithm::Rings2D, 900, 1000);
  run("tree over all cores", Algorithm::Tree, 900, 1000);
  run("ring in each row", Algorithm::Ring, 1, 1000);
  run("chain in each row", Algorithm::Chain, 1, 1000);
  run("two phases in each row", Algorithm::TwoPhase, 1, 1000);
  run("tree in each 30 x 25", Algorithm::Tree, 30, 25);
  run("2-D rings in each 30 x 25", Algorithm::Rings2D, 30, 25);
}

} // namespace

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv, "Collectives by flows and flit by flit\n");
  if (sizes.empty())
    for (const unsigned size : {8u, 16u, 32u})
      sizes.push_back(size);
  if (!wafer) {
    llvm::outs()
        << "| mesh | collective | cycle | flow | difference | processor time of cycle over "
           "flow |\n|---|---|---:|---:|---:|---:|\n";
    for (const unsigned size : sizes)
      compare(size);
  }
  onWafer();
}
