// Collectives in equal steps: rings, exchanges, halving, all-to-all.
#include "network/CollectivesBuild.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include <algorithm>
#include <numeric>

namespace wsc::network {

namespace {

/// Along the first row and back through the other rows, each without its first column, which is
/// the way home.  The last row has to be passed westward, unless its end is a neighbour of its
/// start.
std::vector<unsigned> snake(unsigned rows, unsigned cols,
                            llvm::function_ref<unsigned(unsigned, unsigned)> member) {
  std::vector<unsigned> cycle;
  for (unsigned col = 0; col < cols; ++col)
    cycle.push_back(member(0, col));
  for (unsigned row = 1; row < rows; ++row)
    for (unsigned col = 1; col < cols; ++col)
      cycle.push_back(member(row, row % 2 ? cols - col : col));
  for (unsigned row = rows - 1; row > 0; --row)
    cycle.push_back(member(row, 0));
  return cycle;
}

std::vector<unsigned> membersOf(const Groups &groups) {
  std::vector<unsigned> members(groups.members());
  std::iota(members.begin(), members.end(), 0);
  return members;
}

} // namespace

std::vector<unsigned> hamiltonianCycle(const Groups &groups) {
  const unsigned rows = groups.rows, cols = groups.cols;
  auto byRows = [&](unsigned row, unsigned col) { return row * cols + col; };
  auto byCols = [&](unsigned row, unsigned col) { return col * cols + row; };
  if ((rows == 1 && groups.wrapsCols && cols > 2) || (cols == 1 && groups.wrapsRows && rows > 2))
    return membersOf(groups);
  if (rows == 1 || cols == 1)
    return {};
  if (rows % 2 == 0 || (groups.wrapsCols && cols > 2))
    return snake(rows, cols, byRows);
  if (cols % 2 == 0 || (groups.wrapsRows && rows > 2))
    return snake(cols, rows, byCols);
  return {};
}

namespace collectives {

namespace {

/// Members in the order of a ring.
struct RingOrder {
  std::vector<unsigned> members;
  bool isCycle; ///< of neighbours: there is a way back for a second ring
};

/// A path there by every other member, and back by those left out.
RingOrder fold(llvm::ArrayRef<unsigned> path) {
  RingOrder ring{{}, false};
  for (size_t i = 0; i < path.size(); i += 2)
    ring.members.push_back(path[i]);
  for (size_t i = path.size() / 2 * 2; i > 0; i -= 2)
    ring.members.push_back(path[i - 1]);
  return ring;
}

RingOrder ringOf(const Groups &groups) {
  std::vector<unsigned> cycle = hamiltonianCycle(groups);
  if (!cycle.empty())
    return {std::move(cycle), true};
  for (unsigned row = 0; row < groups.rows; ++row)
    for (unsigned col = 0; col < groups.cols; ++col)
      cycle.push_back(row * groups.cols + (row % 2 ? groups.cols - 1 - col : col));
  return fold(cycle);
}

/// Rows or columns of a group.
struct Lines {
  unsigned count, size, lineStep, step;
  bool wraps;

  std::vector<unsigned> members(unsigned line) const {
    std::vector<unsigned> members(size);
    for (unsigned i = 0; i < size; ++i)
      members[i] = line * lineStep + i * step;
    return members;
  }
  RingOrder ring(unsigned line) const {
    if (wraps && size > 2)
      return {members(line), true};
    return fold(members(line));
  }
};
Lines rowsOf(const Groups &groups) {
  return {groups.rows, groups.cols, groups.cols, 1, groups.wrapsCols};
}
Lines colsOf(const Groups &groups) {
  return {groups.cols, groups.rows, 1, groups.cols, groups.wrapsRows};
}

/// Each member to the next; half of it the other way round where links are free for that.
void turn(Builder &builder, const RingOrder &ring, double flits) {
  const size_t count = ring.members.size();
  auto at = [&](size_t i) { return ring.members[i % count]; };
  for (size_t i = 0; i < count; ++i)
    builder.send(at(i), at(i + 1), ring.isCycle ? flits / 2 : flits);
  for (size_t i = 0; ring.isCycle && i < count; ++i)
    builder.send(at(i + 1), at(i), flits / 2);
}

} // namespace

void ring(Builder &builder, double flits, double halves) {
  const double members = builder.groups.members();
  builder.step(halves * (members - 1));
  turn(builder, ringOf(builder.groups), flits / members);
}

void rings2D(Builder &builder, double flits, Half half) {
  // Each part of the data has a phase along each of the dimensions; the smaller pieces come second
  // in a reduce-scatter and first in an all-gather.
  struct Phase {
    Lines lines;
    double flits, steps;
  };
  const Lines rows = rowsOf(builder.groups), cols = colsOf(builder.groups);
  const double all = builder.groups.members();
  auto phase = [&](const Lines &lines, double pieces) {
    return Phase{lines, flits / 2 / pieces, double(lines.size - 1)};
  };
  std::vector<Phase> parts[2] = {{phase(rows, rows.size), phase(cols, all)},
                                 {phase(cols, cols.size), phase(rows, all)}};
  if (half == Half::Gather)
    for (auto &part : parts)
      std::swap(part[0], part[1]);
  // Both parts take the same number of steps in all; a new one begins where either changes phase.
  size_t at[2] = {0, 0};
  while (at[0] < 2 && at[1] < 2) {
    const double steps = std::min(parts[0][at[0]].steps, parts[1][at[1]].steps);
    builder.step(steps);
    for (unsigned part : {0, 1}) {
      Phase &current = parts[part][at[part]];
      for (unsigned line = 0; line < current.lines.count; ++line)
        turn(builder, current.lines.ring(line), current.flits);
      current.steps -= steps;
      if (current.steps == 0)
        ++at[part];
    }
  }
}

/// All members of a line to all others, passed on from neighbour to neighbour.
static void spread(Builder &builder, const Lines &lines, double flits) {
  const bool cycle = lines.wraps && lines.size > 2;
  const unsigned steps = cycle ? lines.size / 2 : lines.size - 1;
  for (unsigned step = 0; step < steps; ++step) {
    builder.step();
    // On a cycle of even length the two that are farthest apart need one copy only.
    const bool both = !(cycle && lines.size % 2 == 0 && step + 1 == steps);
    for (unsigned line = 0; line < lines.count; ++line) {
      const std::vector<unsigned> members = lines.members(line);
      auto at = [&](unsigned i) { return members[i % lines.size]; };
      const unsigned first = cycle ? 0 : step;
      for (unsigned i = first; i + (cycle ? 0 : 1) < lines.size; ++i) {
        builder.send(at(i), at(i + 1), flits);
        if (both)
          builder.send(at(2 * lines.size - 1 - i), at(2 * lines.size - 2 - i), flits);
      }
    }
  }
}

void exchange(Builder &builder, double flits) {
  spread(builder, rowsOf(builder.groups), flits);
  spread(builder, colsOf(builder.groups), flits);
}

void direct(Builder &builder, double flits) {
  const unsigned members = builder.groups.members(), others = members - 1;
  // Each begins with another distance, by the golden ratio: at any time all distances occur, and
  // traffic is as even as if it were random.
  const auto spread = unsigned(0.618 * others);
  builder.step();
  builder.alike();
  for (unsigned turn = 0; turn < others; ++turn)
    for (unsigned i = 0; i < members; ++i) {
      const unsigned distance = 1 + (turn + size_t(i) * spread) % others;
      builder.send(i, (i + distance) % members, flits / members);
    }
}

} // namespace collectives
} // namespace wsc::network
