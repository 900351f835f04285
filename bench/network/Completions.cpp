// wsc-bench-completions: how long collectives take by flows against flit by flit, for networks,
// groups and sizes drawn at random.
#include "network/Collectives.h"
#include "network/Cycle.h"
#include "network/Flow.h"
#include "support/Random.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <map>

using namespace wsc::network;
namespace cl = llvm::cl;

static cl::opt<unsigned> cases("cases", cl::init(200), cl::desc("How many are drawn"));
static cl::opt<unsigned> seed("seed", cl::init(1), cl::desc("Of the networks"));
static cl::opt<bool> all("all", cl::desc("Print each case"));
static cl::opt<bool> exchanges("all-to-all", cl::desc("Only all-to-all"));
static cl::opt<std::string> family("family", cl::desc("Only those whose name has this in it"));
static cl::opt<double> mostFlitHops("most-flit-hops", cl::init(4e6),
                                    cl::desc("Cases with more are drawn again"));

namespace {

constexpr unsigned kinds = 6, algorithms = 9;

/// A network and what is done on it.
struct Case {
  GridShape shape;
  Routing routing = Routing::XY;
  Router router;
  Groups groups;
  Collective kind = Collective::AllToAll;
  Algorithm algorithm = Algorithm::Direct;
  double flits = 0; ///< as in `programOf`
  unsigned packet = 1;
  unsigned times = 1; ///< one after the other

  bool isTorus() const { return shape.wrapsRows || shape.wrapsCols; }
  bool isPossible() const;
  Program program() const;
  std::string family() const;
  void print(llvm::raw_ostream &os) const;
};

bool Case::isPossible() const {
  // Deadlocks where there are fewer virtual channels than classes; packets longer than buffers.
  const unsigned datelines = isTorus() ? 2 : 1;
  const unsigned least = routing == Routing::Adaptive ? datelines + 1
                         : routing == Routing::O1Turn ? datelines * 2
                                                      : datelines;
  return router.virtualChannels >= least && packet <= router.buffer && groups.members() > 1 &&
         has(kind, algorithm, groups);
}

Program Case::program() const {
  Program program = programOf(kind, algorithm, groups, flits, {.relay = 0, .packet = packet});
  const std::vector<Step> once = program.steps;
  for (unsigned time = 1; time < times; ++time)
    program.steps.insert(program.steps.end(), once.begin(), once.end());
  return program;
}

std::string Case::family() const {
  std::string what = kind == Collective::AllToAll ? "all-to-all" : "others";
  if (groups.origins.size() > 1 && groups.colStep > 1)
    what += ", members apart";
  if (times > 1)
    what += ", repeated";
  const bool isLine = shape.rows == 1 || shape.cols == 1;
  const char *network = isTorus() ? (isLine ? "ring" : "torus") : isLine ? "line" : "mesh";
  const char *way = routing == Routing::Adaptive ? ", adaptive"
                    : routing == Routing::O1Turn ? ", O1TURN"
                                                 : "";
  return what + " | " + network + way;
}

void Case::print(llvm::raw_ostream &os) const {
  constexpr const char *names[kinds] = {"all-reduce", "reduce-scatter", "all-gather",
                                        "all-to-all", "broadcast",      "reduce"};
  os << shape.rows << " x " << shape.cols << (isTorus() ? " torus " : " ") << name(routing) << ", "
     << router.virtualChannels << " channels of " << router.buffer << ", " << router.ports
     << " ports, packets of " << packet << ", wires of " << shape.wire.latency << ": "
     << names[static_cast<unsigned>(kind)] << ", " << name(algorithm) << ", groups of "
     << groups.rows << " x " << groups.cols << (groups.colStep > 1 ? " apart" : "") << ", "
     << llvm::format("%.0f", flits) << " flits, " << times << " times";
}

template <size_t N> unsigned among(wsc::Random &random, const unsigned (&values)[N]) {
  return values[random.below(N)];
}

/// Half are all-to-all, as all of the network is busy then.
Case draw(wsc::Random &random) {
  Case drawn;
  do {
    drawn = {};
    GridShape &shape = drawn.shape;
    shape.rows = among(random, {1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 12, 16});
    shape.cols = among(random, {2, 3, 4, 5, 6, 7, 8, 8, 9, 12, 15, 16, 16});
    const bool isTorus = random.below(3) == 0;
    shape.wrapsRows = isTorus && shape.rows > 2;
    shape.wrapsCols = isTorus && shape.cols > 2;
    shape.wire.latency = among(random, {1, 1, 1, 1, 2, 5, 20});
    constexpr Routing routings[] = {Routing::XY, Routing::XY,     Routing::XY,
                                    Routing::YX, Routing::O1Turn, Routing::Adaptive};
    drawn.routing = routings[random.below(std::size(routings))];
    drawn.router.virtualChannels = among(random, {1, 2, 2, 4, 4, 4, 8});
    drawn.router.buffer = among(random, {2, 4, 4, 4, 6, 8, 8, 16});
    drawn.router.ports = among(random, {1, 1, 4});
    drawn.packet = among(random, {1, 1, 1, 2, 4, 8});
    if (!exchanges && random.below(2)) {
      drawn.kind = static_cast<Collective>(random.below(kinds));
      drawn.algorithm = static_cast<Algorithm>(random.below(algorithms));
    }
    const unsigned apart = random.below(4) == 0 ? 2 : 1;
    const bool isWhole = random.below(4) != 0;
    const unsigned high = isWhole || shape.rows < 2 ? shape.rows : shape.rows / 2;
    const unsigned wide = isWhole || shape.cols < 4 ? shape.cols : shape.cols / 2;
    drawn.groups = Groups::onGrid(shape, high, wide / apart, 1, apart);
    const double message = among(random, {1, 1, 2, 4, 16, 64});
    drawn.flits = message * drawn.groups.members();
    drawn.times = random.below(6) == 0 ? 4 : 1;
  } while (!drawn.isPossible());
  return drawn;
}

/// Relative errors.
struct Errors {
  unsigned count = 0;
  double sum = 0, worst = 0;

