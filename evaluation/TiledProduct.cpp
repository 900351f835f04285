// The choice of tiles by trying those that fit.
#include "evaluation/TiledProduct.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace wsc::evaluation {

namespace {

/// Matrix units multiply blocks of this size; smaller products are padded to it.
constexpr double leastTile = 16;
constexpr double largestTile = 1 << 30;
/// Tiles down to this part of the largest, and of what each core has to do, are worth a look.
constexpr double leastShare = 0.25;
/// The search ends this close to what no tiling can beat.
constexpr double closeEnough = 1.03;
/// Sums are kept and, for partial ones, moved in 32 bit.
constexpr double accumulatorSize = 4;
/// A core buffers two steps of 64 bytes along K of each row of its operands.
constexpr double bufferedBytes = 128;
/// A split along K leaves at least this many elements to each part.
constexpr double leastSplit = 256;

/// The least power of two that is not below a value from 0 to 2^62.
double powerOfTwo(double value) {
  return static_cast<double>(std::bit_ceil(static_cast<uint64_t>(std::ceil(value))));
}

class Search {
public:
  Search(const Operator &op, const CacheDevice &device)
      : op_(op), device_(device), macTime_(2 / device.flopRate),
        feedTime_(device.cores / device.cacheBandwidth),
        results_(op.count * op.m * op.n * op.result),
        operands_(op.count * op.k * (op.m * op.left + op.n * op.right)),
        rereads_(device.dramBandwidth > 0 && op.count == 1 && operands_ > device.cache) {
    const bool dram = device.dramBandwidth > 0;
    const double outputs = op.count * op.m * op.n;
    const bool toCache = !dram || results_ <= device.cache;
    drain_ = results_ / (toCache ? device.cacheBandwidth : device.dramBandwidth);
    // Partial sums are written and read again, in the cache.
    partial_ = 2 * outputs * accumulatorSize;
    // Sums that others are added to come in as operands do.
    added_ = op.accumulates && !toCache ? results_ : 0;
    leastDram_ = dram ? (operands_ + added_) / device.dramBandwidth : 0;
    const double compute = outputs * op.k * macTime_ / device.cores;
    enough_ = closeEnough * (std::max(compute, leastDram_) + drain_ + device.tileLatency);
    leastDepth_ = op.k / device.cores * lessByRounding;
  }

  /// Tries tiles with this many rows, from the widest that fits on, as long as none is good enough.
  void consider(double rows, double widest, double leastArea) {
    const double down = op_.count * std::ceil(op_.m / rows);
    for (double cols = widest; cols >= leastTile && rows * cols >= leastArea; cols /= 2) {
      if (bestTime_ <= enough_)
        return;
      Candidate next{rows, cols, down * std::ceil(op_.n / cols)};
      next.feed = feedBytes(rows, cols);
      // Most lose even if the last wave were no longer than its tiles.
      const double step = std::max(rows * cols * macTime_, next.feed * feedTime_);
      if (next.tiles * leastDepth_ * step + drain_ + device_.tileLatency < bestTime_)
        consider(next);
    }
  }

  /// What is left where a core holds no tile: the smallest, one at a time.
  void considerSmallest() {
    const double down = std::ceil(op_.m / leastTile), across = std::ceil(op_.n / leastTile);
    Candidate smallest{leastTile, leastTile, op_.count * down * across};
    smallest.feed = feedBytes(leastTile, leastTile);
    considerSplits(smallest);
  }

  bool empty() const { return best_.rows == 0; }

  TiledProduct result() const {
    TiledProduct tiled;
    tiled.rows = best_.rows;
    tiled.cols = best_.cols;
    tiled.splits = best_.splits;
    tiled.waves = terms_.waves;
    tiled.streaming = terms_.streaming();
    tiled.drain = terms_.drain;
    tiled.latency = terms_.latency;
    Slowest slowest;
    slowest.add(Bound::Compute, terms_.compute);
    slowest.add(Bound::Sram, terms_.feed);
    slowest.add(Bound::Dram, terms_.dram);
    tiled.bound = slowest.bound;
    const double partial = best_.splits > 1 ? best_.splits * partial_ : 0;
    tiled.cacheBytes = best_.tiles * best_.feed * op_.k + results_ + added_ + partial;
    tiled.dramBytes =
        device_.dramBandwidth > 0 ? terms_.dram * device_.dramBandwidth + results_ : 0;
    return tiled;
  }

private:
  struct Candidate {
    double rows = 0, cols = 0;
    double tiles = 0;    ///< of the whole output
    double feed = 0;     ///< bytes of operands that one takes in for each step along K
    double resident = 1; ///< of them in a core at the same time
    double splits = 1;
  };

  /// Seconds of a candidate.
  struct Terms {
    double waves = 0, compute = 0, feed = 0, dram = 0, drain = 0, latency = 0;
    double streaming() const { return std::max(std::max(compute, feed), dram); }
    double time() const { return streaming() + drain + latency; }
  };

