// The time of one operator on one kind of device; Compute.h chooses.
#pragma once

#include "evaluation/Compute.h"

namespace wsc::evaluation {

/// Cores that each own a part of every operand and pass the rest on: a mesh of scratchpads.
OperatorCost costOnMesh(const Operator &op, const RankHardware &rank);

/// Multiprocessors that share a cache in front of DRAM: a GPU.
OperatorCost costOnCache(const Operator &op, const RankHardware &rank);

/// The term of an operator that takes longest.
struct Slowest {
  double time = 0;
  Bound bound = Bound::Compute;
  void add(Bound candidate, double t) {
    if (t > time) {
      time = t;
      bound = candidate;
    }
  }
};

/// Bytes between DRAM and SRAM.  Activations that fit into SRAM stay there.  A product whose
/// operands do not fit is blocked, which moves at least 2 MNK / sqrt(S) elements through a memory
/// of S elements (Hong and Kung 1981; the constant by Kwasniewski et al., SC 2019); blocks have
/// their longer side along the operand of the smaller elements.
double dramBytes(const Operator &op, const RankHardware &rank);

} // namespace wsc::evaluation
