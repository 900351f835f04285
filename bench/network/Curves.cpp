// wsc-bench-curves: latency-load curves by flows against flit by flit, for networks drawn at
// random: how far off the latency is at 30, 60, 80 and 90 % of the knee, and the knee.  Near the
// knee what is sampled flit by flit is uncertain itself: `--seeds` says how much.
#include "network/Cycle.h"
#include "network/Flow.h"
#include "support/Random.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using namespace wsc::network;
namespace cl = llvm::cl;

static cl::opt<unsigned> curves("curves", cl::init(60), cl::desc("How many are drawn"));
static cl::opt<unsigned> seed("seed", cl::init(1), cl::desc("Of the networks"));
static cl::opt<unsigned> seeds("seeds", cl::init(0),
                               cl::desc("Latencies flit by flit are means over so many seeds, "
                                        "others than that which the knee is found with"));
static cl::opt<bool> all("all", cl::desc("Print each curve"));

namespace {

/// A network and what is sent over it.
struct Case {
  GridShape shape;
  Routing routing = Routing::XY;
  Router router;
  Traffic traffic;

  bool isPossible() const;
  const char *family() const;
  void print(llvm::raw_ostream &os) const;
};

bool Case::isPossible() const {
  // Deadlocks where there are fewer virtual channels than classes; packets longer than buffers.
  const unsigned orders = routing == Routing::O1Turn ? 2 : 1, escapes = shape.wrapsRows ? 2 : 1;
  const unsigned classes = (shape.wrapsRows ? 2 : 1) * orders;
  const unsigned least = routing == Routing::Adaptive ? escapes + 1 : classes;
  return whyNot(traffic.pattern, shape).empty() && router.virtualChannels >= least &&
         traffic.packet <= router.buffer;
}

const char *Case::family() const {
  if (routing == Routing::Adaptive)
    return "adaptive";
  if (shape.wrapsRows)
    return "torus";
  if (routing == Routing::O1Turn)
    return "O1TURN";
  if (router.virtualChannels == 1)
    return "one virtual channel";
  if (router.buffer < 4)
    return "buffers of two or three flits";
  return traffic.packet == 1 ? "packets of a flit" : "longer packets";
}

void Case::print(llvm::raw_ostream &os) const {
  os << shape.rows << " x " << shape.cols << (shape.wrapsRows ? " torus " : " ") << name(routing)
     << ' ' << name(traffic.pattern) << ", " << router.virtualChannels << " channels of "
     << router.buffer << ", packets of " << traffic.packet;
}

template <size_t N> unsigned among(wsc::Random &random, const unsigned (&values)[N]) {
  return values[random.below(N)];
}

Case draw(wsc::Random &random) {
  constexpr unsigned sides[][2] = {{4, 4}, {5, 5}, {6, 6},  {7, 7},   {8, 8},  {9, 9},  {4, 8},
                                   {8, 4}, {8, 8}, {6, 10}, {12, 12}, {8, 16}, {16, 16}};
  Case drawn;
  do {
    const auto &[rows, cols] = sides[random.below(std::size(sides))];
    drawn.shape.rows = rows;
    drawn.shape.cols = cols;
    // Six of ten are meshes with dimension orders, two tori.
    const unsigned kind = random.below(10);
    drawn.shape.wrapsRows = drawn.shape.wrapsCols = kind < 2;
    drawn.routing = kind == 2   ? Routing::O1Turn
                    : kind == 3 ? Routing::Adaptive
                    : kind == 4 ? Routing::YX
                                : Routing::XY;
    drawn.router.virtualChannels = among(random, {1, 1, 2, 2, 3, 4, 4, 6, 8});
    drawn.router.buffer = among(random, {2, 3, 4, 4, 5, 8, 8, 16});
    drawn.traffic.packet = among(random, {1, 1, 2, 3, 4, 5, 8});
    drawn.traffic.pattern = static_cast<Pattern>(random.below(7));
  } while (!drawn.isPossible());
  return drawn;
}

/// Latency by load; infinite where the network does not take it.
template <typename Offer> class Curve {
public:
  explicit Curve(Offer offer) : offer_(offer) {}

  double latency(Traffic traffic, double load) const {
    traffic.load = load;
    const TrafficResult result = offer_(traffic);
    return result.stable ? result.packetLatency : INFINITY;
  }
  /// The load at which latency is three times that of an empty network, at most 1.
  double knee(const Traffic &traffic) const {
    const double limit = 3 * latency(traffic, 0.01);
    if (latency(traffic, 1) <= limit)
      return 1;
    double low = 0.01, high = 1;
    for (unsigned i = 0; i < 9; ++i) {
      const double middle = (low + high) / 2;
      (latency(traffic, middle) <= limit ? low : high) = middle;
    }
    return (low + high) / 2;
  }

private:
  Offer offer_;
};

/// Latency flit by flit at a load.
struct Sampled {
  double mean = INFINITY; ///< over the seeds with which the network takes the load
  double deviation = 0;   ///< standard, of one seed; relative
};

Sampled sample(const Routes &routes, const Case &drawn, double load) {
  Traffic traffic = drawn.traffic;
  traffic.load = load;
  double count = 0, sum = 0, squares = 0;
  cycle::Sampling sampling;
  for (unsigned i = 0; i < std::max(1U, +seeds); ++i) {
    sampling.seed = seeds ? 2 + i : 1;
    const TrafficResult result = cycle::offer(routes, drawn.router, traffic, sampling);
    if (!result.stable)
      continue;
    ++count;
    sum += result.packetLatency;
    squares += result.packetLatency * result.packetLatency;
  }
  if (count == 0)
    return {};
  const double mean = sum / count, variance = (squares - sum * mean) / std::max(1.0, count - 1);
  return {mean, std::sqrt(std::max(0.0, variance)) / mean};
}

/// What is asked of each point, and of curves on average.
constexpr double asked = 0.08;

/// Relative errors.
struct Errors {
  unsigned count = 0, unstable = 0; ///< `unstable`: only flows find no end of the queues
  unsigned over = 0;                ///< those off by more than asked, `unstable` included
  unsigned beyond = 0;              ///< of these, off by more than two standard deviations
  double sum = 0, worst = 0;

