// The choice of tiles by trying those that fit.
#include "evaluation/TiledProduct.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace wsc::evaluation {

namespace {

/// Matrix units multiply blocks of this size; smaller products are padded to it.
constexpr double leastTile = 16;
/// Tiles down to this part of the largest are worth a look.
constexpr double leastShare = 0.25;
/// The search ends this close to what no tiling can beat.
constexpr double closeEnough = 1.03;
/// Sums are kept and, for partial ones, moved in 32 bit.
constexpr double accumulatorSize = 4;
/// A core buffers two steps of 64 bytes along K of each row of its operands.
constexpr double bufferedBytes = 128;
/// A split along K leaves at least this many elements to each part.
constexpr double leastSplit = 256;

/// The least power of two that is not below.
double powerOfTwo(double value) {
  int exponent;
  return std::frexp(value, &exponent) == 0.5 ? value : std::ldexp(1, exponent);
}

class Search {
public:
  Search(const Operator &op, const CacheDevice &device, double element)
      : op_(op), device_(device), element_(element), macTime_(2 / device.flopRate),
        feedTime_(element * device.cores / device.cacheBandwidth),
        operands_(op.count * op.k * (op.m + op.n)),
        rereads_(op.count == 1 && operands_ * element > device.cache),
        dram_(device.dramBandwidth > 0) {
    const double outputs = op.count * op.m * op.n;
    const bool toCache = !dram_ || outputs * element <= device.cache;
    drain_ = outputs * element / (toCache ? device.cacheBandwidth : device.dramBandwidth);
    // Partial sums are written and read again, in the cache.
    partial_ = 2 * outputs * accumulatorSize;
    const double compute = outputs * op.k * macTime_ / device.cores;
    const double dram = dram_ ? operands_ * element / device.dramBandwidth : 0;
    bound_ = std::max(compute, dram) + drain_ + device.tileLatency;
  }

  /// Tries a tile whole, and cut along K so that its parts fill the cores once, and twice.
  void consider(double rows, double cols) {
    const double resident =
        std::floor(std::min(device_.accumulators / (rows * cols * accumulatorSize),
                            device_.coreSram / ((rows + cols) * bufferedBytes)));
    if (resident >= 1)
      consider(rows, cols, resident);
  }

  void consider(double rows, double cols, double resident) {
    const double tiles = op_.count * std::ceil(op_.m / rows) * std::ceil(op_.n / cols);
    keep({rows, cols, tiles, resident, 1});
    if (2 * tiles > device_.cores)
      return;
    const double most = std::floor(op_.k / leastSplit);
    const double once = std::min(most, std::floor(device_.cores / tiles));
    const double twice = std::min(most, std::floor(2 * device_.cores / tiles));
    if (once > 1)
      keep({rows, cols, tiles, resident, once});
    if (twice > once)
      keep({rows, cols, tiles, resident, twice});
  }

  bool done() const { return bestTime_ <= closeEnough * bound_; }
  bool empty() const { return best_.rows == 0; }

  TiledProduct result() const {
    const Terms terms = termsOf(best_);
    TiledProduct tiled;
    tiled.rows = best_.rows;
    tiled.cols = best_.cols;
    tiled.splits = best_.splits;
    tiled.waves = terms.waves;
    tiled.streaming = terms.streaming();
    tiled.drain = terms.drain;
    tiled.latency = terms.latency;
    Slowest slowest;
    slowest.add(Bound::Compute, terms.compute);
    slowest.add(Bound::Sram, terms.feed);
    slowest.add(Bound::Dram, terms.dram);
    tiled.bound = slowest.bound;
    const double outputs = op_.count * op_.m * op_.n * element_;
    const double partial = best_.splits > 1 ? best_.splits * partial_ : 0;
    tiled.cacheBytes = best_.tiles * feedElements(best_) * op_.k * element_ + outputs + partial;
    tiled.dramBytes = dram_ ? terms.dram * device_.dramBandwidth + outputs : 0;
    return tiled;
  }

private:
  struct Candidate {
    double rows = 0, cols = 0;
    double tiles = 0;    ///< of the whole output
    double resident = 0; ///< of them in a core at the same time
    double splits = 1;
  };

