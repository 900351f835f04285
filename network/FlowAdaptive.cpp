// Loads by the choices at each router, and choices by the loads.
#include "network/FlowAdaptive.h"
#include "network/FlowQueues.h"

#include <cmath>
#include <limits>

namespace wsc::network::flow {

namespace {

/// How likely all of so many servers are busy, if they are `offered` so much and nobody waits:
/// Erlang's loss formula.
double lost(unsigned servers, double offered) {
  double lost = 1;
  for (unsigned i = 1; i <= servers; ++i)
    lost = offered * lost / (i + offered * lost);
  return lost;
}

/// How likely a normal variable is less than `z` standard deviations above its mean.
double normal(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

/// Of packets at a router that may go along the row one way or along the column one way: on each,
/// how much less likely they take it while another packet is on it.
struct Avoids {
  double row = 0, column = 0;
};

/// Moves values towards what follows from them: Anderson mixing (J. ACM 12(4), 1965) of the last
/// two steps, with half of the damping where they led farther away.
class Mixing {
public:
  /// Returns the largest change.
  double step(llvm::MutableArrayRef<double> values, llvm::ArrayRef<double> targets);

private:
  static constexpr double mostBack = 0.9; ///< weight of the step before

  double damping_ = 1, norm_ = std::numeric_limits<double>::infinity();
  std::vector<double> before_, changesBefore_;
};

double Mixing::step(llvm::MutableArrayRef<double> values, llvm::ArrayRef<double> targets) {
  const bool isFirst = before_.empty();
  before_.resize(values.size());
  changesBefore_.resize(values.size());
  double along = 0, length = 0, norm = 0, most = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double change = targets[i] - values[i], turn = change - changesBefore_[i];
    along += change * turn;
    length += turn * turn;
    norm += change * change;
    most = std::max(most, std::fabs(change));
  }
  if (isFirst)
    along = 0;
  else if (damping_ == 1 || norm > norm_)
    damping_ /= 2;
  norm_ = norm;
  const double back = length > 0 ? std::clamp(along / length, -mostBack, mostBack) : 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double change = targets[i] - values[i];
    const double from = values[i] + back * (before_[i] - values[i]);
    const double by = change + back * (changesBefore_[i] - change);
    before_[i] = std::exchange(values[i], std::clamp(from + damping_ * by, 0.0, 1.0));
    changesBefore_[i] = change;
  }
  return most;
}

/// An output, as heads see it.
struct Out {
  double flits = 0;    ///< adaptive ones whose credits are not back
  double variance = 0; ///< of these
  double more = 0;     ///< of these, while a packet is on the channel
  double free = 1;     ///< how likely an adaptive virtual channel is
  double open = 1;     ///< the same, while a packet is on the channel
};

class Equilibrium {
public:
  Equilibrium(const Routes &routes, const PortMap &ports, const Router &router,
              const Traffic &traffic);
  Loads find();

private:
  /// Hops that are left to a destination: South if `rows` is positive, East if `cols` is.
  struct Way {
    int rows = 0, cols = 0;
  };
  Way wayTo(uint32_t destination, uint32_t from) const;
  double slowestTo(uint32_t destination, uint32_t from) const;
  void findSources(Pattern pattern);
  void lay();
  void lay(uint32_t target, llvm::ArrayRef<uint32_t> sources);
  void pass(uint32_t router, uint32_t target, const Way &way);
  void send(uint32_t channel, double *turns, double flits, double escapes);
  double choose();
  void choose(uint32_t index, const Out &row, const Out &column);
  Out outOf(uint32_t channel, double wait) const;

