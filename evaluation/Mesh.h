// A mesh of cores that each own a part of every operand and pass the rest on: what the mappings of
// an operator share.  MeshKernel.cpp chooses, MeshProduct.cpp and MeshReduce.cpp have the formulas.
#pragma once

#include "evaluation/Kernels.h"
#include <algorithm>

namespace wsc::evaluation {

/// A row or a column of cores and the links along it.
struct Line {
  double cores = 1;
  double perReticle = 1;   ///< cores of it in one reticle
  double bandwidth = 0;    ///< of its slowest link, bytes/s in each direction
  double hopLatency = 0;   ///< to the next core, s
  double edgeLatency = 0;  ///< to the next reticle, on top
  double routeLatency = 0; ///< of a core that software routes through
  bool wraps = false;      ///< the last core is a neighbour of the first
  double edges = 0;        ///< links that lead from one reticle to the next
  /// Time of a message that passes `hops` links, from the worst place.
  double crossing(double hops) const;
};

/// The part of a mesh that works on one product, and how often all parts take a new one.
struct Block {
  Line row, col; ///< along a row of cores; down a column
  double rounds = 1;
  bool tiled = true; ///< products are cut into whole elements

  double cores() const { return row.cores * col.cores; }
};

/// Independent products share the mesh as equal blocks, which are spread over the columns first:
/// heads along the width of the residual stream, sequences down its tokens.
Block blockOf(const CoreGrid &grid, double count);

/// What the slowest core waits for, in seconds.
struct Waits {
  double compute = 0, sram = 0, network = 0; ///< which overlap
  double serial = 0;                         ///< transfers with nothing to do meanwhile
  double hops = 0;                           ///< latency that nothing hides
  double software = 0;                       ///< likewise

  double busy() const { return std::max({compute, sram, network}); }
  double time() const { return busy() + serial + hops + software; }
  Bound bound() const;
  Waits operator*(double times) const;
};

/// Bytes times hops within reticles and between them.
struct Traffic {
  double core = 0, edge = 0;
  /// `bytes` that pass `hops` links of a line, spread evenly over it.
  void add(const Line &line, double bytes, double hops);
};

/// All cores of a line get the sum of their vectors of `bytes` each.
struct LineReduction {
  double transfer = 0; ///< s, with bandwidth; can overlap with the next vector
  double latency = 0;  ///< s, whatever the bytes
};

/// Luczynski et al., HPDC 2024, arXiv:2404.15888: T = max(C, E/N) + L + (2 T_R + 1) D, with C the
/// data that the busiest core receives and sends, L the distance, D the cores in sequence and
/// 2 T_R + 1 the route latency.  The better of
///   chain      both halves of the line to its middle, and back as a multicast
///   two trees  groups of sqrt(P) cores, then their middles: D = sqrt(P) (WaferLLM's K-tree, K = 2)
LineReduction allReduceOnLine(const Line &line, double bytes);

/// A product on a block, by the mapping of the hardware.
Waits productOn(const Block &block, const Operator &op, const RankHardware &rank, Traffic &traffic);

/// One reduction of a scalar for each row of an elementwise operator.
double scalarReduction(const Block &block, double element);

} // namespace wsc::evaluation