  /// Seconds of a candidate.
  struct Terms {
    double waves, compute, feed, dram, drain, latency;
    double streaming() const { return std::max({compute, feed, dram}); }
    double time() const { return streaming() + drain + latency; }
  };

  /// Elements of operands that a tile takes in for each step along K.  Neighbours share the longer
  /// of their sides.
  double feedElements(const Candidate &c) const {
    const double rows = std::min(c.rows, op_.m), cols = std::min(c.cols, op_.n);
    return std::min(rows, cols) + std::max(rows, cols) / device_.multicast;
  }

  /// Elements of operands that come from DRAM.
  double operandTraffic(const Candidate &c) const {
    if (!rereads_)
      return operands_;
    const double area = std::min(c.tiles, device_.cores / c.splits) * c.rows * c.cols;
    const double down = std::min(std::max(std::sqrt(area), c.rows), op_.m);
    const double across = std::min(area / down, op_.n);
    return std::max(operands_, op_.m * op_.n * op_.k * (down + across) / (down * across));
  }

  Terms termsOf(const Candidate &c) const {
    const double parts = c.tiles * c.splits;
    Terms terms;
    terms.waves = std::ceil(parts / device_.cores);
    const double depth = terms.waves * op_.k / c.splits;
    terms.compute = depth * c.rows * c.cols * macTime_;
    terms.feed = depth * feedElements(c) * feedTime_;
    terms.dram = dram_ ? operandTraffic(c) * element_ / device_.dramBandwidth : 0;
    terms.drain = drain_;
    terms.latency = device_.tileLatency * std::ceil(parts / (device_.cores * c.resident));
    if (c.splits > 1) {
      terms.drain += c.splits * partial_ / device_.cacheBandwidth;
      terms.latency += device_.tileLatency;
    }
    return terms;
  }

  void keep(const Candidate &next) {
    // Most candidates lose by arithmetic and latency alone.
    const double parts = next.tiles * next.splits;
    const double compute =
        std::ceil(parts / device_.cores) * op_.k / next.splits * next.rows * next.cols * macTime_;
    const double latency = device_.tileLatency * std::ceil(parts / (device_.cores * next.resident));
    if (compute + drain_ + latency >= bestTime_)
      return;
    if (const double time = termsOf(next).time(); time < bestTime_) {
      best_ = next;
      bestTime_ = time;
    }
  }

  const Operator &op_;
  const CacheDevice &device_;
  double element_;
  double macTime_;     ///< s for a multiply-accumulate of one core
  double feedTime_;    ///< s for an element from the cache to each core
  double operands_;    ///< elements
  bool rereads_;       ///< the cache does not hold the operands
  bool dram_;          ///< there is DRAM
  double drain_ = 0;   ///< s
  double partial_ = 0; ///< bytes of sums that a split adds to what the cache moves
  Candidate best_;
  double bestTime_ = std::numeric_limits<double>::infinity();
  double bound_ = 0; ///< s, of any tiling
};

} // namespace

TiledProduct bestTiling(const Operator &op, const CacheDevice &device, double element) {
  const double area = device.accumulators / accumulatorSize;
  // The largest square that does not fit; rectangles of half of it may.
  const double side = std::max(leastTile, powerOfTwo(std::sqrt(area)));
  auto longest = [&](double size) {
    return size >= side ? side : std::max(leastTile, powerOfTwo(size));
  };
  const double height = longest(op.m), width = longest(op.n);
  const double least = leastShare * std::min(area, height * width);
  Search search(op, device, element);
  for (double rows = height; rows >= leastTile; rows /= 2) {
    double cols = width;
    while (rows * cols > area && cols > leastTile)
      cols /= 2;
    for (; cols >= leastTile && rows * cols >= least && !search.done(); cols /= 2)
      search.consider(rows, cols);
  }
  if (search.empty())
    search.consider(leastTile, leastTile, 1);
  return search.result();
}

} // namespace wsc::evaluation
