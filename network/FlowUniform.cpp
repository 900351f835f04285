// Counting the pairs whose packets take a turn: senders on one side times receivers on the other.
#include "network/FlowUniform.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace wsc::network::flow {

namespace {

bool areAlike(const Wire &a, const Wire &b) { return a.latency == b.latency && a.rate == b.rate; }

/// A mesh with all of its channels.
bool hasAllChannels(const Network &network) {
  if (!network.shape() || network.shape()->wrapsRows || network.shape()->wrapsCols)
    return false;
  const GridShape &shape = *network.shape();
  return network.channels().size() ==
         2 * (size_t(shape.rows) * (shape.cols - 1) + size_t(shape.cols) * (shape.rows - 1));
}

/// Whether the wires of a mesh are those of its shape, with borders where reticles end.
bool hasOwnWires(const Network &network) {
  const GridShape &shape = *network.shape();
  return llvm::all_of(network.channels(), [&](const Channel &channel) {
    const bool isInRow = shape.row(channel.from) == shape.row(channel.to);
    const bool isOn = channel.to > channel.from;
    const Direction direction = isInRow ? (isOn ? Direction::East : Direction::West)
                                        : (isOn ? Direction::South : Direction::North);
    return areAlike(channel.wire, shape.wireTo(channel.from, direction));
  });
}

/// Of all pairs of routers of a line, the share in one reticle, of which each has `tile`.
double shareWithinTiles(unsigned size, unsigned tile) {
  if (tile == 0)
    return 1;
  const double rest = size % tile;
  return (double(size / tile) * tile * tile + rest * rest) / (double(size) * size);
}

/// A dimension: where a router is in it, and the ways on and back.
struct Axis {
  double at, size;
  Direction on, back;

  double after() const { return size - 1 - at; }
};

/// Adds the turns of one router, of which each sends `rate` to every node.
class Turns {
public:
  Turns(const PortMap &ports, uint32_t router, double rate, Loads &loads)
      : ports_(ports), network_(ports.network()), router_(router), rate_(rate), loads_(loads) {}

  /// Packets go along `first`, then along `second`.
  void add(const Axis &first, const Axis &second) {
    const unsigned node = ports_.fromNode(router_);
    along(first, second, node, 1, first.after(), first.at);
    along(first, second, input(first.on), first.at, first.after(), 0);
    along(first, second, input(first.back), first.after(), 0, first.at);
    across(second, input(second.on), second.at * first.size, second.after(), 0);
    across(second, input(second.back), second.after() * first.size, 0, second.at);
  }

private:
  /// From `senders` on the first axis to those ahead or behind, or into the second axis.
  void along(const Axis &first, const Axis &second, unsigned from, double senders, double ahead,
             double behind) {
    turn(from, first.on, senders * second.size * ahead);
    turn(from, first.back, senders * second.size * behind);
    across(second, from, senders, second.after(), second.at);
  }
  /// From `senders` to those of this line that are ahead, behind, or here.
  void across(const Axis &second, unsigned from, double senders, double ahead, double behind) {
    turn(from, second.on, senders * ahead);
    turn(from, second.back, senders * behind);
    if (senders > 0)
      at(from, ports_.toNode(router_)) += senders * rate_;
  }

  /// The port that packets on their way in a direction come in by.
  unsigned input(Direction direction) const {
    static constexpr Direction opposite[] = {Direction::West, Direction::East, Direction::North,
                                             Direction::South};
    const GridShape &shape = *network_.shape();
    const uint32_t before = shape.neighbor(router_, opposite[static_cast<unsigned>(direction)]);
    return before == none ? 0 : ports_.inputOf(network_.channel(before, direction));
  }
  void turn(unsigned from, Direction direction, double pairs) {
    if (pairs == 0)
      return;
    const uint32_t channel = network_.channel(router_, direction);
    at(from, ports_.outputOf(channel)) += pairs * rate_;
    loads_.channels[channel] += pairs * rate_;
  }
  double &at(unsigned from, unsigned to) {
    const Ports &ports = ports_.routers()[router_];
    return loads_.turns[ports.turns + from * ports.outputs + to];
  }

  const PortMap &ports_;
  const Network &network_;
  uint32_t router_;
  double rate_;
  Loads &loads_;
};

/// Links between two nodes of a line, mean over all pairs.
double meanLinks(double size) { return (size * size - 1) / (3 * size); }

} // namespace

bool isWholeMesh(const Network &network) {
  return hasAllChannels(network) && llvm::all_of(network.channels(), [&](const Channel &channel) {
           return areAlike(channel.wire, network.shape()->wire);
         });
}

void addUniformTurns(const PortMap &ports, uint32_t router, Order order, double rate,
                     Loads &loads) {
  const GridShape &shape = *ports.network().shape();
  Turns turns(ports, router, rate, loads);
  const Axis row{double(shape.col(router)), double(shape.cols), Direction::East, Direction::West};
  const Axis column{double(shape.row(router)), double(shape.rows), Direction::South,
                    Direction::North};
  if (order == Order::XY)
    turns.add(row, column);
  else
    turns.add(column, row);
}

std::optional<Loads> uniformLoads(const Routes &routes, const PortMap &ports) {
  const Network &network = routes.network();
  const bool mixes = routes.routing() == Routing::O1Turn;
  const bool hasOneOrder = routes.routing() == Routing::XY || routes.routing() == Routing::YX;
  if (!(hasOneOrder || mixes) || !hasAllChannels(network) || !hasOwnWires(network))
    return std::nullopt;
  const GridShape &shape = *network.shape();
  const double nodes = shape.nodes();
  Loads loads(ports);
  // Of both orders waits go round in circles, by a few sweeps.
  const auto isSymmetric = [](unsigned size, unsigned tile) {
    return tile == 0 || size % tile == 0;
  };
  loads.isMirrored =
      !mixes && isSymmetric(shape.rows, shape.tileRows) && isSymmetric(shape.cols, shape.tileCols);
  for (uint32_t router = 0; router < network.routers(); ++router)
    for (const Order order : {Order::XY, Order::YX})
      if (mixes || (order == Order::YX) == (routes.routing() == Routing::YX))
        addUniformTurns(ports, router, order, 1 / nodes / (mixes ? 2 : 1), loads);
  if (mixes) {
    loads.classes = 2;
    for (const double flits : loads.channels)
      loads.byClass.insert(loads.byClass.end(), 2, flits / 2);
  }
  loads.hops = meanLinks(shape.rows) + meanLinks(shape.cols) + 1;
  for (const auto &[channel, flits] : llvm::zip(network.channels(), loads.channels))
    loads.wires += flits * channel.wire.latency / nodes;
  const double within =
      shareWithinTiles(shape.rows, shape.tileRows) * shareWithinTiles(shape.cols, shape.tileCols);
  const double inside = std::max(1.0, 1.0 / shape.wire.rate);
  const double across = std::max(inside, 1.0 / shape.border.rate);
  loads.slowest = 1 / nodes + (within - 1 / nodes) * inside + (1 - within) * across;
  return loads;
}

} // namespace wsc::network::flow
