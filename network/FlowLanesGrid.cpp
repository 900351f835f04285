// Ways by dimension orders on grids.
//
// What goes to one column goes along rows together, and then along the column: each channel is
// looked at once for each column, not for each node.  On tori, on which what is mixed would go
// round for ever, a queue has a part for each line (column, then row) that something is going to.
#include "network/FlowLanes.h"

#include <numeric>

namespace wsc::network::flow {

namespace {

/// The two dimensions in the order in which packets take them.
class Plane {
public:
  Plane(const GridShape &shape, Order order) : shape_(shape), rowFirst_(order == Order::XY) {}
  unsigned size(unsigned dimension) const {
    return isAlongRow(dimension) ? shape_.cols : shape_.rows;
  }
  uint32_t at(unsigned first, unsigned second) const {
    return rowFirst_ ? shape_.at(second, first) : shape_.at(first, second);
  }
  /// The direction of growing or falling numbers.
  Direction direction(unsigned dimension, bool up) const {
    return isAlongRow(dimension) ? (up ? Direction::East : Direction::West)
                                 : (up ? Direction::South : Direction::North);
  }

private:
  bool isAlongRow(unsigned dimension) const { return (dimension == 0) == rowFirst_; }

  const GridShape &shape_;
  const bool rowFirst_;
};

/// What has come to a router of the column of its destination.
struct Arrival {
  uint32_t part;
  std::vector<double> flits; ///< by place of the destination in the second dimension
};

/// Calls `visit` with the places before `end`, the farthest first, and last the one next to it.
template <typename Visit> void approach(unsigned end, unsigned size, bool up, Visit visit) {
  for (unsigned distance = size - 1; distance > 0; --distance)
    visit(up ? (end + size - distance) % size : (end + distance) % size);
}

unsigned distance(unsigned from, unsigned to, unsigned size, bool wraps) {
  const unsigned straight = from < to ? to - from : from - to;
  return wraps ? std::min(straight, size - straight) : straight;
}

double sum(llvm::ArrayRef<double> flits) {
  return std::accumulate(flits.begin(), flits.end(), 0.0);
}

} // namespace

bool Lanes::isWholeGrid() const {
  const std::optional<GridShape> &shape = network_.shape();
  if (!shape || routes_.routing() == Routing::Table)
    return false;
  for (uint32_t router = 0; router < network_.routers(); ++router)
    for (unsigned d = 0; d < directions; ++d)
      if (const auto direction = static_cast<Direction>(d);
          shape->neighbor(router, direction) != none && network_.channel(router, direction) == none)
        return false;
  return true;
}

/// Messages to the nodes of one column (for YX: row).
void Lanes::addColumn(llvm::ArrayRef<Flow> flows, const Grouping &byTarget, unsigned column,
                      double share, Order order) {
  const Plane plane(*network_.shape(), order);
  const unsigned size = plane.size(0), lines = plane.size(1);
  std::vector<double> flits(size_t(network_.routers()) * lines); // by source and line
  for (unsigned line = 0; line < lines; ++line)
    for (const uint32_t i : byTarget[plane.at(column, line)]) {
      flits[flows[i].source * lines + line] += share * flows[i].flits;
      sent_[flows[i].source] += share * flows[i].flits;
    }
  auto of = [&](uint32_t router) {
    return llvm::ArrayRef(flits).slice(size_t(router) * lines, lines);
  };
  // The queue that a router sends to on its way to `target`, if that lies in the direction.
  auto queueTowards = [&](uint32_t router, uint32_t target, Direction direction) {
    const uint32_t queue = next(router, target, order);
    return queue / perChannel_ == network_.channel(router, direction) ? queue : none;
  };
  // Along rows, both ways.
  std::vector<std::vector<Arrival>> arrivals(lines);
  for (unsigned line = 0; line < lines; ++line) {
    const uint32_t end = plane.at(column, line);
    key_ = column;
    for (const bool up : {true, false}) {
      Arrival way{none, std::vector<double>(lines)};
      approach(column, size, up, [&](unsigned place) {
        const uint32_t router = plane.at(place, line);
        const uint32_t queue = queueTowards(router, end, plane.direction(0, up));
        if (queue == none)
          return;
        const uint32_t part = partFor(queue);
        turn(queueOfNode(router), part, sum(of(router)));
        turn(way.part, part, sum(way.flits));
        for (unsigned i = 0; i < lines; ++i)
          way.flits[i] += of(router)[i];
        way.part = part;
      });
      arrivals[line].push_back(std::move(way));
    }
    arrivals[line].push_back({queueOfNode(end), of(end).vec()});
  }
  // Along the column.
  for (unsigned line = 0; line < lines; ++line) {
    const uint32_t target = plane.at(column, line);
    key_ = line;
    for (const bool up : {true, false}) {
      uint32_t last = none;
      double all = 0;
      approach(line, lines, up, [&](unsigned place) {
        const uint32_t router = plane.at(column, place);
        const uint32_t queue = queueTowards(router, target, plane.direction(1, up));
        if (queue == none)
          return;
        const uint32_t part = partFor(queue);
        turn(last, part, all);
        for (const Arrival &arrival : arrivals[place]) {
          turn(arrival.part, part, arrival.flits[line]);
          all += arrival.flits[line];
        }
        last = part;
      });
      turn(last, queueOfNode(target), all);
    }
    for (const Arrival &arrival : arrivals[line])
      turn(arrival.part, queueOfNode(target), arrival.flits[line]);
  }
}

void Lanes::addGrid(llvm::ArrayRef<Flow> flows, const Grouping &byTarget) {
  const GridShape &shape = *network_.shape();
  separates_ = byLine_ = wraps_ && routes_.routing() != Routing::Adaptive && hasFewLines();
  for (const auto &[source, destination, flits] : flows)
    if (flits > 0)
      longest = std::max(
          longest,
          1 + distance(shape.row(source), shape.row(destination), shape.rows, shape.wrapsRows) +
              distance(shape.col(source), shape.col(destination), shape.cols, shape.wrapsCols));
  for (const Order order : {Order::XY, Order::YX}) {
    if (!takes(order))
      continue;
    const unsigned columns = order == Order::XY ? shape.cols : shape.rows;
    for (unsigned column = 0; column < columns; ++column)
      addColumn(flows, byTarget, column, 1.0 / orders(), order);
  }
  if (separates_)
    sortParts();
}

} // namespace wsc::network::flow
