// The choice of tiles against trying all of them by the formulas of TiledProduct.h.
#include "evaluation/TiledProduct.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace wsc::evaluation {
namespace {

constexpr double sum = 4, buffer = 128;

/// Seconds of a product in tiles of rows x cols, with S cores for each; infinite where no core has
/// room for one.
double seconds(const Operator &op, const CacheDevice &d, double rows, double cols, double splits) {
  const double resident = std::floor(
      std::min(d.accumulators / (rows * cols * sum), d.coreSram / ((rows + cols) * buffer)));
  if (resident < 1)
    return HUGE_VAL;
  const double tiles = op.count * std::ceil(op.m / rows) * std::ceil(op.n / cols);
  const double outputs = op.count * op.m * op.n;
  const double results = outputs * op.result;
  const bool inCache = d.dramBandwidth == 0 || results <= d.cache;
  const double operands = op.count * op.k * (op.m * op.left + op.n * op.right);
  const double steps = std::ceil(tiles * splits / d.cores) * op.k / splits;
  const double h = std::min(rows, op.m) * op.left, w = std::min(cols, op.n) * op.right;
  const double feed = std::min(h, w) + std::max(h, w) / d.multicast;
  double fromDram = operands;
  if (op.count == 1 && operands > d.cache) {
    const double area = std::min(tiles, d.cores / splits) * rows * cols;
    const double down = std::min(std::max(std::sqrt(area), rows), op.m);
    const double across = std::min(area / down, op.n);
    fromDram = std::max(operands, outputs * op.k * (op.right / down + op.left / across));
  }
  fromDram += op.accumulates && !inCache ? results : 0;
  const double streaming =
      std::max({2 * steps * rows * cols / d.flopRate, steps * feed * d.cores / d.cacheBandwidth,
                d.dramBandwidth > 0 ? fromDram / d.dramBandwidth : 0});
  const double drain = results / (inCache ? d.cacheBandwidth : d.dramBandwidth) +
                       (splits > 1 ? splits * 2 * outputs * sum / d.cacheBandwidth : 0);
  return streaming + drain +
         d.tileLatency * (std::ceil(tiles * splits / (d.cores * resident)) + (splits > 1));
}

/// Of the tiles that libraries have for large products: those that do not leave three quarters of
/// the room for sums empty, and are no longer than the least square that does not fit; cut along K
/// where half of the cores were idle.
double leastSeconds(const Operator &op, const CacheDevice &d) {
  const double room = d.accumulators / sum;
  double longest = 16, least = HUGE_VAL;
  while (longest * longest < room)
    longest *= 2;
  for (double rows = 16; rows <= longest; rows *= 2)
    for (double cols = 16; cols <= longest; cols *= 2) {
      if (rows * cols < room / 4)
        continue;
      const double tiles = op.count * std::ceil(op.m / rows) * std::ceil(op.n / cols);
      for (double splits : {1.0, std::floor(d.cores / tiles), std::floor(2 * d.cores / tiles)})
        if (splits >= 1 && (splits == 1 || (2 * tiles <= d.cores && op.k / splits >= 256)))
          least = std::min(least, seconds(op, d, rows, cols, splits));
    }
  return least;
}

TEST(EvaluationTiling, isWithin3PercentOfTheBestOfAllTiles) {
  std::mt19937_64 random(3);
  auto between = [&](int low, int high) { return double(low + random() % (high - low + 1)); };
  double worst = 1;
  for (unsigned trial = 0; trial < 2000; ++trial) {
    CacheDevice device;
    device.cores = between(1, 150);
    device.flopRate = between(1, 20) * 1e11;
    device.multicast = between(1, 4);
    device.accumulators = between(4, 256) * 1024;
    device.coreSram = between(128, 256) * 1024;
    device.cache = between(1, 60) * 1e6;
    device.cacheBandwidth = between(1, 20) * 1e12;
    device.dramBandwidth = between(0, 4) * 1e12;
    device.tileLatency = between(0, 3) * 1e-6;
    Operator op{OperatorKind::Single};
    op.m = std::floor(std::exp2(between(900, 1400) / 100));
    op.n = std::floor(std::exp2(between(900, 1400) / 100));
    op.k = std::floor(std::exp2(between(0, 1300) / 100));
    op.count = random() % 2 ? 1 : between(1, 64);
    op.left = between(1, 2);
    op.right = between(1, 2);
    op.result = between(1, 4);
    op.accumulates = random() % 4 == 0;
    const TiledProduct best = bestTiling(op, device);
    const double same = seconds(op, device, best.rows, best.cols, best.splits);
    EXPECT_NEAR(best.time() / same, 1, 1e-12);
    worst = std::max(worst, best.time() / leastSeconds(op, device));
  }
  EXPECT_LE(worst, 1.03);
}

TEST(EvaluationTiling, operandsMayLeaveLessRoomThanSums) {
  CacheDevice device;
  device.cores = 1;
  device.flopRate = 1e12;
  device.cacheBandwidth = 1e12;
  device.accumulators = 256 * 1024; // for 256 x 256
  device.coreSram = 128 * buffer;   // for 64 x 64
  Operator op{OperatorKind::Single};
  op.m = op.n = op.k = 1024;
  op.left = op.right = op.result = 2;
  const TiledProduct best = bestTiling(op, device);
  EXPECT_EQ(best.rows, 64);
  EXPECT_EQ(best.cols, 64);
}

} // namespace
} // namespace wsc::evaluation
