// A matrix product as tiles over cores that share a cache, the way GPU libraries run it.
//
// The output is cut into tiles of a power of two in each direction; a core makes one tile at a
// time, streaming its operands along K (Volkov and Demmel, SC 2008; NVIDIA CUTLASS).  With T
// tiles of tm x tn on C cores:
//
//   waves        W = ceil(T / C): the last one is as long as a full one ("wave quantization")
//   streaming    the slowest of arithmetic 2 W tm tn K / rate, operands from the cache
//                W (tm a + tn b) K / bandwidth with elements of a and b bytes, and DRAM
//   drain        the sums leave when the last operand has come: M N c / bandwidth; those that they
//                are added to come in as operands do
//   latency      of a tile, once for all tiles that a core holds at the same time
//   split along K  S cores make partial sums of one tile, which S further passes add up; it
//                pays where tiles are fewer than cores ("split-K")
//
// DRAM: a wave covers a near-square block of R x Q outputs, so operands that the cache does not
// hold are read MNK (b/R + a/Q) bytes, each at least once (Hong and Kung 1981).
#pragma once

#include "evaluation/Kernels.h"

namespace wsc::evaluation {

struct TiledProduct {
  double rows = 0, cols = 0;    ///< of a tile, elements
  double splits = 1;            ///< along K
  double waves = 0;             ///< of tiles
  double streaming = 0;         ///< s
  double drain = 0;             ///< s
  double latency = 0;           ///< s, of tiles
  Bound bound = Bound::Compute; ///< what streaming waits for
  double cacheBytes = 0, dramBytes = 0;

  double time() const { return streaming + drain + latency; }
};

/// The fastest tiling of a product.
TiledProduct bestTiling(const Operator &op, const CacheDevice &device);

} // namespace wsc::evaluation
