// The time of collectives on a rectangle of ranks, by the alpha-beta model: alpha is the latency
// of a hop, beta the inverse bandwidth of a link in one direction.
//
//   n bytes on P ranks            time                                     where
//   ring all-reduce               2 (P-1) alpha + 2 (P-1)/P n / B          Patarasuk and Yuan 2009
//   2-D rings, both dimensions    n/2 by rows then columns, n/2 the other  Kumar and Jouppi,
//     driven with half the data     way round; a step is a ring in a line   arXiv:2011.03605
//   tree all-reduce               switch: 2 log2(P) (alpha + n / B)        Thakur et al. 2005
//                                 mesh: 2 (radius alpha + n / B), from the centre
//   exchange all-reduce           each rank to all of its row, then of its column:
//                                   R + C - 2 steps of alpha + n / B on a mesh, half on a torus
//   through two levels of switches, as NCCL does it (src/graph/tuning.cc):
//     ring all-reduce               over all ranks; a step is as slow as the slower level
//     pipelined trees               2 (R - 1) alpha in a node of R ranks, 2 log2(nodes) alpha
//                                     between nodes, 2 n / B
//   reduce-scatter, all-gather    half of an all-reduce; recursive halving on a switch
//   all-to-all                    half the traffic of half the ranks crosses the middle:
//                                   n P / (4 min(R, C) B) on a mesh; (P-1)/P n / B on a switch
//
// A ring in a mesh needs a Hamiltonian cycle, which exists when both sides exceed 1 and one is
// even; links carry both directions at once, so a cycle runs two rings with half the data each
// (B counts twice).  Without a cycle the ring is folded: both directions of each link serve one
// ring, and a step is two hops.  That is the cost of the missing wrap link.
#pragma once

#include "evaluation/Compute.h"
#include "evaluation/LevelNetwork.h"
#include <algorithm>

namespace wsc::evaluation {

enum class Collective : uint8_t { AllReduce, ReduceScatter, AllGather, AllToAll };
/// As reports have it: `all-reduce`.  Static text.
llvm::StringRef name(Collective kind);

/// Ranks along one dimension and the links between neighbours.
struct Axis {
  double size = 1;
  bool wraps = false;   ///< the last is a neighbour of the first
  double bandwidth = 0; ///< between neighbours, bytes/s in each direction
  double latency = 0;   ///< between neighbours
  double hops = 1;      ///< physical hops between neighbours, for energy
};

/// What a collective through a switch takes beside steps and bytes.  Short messages go with a flag
/// in every word, at a share of the bandwidth; long ones through buffers that both sides agree on
/// (the LL and Simple protocols of NCCL; Hu et al., arXiv:2507.04786).
struct Protocol {
  double start = 0;      ///< s, once
  double bulkStart = 0;  ///< s, on top for long messages
  double eagerShare = 1; ///< of the bandwidth for short ones

  /// Seconds, with `steps` s of latencies, of the faster protocol.
  double time(double steps, double bytes, double bandwidth) const {
    return start + steps +
           std::min(bytes / (eagerShare * bandwidth), bulkStart + bytes / bandwidth);
  }
};

class NetworkModel;

/// A rectangle of ranks on one network.
struct Fabric {
  bool isSwitch = false; ///< then only `cols` counts: ports into the switch
  Protocol protocol;     ///< of a switch
  Axis rows, cols;       ///< down the rows (vertical), along the columns (horizontal)

  // For a closer look than the closed forms, at the routers that the ranks lie on.
  const NetworkModel *model = nullptr; ///< none: closed forms
  Hop hop;                ///< from router to router; ranks are as many apart as `Axis::hops` says
  double lanes = 1;       ///< routers of a rank, each of which sends its part
  bool isOnWafer = false; ///< between reticles

  double ranks() const { return rows.size * cols.size; }
};

struct NetworkCost {
  double time = 0;
  double byteHops = 0;            ///< over all links of the fabric
  llvm::StringRef algorithm = {}; ///< static text; empty for a single rank
};

struct StageGrid;
enum class StageTransfer : uint8_t;

/// A closer look at what goes over meshes and tori than the closed forms.
class NetworkModel {
public:
  virtual ~NetworkModel();
  /// What a collective on a mesh or torus costs by the algorithm of `closed`, which the closed
  /// forms chose.  The routers between the ranks belong to other groups, which do the same at the
  /// same time.
  virtual NetworkCost refine(Collective kind, const Fabric &fabric, double bytes,
                             const NetworkCost &closed) const = 0;
  /// What a transfer between the stages of a pipeline costs in which each group sends `bytes`.
  virtual NetworkCost refine(StageTransfer transfer, const StageGrid &grid, double bytes,
                             const NetworkCost &closed) const = 0;
  /// Of what the links of memory ports carry by the closed form, the share that reticles get.
  virtual double memoryShare() const = 0;
};

/// The fastest algorithm that the fabric supports.  `bytes` is the size of the whole vector; for
/// all-to-all, what one rank sends.
NetworkCost costOf(Collective kind, const Fabric &fabric, double bytes);

/// Whether a ring through all ranks exists that uses each link at most once per direction.
bool hasHamiltonianCycle(const Fabric &fabric);

} // namespace wsc::evaluation