  unsigned all() const { return count + unstable; }
  double mean() const { return sum / std::max(1U, count); }
  void add(double error, double deviation = 0) {
    over += std::fabs(error) > asked;
    beyond += std::fabs(error) > std::max(asked, 2 * deviation);
    if (std::isinf(error)) {
      ++unstable;
      return;
    }
    ++count;
    sum += std::fabs(error);
    worst = std::max(worst, std::fabs(error));
  }
  void add(const Errors &others) {
    count += others.count;
    unstable += others.unstable;
    over += others.over;
    beyond += others.beyond;
    sum += others.sum;
    worst = std::max(worst, others.worst);
  }
  void print() const {
    llvm::outs() << llvm::format(" %.1f %% | %.1f %% |", 100 * mean(), 100 * worst);
  }
};

struct Family {
  unsigned curves = 0, over = 0; ///< `over`: curves whose mean is, or with a point without end
  Errors latency, knee;

  void add(const Errors &curve) {
    ++curves;
    over += curve.unstable || curve.mean() > asked;
    latency.add(curve);
  }
  void print(llvm::StringRef name) const {
    llvm::outs() << "| " << name << " | " << curves << " |";
    latency.print();
    llvm::outs() << ' ' << latency.unstable << " | " << latency.over << " of " << latency.all()
                 << " | ";
    if (seeds)
      llvm::outs() << latency.beyond << " | ";
    llvm::outs() << over << " |";
    knee.print();
    llvm::outs() << ' ' << knee.over << " |\n";
  }
};

void compare(const Case &drawn, Family &family) {
  const Network network = Network::grid(drawn.shape);
  const Routes routes(network, drawn.routing);
  const Curve flow([&](const Traffic &t) { return flow::offer(routes, drawn.router, t); });
  const Curve cycle([&](const Traffic &t) { return cycle::offer(routes, drawn.router, t); });
  const double knee = cycle.knee(drawn.traffic), byFlow = flow.knee(drawn.traffic);
  Errors curve;
  family.knee.add(byFlow / knee - 1);
  if (all) {
    drawn.print(llvm::outs());
    llvm::outs() << llvm::format(": knee %.4f %+.1f %%; latency", knee, 100 * (byFlow / knee - 1));
  }
  for (const double share : {0.3, 0.6, 0.8, 0.9}) {
    const Sampled expected = sample(routes, drawn, share * knee);
    if (std::isinf(expected.mean))
      continue;
    const double error = flow.latency(drawn.traffic, share * knee) / expected.mean - 1;
    curve.add(error, expected.deviation);
    if (all)
      llvm::outs() << llvm::format(" %+.1f", 100 * error);
    if (all && seeds)
      llvm::outs() << llvm::format(" (%.1f)", 100 * expected.deviation);
  }
  family.add(curve);
  if (all)
    llvm::outs() << " %\n";
}

} // namespace

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv);
  std::vector<std::pair<llvm::StringRef, Family>> families;
  auto familyOf = [&](llvm::StringRef name) -> Family & {
    for (auto &[known, family] : families)
      if (known == name)
        return family;
    return families.emplace_back(name, Family()).second;
  };
  wsc::Random random(seed);
  for (unsigned i = 0; i < curves; ++i) {
    const Case drawn = draw(random);
    compare(drawn, familyOf(drawn.family()));
  }
  llvm::outs() << "| | curves | latency: mean | worst | without end | points off by over 8 % | "
               << (seeds ? "and by two standard deviations | " : "")
               << "curves | knee: mean | worst | off by over 8 % |\n"
               << (seeds ? "|---" : "") << "|---|---|---|---|---|---|---|---|---|---|\n";
  for (const auto &[name, family] : families)
    family.print(name);
}