  void add(double error) {
    ++count;
    sum += std::fabs(error);
    worst = std::fabs(error) > std::fabs(worst) ? error : worst;
  }
};

} // namespace

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv, "Collectives on drawn networks\n");
  std::map<std::string, Errors> families;
  Errors total;
  wsc::Random random(seed);
  while (total.count < cases) {
    const Case drawn = draw(random);
    if (!llvm::StringRef(drawn.family()).contains(family))
      continue;
    const Network network = Network::grid(drawn.shape);
    const Routes routes(network, drawn.routing);
    const Program program = drawn.program();
    const ProgramResult flow = flow::run(routes, drawn.router, program);
    if (flow.flitHops > mostFlitHops)
      continue;
    const ProgramResult cycle = cycle::run(routes, drawn.router, program);
    const double error = flow.cycles / cycle.cycles - 1;
    families[drawn.family()].add(error);
    total.add(error);
    if (!all)
      continue;
    drawn.print(llvm::outs());
    llvm::outs() << llvm::format(": %.0f, %.0f, %+.1f %%%s\n", cycle.cycles, flow.cycles,
                                 100 * error,
                                 flow.ending == cycle.ending ? "" : ", ends otherwise");
    llvm::outs().flush();
  }
  llvm::outs() << "| | | n | mean | worst |\n|---|---|---:|---:|---:|\n";
  auto print = [](llvm::StringRef name, const Errors &errors) {
    llvm::outs() << "| " << name << " | " << errors.count
                 << llvm::format(" | %.1f %% | %+.1f %% |\n", 100 * errors.sum / errors.count,
                                 100 * errors.worst);
  };
  for (const auto &[name, errors] : families)
    print(name, errors);
  print("all | ", total);
}