  const Routes &routes_;
  const Network &network_;
  const GridShape &shape_;
  const PortMap &ports_;
  const Router &router_;
  const Traffic &traffic_;
  unsigned adaptive_ = 0; ///< virtual channels besides those of escapes
  bool slows_ = false;    ///< some wires take less than a flit a cycle
  Loads loads_;
  std::vector<double> escapes_; ///< flits a cycle, by channel
  std::vector<Out> outs_;       ///< by channel
  // By router: East, West; of each South, North.
  std::vector<double> shares_, targets_; ///< of the row and the column; others escape
  std::vector<Avoids> avoids_;
  Mixing mixing_;
  std::vector<std::vector<uint32_t>> sources_; ///< by destination; of Uniform once
  std::vector<double> arriving_, escaping_;    ///< at each input, to the present destination
};

Equilibrium::Equilibrium(const Routes &routes, const PortMap &ports, const Router &router,
                         const Traffic &traffic)
    : routes_(routes), network_(routes.network()), shape_(*network_.shape()), ports_(ports),
      router_(router), traffic_(traffic), escapes_(network_.channels().size()),
      outs_(network_.channels().size()), shares_(8 * network_.routers()), targets_(shares_.size()),
      avoids_(4 * network_.routers()), arriving_(ports.inputs()), escaping_(ports.inputs()) {
  const unsigned escapes = shape_.wrapsRows || shape_.wrapsCols ? 2 : 1;
  adaptive_ = router.virtualChannels - std::min(router.virtualChannels, escapes);
  for (const Channel &channel : network_.channels())
    slows_ |= channel.wire.rate < 1;
  for (size_t i = 0; i < shares_.size(); i += 2)
    shares_[i] = targets_[i] = 1; // all along the row
  findSources(traffic.pattern);
}

void Equilibrium::findSources(Pattern pattern) {
  Random unused(0);
  const bool isUniform = pattern == Pattern::Uniform;
  sources_.resize(isUniform ? 1 : network_.nodes());
  for (uint32_t node = 0; node < network_.nodes(); ++node)
    sources_[isUniform ? 0 : destinationOf(pattern, shape_, node, unused)].push_back(node);
}

/// In one dimension; the shorter way round, up where both are as long (Routing.h).
static int hops(unsigned from, unsigned to, unsigned size, bool wraps) {
  const int up = int(to) - int(from), round = int(size);
  if (!wraps || size <= 2)
    return up;
  const int positive = up < 0 ? up + round : up;
  return 2 * positive <= round ? positive : positive - round;
}

Equilibrium::Way Equilibrium::wayTo(uint32_t to, uint32_t from) const {
  return {hops(shape_.row(from), shape_.row(to), shape_.rows, shape_.wrapsRows),
          hops(shape_.col(from), shape_.col(to), shape_.cols, shape_.wrapsCols)};
}

/// Cycles that a flit takes on the slowest wire, along the row first.
double Equilibrium::slowestTo(uint32_t to, uint32_t from) const {
  double slowest = 1;
  if (slows_)
    routes_.walk(from, to, Order::XY, [&](uint32_t channel) {
      slowest = std::max(slowest, 1.0 / network_.channels()[channel].wire.rate);
    });
  return slowest;
}

void Equilibrium::send(uint32_t channel, double *turns, double flits, double escapes) {
  const double all = flits + escapes;
  if (all == 0)
    return;
  turns[ports_.outputOf(channel)] += all;
  loads_.channels[channel] += all;
  escapes_[channel] += escapes;
  const auto &[from, to, wire] = network_.channels()[channel];
  loads_.wires += all * wire.latency;
  const uint32_t input = ports_.routers()[to].input + ports_.inputOf(channel);
  arriving_[input] += flits;
  escaping_[input] += escapes;
}

/// What has arrived at a router goes on.
void Equilibrium::pass(uint32_t router, uint32_t target, const Way &way) {
  const Ports &here = ports_.routers()[router];
  const bool west = way.cols < 0, north = way.rows < 0;
  const uint32_t row =
      way.cols ? network_.channel(router, west ? Direction::West : Direction::East) : none;
  const uint32_t column =
      way.rows ? network_.channel(router, north ? Direction::North : Direction::South) : none;
  const uint32_t choice = 4 * router + 2 * west + north;
  const double takesRow = shares_[2 * choice], takesColumn = shares_[2 * choice + 1];
  for (unsigned input = 0; input < here.inputs; ++input) {
    const double flits = std::exchange(arriving_[here.input + input], 0);
    const double escaped = std::exchange(escaping_[here.input + input], 0);
    if (flits + escaped == 0)
      continue;
    loads_.hops += flits + escaped;
    double *turns = &loads_.turns[here.turns + input * here.outputs];
    if (row != none && column != none) {
      double *avoided = &loads_.avoided[here.turns + input * here.outputs];
      avoided[ports_.outputOf(row)] += takesRow * flits * avoids_[choice].row;
      avoided[ports_.outputOf(column)] += takesColumn * flits * avoids_[choice].column;
      send(row, turns, takesRow * flits,
           std::max(0.0, 1 - takesRow - takesColumn) * flits + escaped);
      send(column, turns, takesColumn * flits, 0);
    } else if (row != none || column != none) {
      const uint32_t only = row != none ? row : column;
      const double free = outs_[only].free;
      send(only, turns, free * flits, (1 - free) * flits + escaped);
    } else if (way.rows == 0 && way.cols == 0) {
      turns[ports_.toNode(target)] += flits + escaped;
    } else {
      loads_.reachesAll = false;
    }
  }
}

/// Routers from which packets to one node have farther to go come first.
void Equilibrium::lay(uint32_t target, llvm::ArrayRef<uint32_t> sources) {
  const double flits = traffic_.pattern == Pattern::Uniform ? 1.0 / network_.nodes() : 1;
  int rows[2] = {0, 0}, cols[2] = {0, 0}; // most hops North and South, West and East
  for (const uint32_t node : sources) {
    arriving_[ports_.routers()[node].input + ports_.fromNode(node)] += flits;
    loads_.slowest += flits * slowestTo(target, node);
    const Way way = wayTo(target, node);
    rows[way.rows > 0] = std::max(rows[way.rows > 0], std::abs(way.rows));
    cols[way.cols > 0] = std::max(cols[way.cols > 0], std::abs(way.cols));
  }
  auto eachWay = [](const int(&most)[2], auto visit) {
    for (int hops = most[1]; hops > 0; --hops)
      visit(hops);
    for (int hops = most[0]; hops >= 0; --hops)
      visit(-hops);
  };
  const int row = shape_.row(target) + shape_.rows, col = shape_.col(target) + shape_.cols;
  eachWay(rows, [&](int south) {
    eachWay(cols, [&](int east) {
      pass(shape_.at((row - south) % shape_.rows, (col - east) % shape_.cols), target,
           {south, east});
    });
  });
}

void Equilibrium::lay() {
  loads_ = {};
  loads_.turns.assign(ports_.turns(), 0);
  loads_.avoided.assign(ports_.turns(), 0);
  loads_.escapes = router_.virtualChannels - adaptive_;
  loads_.channels.assign(network_.channels().size(), 0);
  std::fill(escapes_.begin(), escapes_.end(), 0);
  for (uint32_t target = 0; target < network_.nodes(); ++target)
    lay(target, sources_[sources_.size() == 1 ? 0 : target]);
  const double nodes = network_.nodes();
  loads_.hops /= nodes;
  loads_.wires /= nodes;
  loads_.slowest /= nodes;
}

Out Equilibrium::outOf(uint32_t channel, double wait) const {
  const Wire &wire = network_.channels()[channel].wire;
  const double loop = creditLoop(router_, wire), packet = traffic_.packet;
  const double all = traffic_.load * loads_.channels[channel];
  const double rate = all - traffic_.load * escapes_[channel];
  const double idle = std::max(0.0, 1 - all / wire.rate);
  // Not more than there is room for, halfway where as many would wait without an end.
  const double room = adaptive_ * router_.buffer, waiting = rate * wait;
  const double queued = std::isinf(waiting) ? room : waiting * room / (waiting + room);
  Out out;
  out.flits = std::min(room, rate * loop + (rate > 0 ? queued : 0));
  out.variance = all * loop * packet * idle;
  out.more = idle * std::min((packet + 1) / 2, loop);
  const double held = rate / packet * holdOf(router_, wire, traffic_.packet);
  out.free = 1 - lost(adaptive_, held);
  out.open = out.free;
  if (adaptive_ > 0 && all > 0)
    out.open += rate / all * (1 - lost(adaptive_ - 1, held) - out.free);
  return out;
}

void Equilibrium::choose(uint32_t index, const Out &row, const Out &column) {
  const double deviation = std::sqrt(row.variance + column.variance);
  // The row if it has no more flits out: half a flit between it and one less.
  const double ahead = (column.flits - row.flits + 0.5) / deviation;
  // Where both have a channel free, that with fewer flits out.
  auto takes = [](double free, const Out &other, double ahead) {
    return free * (other.free * normal(ahead) + 1 - other.free);
  };
  auto avoids = [&](const Out &out, const Out &other, double ahead, double random) {
    return random > 0 ? 1 - takes(out.open, other, ahead - out.more / deviation) / random : 0;
  };
  const double takesRow = takes(row.free, column, ahead);
  const double takesColumn = takes(column.free, row, -ahead);
  targets_[2 * index] = takesRow;
  targets_[2 * index + 1] = takesColumn;
  avoids_[index] = {avoids(row, column, ahead, takesRow), avoids(column, row, -ahead, takesColumn)};
}

/// Returns how far choices were from those that follow from the loads.
double Equilibrium::choose() {
  const std::vector<double> waits = bufferWaits(ports_, loads_, router_, traffic_);
  for (uint32_t channel = 0; channel < outs_.size(); ++channel)
    outs_[channel] = outOf(channel, waits[channel]);
  for (uint32_t index = 0; index < avoids_.size(); ++index) {
    const uint32_t row =
        network_.channel(index / 4, index % 4 < 2 ? Direction::East : Direction::West);
    const uint32_t column =
        network_.channel(index / 4, index % 2 ? Direction::North : Direction::South);
    if (row != none && column != none)
      choose(index, outs_[row], outs_[column]);
  }
  return mixing_.step(shares_, targets_);
}

/// Of choices; and how often loads follow from them.
constexpr double choiceTolerance = 0.02;
constexpr unsigned mostRounds = 12;

Loads Equilibrium::find() {
  lay();
  for (unsigned round = 1; round < mostRounds && choose() > choiceTolerance; ++round)
    lay();
  return std::move(loads_);
}

} // namespace

Loads adaptiveLoads(const Routes &routes, const PortMap &ports, const Router &router,
                    const Traffic &traffic) {
  return Equilibrium(routes, ports, router, traffic).find();
}

} // namespace wsc::network::flow
