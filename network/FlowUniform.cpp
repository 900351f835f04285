// Counting the pairs whose packets take a turn: senders on one side times receivers on the other.
#include "network/FlowUniform.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace wsc::network::flow {

bool isWholeMesh(const Network &network) {
  if (!network.shape() || network.shape()->wrapsRows || network.shape()->wrapsCols)
    return false;
  const GridShape &shape = *network.shape();
  const size_t whole =
      2 * (size_t(shape.rows) * (shape.cols - 1) + size_t(shape.cols) * (shape.rows - 1));
  return network.channels().size() == whole &&
         llvm::all_of(network.channels(), [&](const Channel &channel) {
           return channel.wire.latency == shape.wire.latency &&
                  channel.wire.rate == shape.wire.rate;
         });
}

namespace {

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
  if (!(hasOneOrder || mixes) || !isWholeMesh(network))
    return std::nullopt;
  const GridShape &shape = *network.shape();
  const double nodes = shape.nodes();
  Loads loads(ports);
  loads.isMirrored = !mixes; // of both orders waits go round in circles, by a few sweeps
  for (uint32_t router = 0; router < network.routers(); ++router)
    for (const Order order : {Order::XY, Order::YX})
      if (mixes || (order == Order::YX) == (routes.routing() == Routing::YX))
        addUniformTurns(ports, router, order, 1 / nodes / (mixes ? 2 : 1), loads);
  if (mixes) {
    loads.classes = 2;
    for (const double flits : loads.channels)
      loads.byClass.insert(loads.byClass.end(), 2, flits / 2);
  }
  const double links = meanLinks(shape.rows) + meanLinks(shape.cols);
  loads.hops = links + 1;
  loads.wires = links * shape.wire.latency;
  loads.slowest = 1 / nodes + (1 - 1 / nodes) * std::max(1.0, 1.0 / shape.wire.rate);
  return loads;
}

} // namespace wsc::network::flow
