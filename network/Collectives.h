// Collectives as programs of messages.
//
// Groups of nodes run the same collective at the same time; their messages meet on the channels.
// The algorithms are those that `evaluation/Network.h` has formulas for, and those of Luczynski et
// al., "Near-Optimal Wafer-Scale Reduce", HPDC 2024 (arXiv:2404.15888), for cores that pass on a
// flit as soon as they have added what they own.
#pragma once

#include "network/Program.h"
#include "llvm/ADT/StringRef.h"

namespace wsc::network {

/// Members of a group sit on a lattice: `rows` x `cols` of them, numbered row by row.
struct Groups {
  unsigned rows = 1, cols = 1;
  uint32_t rowStep = 1, colStep = 1;         ///< from a member's node to the next one's
  bool wrapsRows = false, wrapsCols = false; ///< the last is a neighbour of the first
  std::vector<uint32_t> origins;             ///< the first node of each group

  unsigned members() const { return rows * cols; }
  uint32_t node(uint32_t origin, unsigned member) const {
    return origin + member / cols * rowStep + member % cols * colStep;
  }

  /// As many groups as a grid has room for, from its first row and column on.  Members are
  /// `rowStride` rows and `colStride` columns apart; the nodes between are members of groups
  /// beside.
  static Groups onGrid(const GridShape &shape, unsigned rows, unsigned cols, unsigned rowStride = 1,
                       unsigned colStride = 1);
};

enum class Collective : uint8_t {
  AllReduce,
  ReduceScatter,
  AllGather,
  AllToAll,
  Broadcast, ///< from the root, which the algorithm chooses
  Reduce     ///< to the root
};

enum class Algorithm : uint8_t {
  Ring,       ///< along a Hamiltonian cycle both ways; folded into two hops a step without one
  Rings2D,    ///< half of the data along rows and then columns, half the other way round
  Tree,       ///< streams to the centre and back
  Exchange,   ///< everything to all of a row, then of a column
  Direct,     ///< everything straight to where it belongs
  Chain,      ///< streams from neighbour to neighbour, along rows, then down the first column
  TwoPhase,   ///< chains of sqrt(P) members, then a chain of their heads
  BinaryTree, ///< log2(P) rounds at doubling distance
  Star        ///< all straight to the root
};
/// As reports have it: `2-D rings`.  Static text.
llvm::StringRef name(Algorithm algorithm);

struct CollectiveOptions {
  double relay = 0;    ///< cycles from the arrival of a packet to what depends on it
  unsigned packet = 1; ///< flits
};

/// Whether there is a program.  The algorithms from Chain on reduce to the first member; their
/// all-reduce is followed by a broadcast, in which routers leave a copy at each node passed.
bool has(Collective kind, Algorithm algorithm, const Groups &groups);

/// `flits` is the size of the whole vector that each member has (all-gather: gets); for all-to-all,
/// of what each sends, itself included.  `has` must be true.
Program programOf(Collective kind, Algorithm algorithm, const Groups &groups, double flits,
                  const CollectiveOptions &options = {});

/// Members in the order of a cycle that uses each link between neighbours at most once in each
/// direction; empty if there is none.
std::vector<unsigned> hamiltonianCycle(const Groups &groups);

} // namespace wsc::network
