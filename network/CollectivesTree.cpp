// Collectives with a root: trees, and the reductions of HPDC 2024.
#include "network/CollectivesBuild.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cmath>

namespace wsc::network::collectives {

namespace {

/// A message within a line.
struct Hop {
  unsigned from, to;
};
/// Messages that start together.
using Round = std::vector<Hop>;

/// Members of a line of `size` towards the one in its middle, the farthest first.
std::vector<Round> inward(unsigned size) {
  const unsigned centre = size / 2;
  std::vector<Round> rounds;
  for (unsigned distance = centre; distance > 0; --distance) {
    Round round{{centre - distance, centre - distance + 1}};
    if (centre + distance < size)
      round.push_back({centre + distance, centre + distance - 1});
    rounds.push_back(std::move(round));
  }
  return rounds;
}

/// The same way back.
std::vector<Round> reversed(std::vector<Round> rounds) {
  std::reverse(rounds.begin(), rounds.end());
  for (Round &round : rounds)
    for (Hop &hop : round)
      std::swap(hop.from, hop.to);
  return rounds;
}

/// The members at `first`, `first + step` ... to the first of each `group`, the last one first.
std::vector<Round> chains(unsigned size, unsigned step, unsigned group) {
  std::vector<Round> rounds;
  for (unsigned at = group; at-- > 1;) {
    Round round;
    for (unsigned head = 0; head < size; head += group * step)
      if (head + at * step < size)
        round.push_back({head + at * step, head + (at - 1) * step});
    rounds.push_back(std::move(round));
  }
  return rounds;
}

/// Rounds that stream into each other; a core begins with the next phase when it has done the last.
std::vector<std::vector<Round>> phases(Algorithm algorithm, unsigned size) {
  switch (algorithm) {
  case Algorithm::TwoPhase: {
    const unsigned group = std::ceil(std::sqrt(size));
    return {chains(size, 1, group), chains(size, group, (size + group - 1) / group)};
  }
  case Algorithm::BinaryTree: {
    std::vector<std::vector<Round>> rounds;
    for (unsigned distance = 1; distance < size; distance *= 2)
      rounds.push_back(chains(size, distance, 2));
    return rounds;
  }
  case Algorithm::Star: {
    Round round;
    for (unsigned i = 1; i < size; ++i)
      round.push_back({i, 0});
    return {{round}};
  }
  default: return {chains(size, 1, size)};
  }
}

/// Rounds along each row, or down one column.
void alongRows(Builder &builder, llvm::ArrayRef<Round> rounds, double flits) {
  const unsigned cols = builder.groups.cols;
  for (const Round &round : rounds) {
    builder.step(1, true);
    for (unsigned row = 0; row < builder.groups.rows; ++row)
      for (const auto &[from, to] : round)
        builder.send(row * cols + from, row * cols + to, flits);
  }
}
void alongColumn(Builder &builder, unsigned col, llvm::ArrayRef<Round> rounds, double flits) {
  const unsigned cols = builder.groups.cols;
  for (const Round &round : rounds) {
    builder.step(1, true);
    for (const auto &[from, to] : round)
      builder.send(from * cols + col, to * cols + col, flits);
  }
}

} // namespace

void toCentre(Builder &builder, double flits) {
  const Groups &groups = builder.groups;
  alongRows(builder, inward(groups.cols), flits);
  alongColumn(builder, groups.cols / 2, inward(groups.rows), flits);
}

void fromCentre(Builder &builder, double flits) {
  const Groups &groups = builder.groups;
  builder.wait();
  alongColumn(builder, groups.cols / 2, reversed(inward(groups.rows)), flits);
  alongRows(builder, reversed(inward(groups.cols)), flits);
}

void reduceToFirst(Builder &builder, Algorithm algorithm, double flits) {
  for (const std::vector<Round> &rounds : phases(algorithm, builder.groups.cols)) {
    builder.wait();
    alongRows(builder, rounds, flits);
  }
  for (const std::vector<Round> &rounds : phases(algorithm, builder.groups.rows)) {
    builder.wait();
    alongColumn(builder, 0, rounds, flits);
  }
}

void multicast(Builder &builder, double flits) {
  const Groups &groups = builder.groups;
  builder.wait();
  if (groups.rows > 1) {
    builder.step(1, true, true);
    builder.send(0, (groups.rows - 1) * groups.cols, flits);
  }
  if (groups.cols > 1) {
    builder.step(1, true, true);
    for (unsigned row = 0; row < groups.rows; ++row)
      builder.send(row * groups.cols, (row + 1) * groups.cols - 1, flits);
  }
}

} // namespace wsc::network::collectives