  void consider(Candidate next) {
    const double sums = device_.accumulators / (next.rows * next.cols * accumulatorSize);
    const double buffers = device_.coreSram / ((next.rows + next.cols) * bufferedBytes);
    next.resident = std::floor(std::min(sums, buffers));
    if (next.resident >= 1)
      considerSplits(next);
  }

  /// Tries a tile whole, and cut along K so that its parts fill the cores once, and twice.
  void considerSplits(Candidate next) {
    keep(next);
    if (2 * next.tiles > device_.cores)
      return;
    const double most = std::floor(op_.k / leastSplit);
    const double once = std::min(most, std::floor(device_.cores / next.tiles));
    const double twice = std::min(most, std::floor(2 * device_.cores / next.tiles));
    if (once > 1) {
      next.splits = once;
      keep(next);
    }
    if (twice > once) {
      next.splits = twice;
      keep(next);
    }
  }

  /// Of a tile.  Neighbours share the longer of their sides.
  double feedBytes(double rows, double cols) const {
    const double height = std::min(rows, op_.m) * op_.left;
    const double width = std::min(cols, op_.n) * op_.right;
    return std::min(height, width) + std::max(height, width) / device_.multicast;
  }

  /// Bytes of operands that come from DRAM where the cache does not hold them.
  double operandTraffic(const Candidate &c) const {
    const double area = std::min(c.tiles, device_.cores / c.splits) * c.rows * c.cols;
    const double down = std::min(std::max(std::sqrt(area), c.rows), op_.m);
    const double across = std::min(area / down, op_.n);
    return std::max(operands_, op_.m * op_.n * op_.k * (down * op_.left + across * op_.right) /
                                   (down * across));
  }

  void keep(const Candidate &next) {
    const double parts = next.tiles * next.splits;
    Terms terms;
    terms.waves = std::ceil(parts / device_.cores);
    const double depth = terms.waves * op_.k / next.splits;
    terms.compute = depth * next.rows * next.cols * macTime_;
    terms.feed = depth * next.feed * feedTime_;
    terms.dram = leastDram_;
    terms.drain = drain_;
    terms.latency = device_.tileLatency;
    if (terms.waves > 1)
      terms.latency *= std::ceil(parts / (device_.cores * next.resident));
    if (next.splits > 1) {
      terms.drain += next.splits * partial_ / device_.cacheBandwidth;
      terms.latency += device_.tileLatency;
    }
    if (terms.time() >= bestTime_)
      return;
    if (rereads_)
      terms.dram = (operandTraffic(next) + added_) / device_.dramBandwidth;
    if (const double time = terms.time(); time < bestTime_) {
      best_ = next;
      terms_ = terms;
      bestTime_ = time;
    }
  }

  /// Keeps a bound below what it bounds where the two are rounded differently.
  static constexpr double lessByRounding = 1 - 1e-12;

  const Operator &op_;
  const CacheDevice &device_;
  double macTime_;    ///< s for a multiply-accumulate of one core
  double feedTime_;   ///< s for a byte from the cache to each core
  double results_;    ///< bytes
  double operands_;   ///< bytes
  double added_;      ///< bytes of earlier results, from DRAM
  bool rereads_;      ///< they come from DRAM more than once
  double drain_;      ///< s
  double partial_;    ///< bytes of sums that a split adds to what the cache moves
  double leastDram_;  ///< s, for each operand once
  double leastDepth_; ///< steps along K of one tile, spread over all cores
  double enough_;     ///< s, with which the search ends
  Candidate best_;
  Terms terms_; ///< of `best_`
  double bestTime_ = std::numeric_limits<double>::infinity();
};

} // namespace

TiledProduct bestTiling(const Operator &op, const CacheDevice &device) {
  const double area = device.accumulators / accumulatorSize;
  // The largest square that does not fit; rectangles of half of it may.
  const double side = std::max(leastTile, powerOfTwo(std::min(std::sqrt(area), largestTile)));
  auto longest = [&](double size) {
    return size >= side ? side : std::max(leastTile, powerOfTwo(size));
  };
  const double height = longest(op.m), width = longest(op.n);
  // Of large tiles there may be fewer than cores.
  const double share = std::max(leastTile * leastTile, op.count * op.m * op.n / device.cores);
  double least = leastShare * std::min({area, height * width, share});
  Search search(op, device);
  // Where operands leave less room than sums, tiles are smaller still.
  for (; search.empty() && least >= leastTile; least *= leastShare)
    for (double rows = height; rows >= leastTile; rows /= 2) {
      double cols = width;
      while (rows * cols > area && cols > leastTile)
        cols /= 2;
      search.consider(rows, cols, least);
    }
  if (search.empty())
    search.considerSmallest();
  return search.result();
}

} // namespace wsc::evaluation
