// A reticle in the units of WaferAI-SIM, and what it takes there for a product.
#include "backends/WaferAiProgram.h"
#include "evaluation/EdgeMemory.h"

#include <algorithm>
#include <cmath>

namespace wsc::backends {

namespace {

constexpr double dramStep = 15e9 / 8; ///< B/s
constexpr double flit = 16;           ///< bytes
constexpr double banks = 16;

/// The largest power of two whose square divides the units, so that arrays are whole.
int64_t sideOf(int64_t units) {
  int64_t side = 1;
  while (units % (4 * side * side) == 0)
    side *= 2;
  return side;
}

} // namespace

WaferAiCore::WaferAiCore(const evaluation::Design &design) {
  const evaluation::Chip &chip = design.chip;
  const double word = design.workload.elementSize;
  const double units = chip.peak / 2 * cycle;
  side = sideOf(std::max(1LL, std::llround(units / (chip.coreRows * chip.coreCols))));
  arrays = std::max(1LL, std::llround(units / double(side * side)));
  vector = std::llround((chip.vectorPeak > 0 ? chip.vectorPeak : chip.peak) * cycle);
  const double bits = 8 * chip.sramBandwidth / word * cycle / banks;
  constexpr int64_t narrowest = 128;
  port = std::clamp(int64_t(std::exp2(std::round(std::log2(bits)))), narrowest, widestPort);
  // Weights that stay in SRAM are there before: loading them takes no time.
  const double bandwidth = evaluation::dramRate(chip) / word;
  dram = bandwidth > 0 ? int64_t(std::ceil(bandwidth / dramStep)) : INT32_MAX;
  dramShare = bandwidth > 0 ? bandwidth / (double(dram) * dramStep) : 1;
  payload = std::llround(chip.waferLinkBandwidth * chip.waferLinkEfficiency / word * cycle / flit);
}

double WaferAiCore::timeOf(int64_t inputs, int64_t depth, int64_t outputs) const {
  const double weights = double(depth) * double(outputs);
  const double tiles =
      std::ceil(double(depth) / double(side)) * std::ceil(double(outputs) / double(side));
  const double arrayTime =
      double(2 * side + std::max(inputs, side)) * tiles / double(arrays) * cycle;
  const double vectorTime = 2 * weights * double(inputs) / double(vector) * cycle;
  const double moved = weights + double(inputs) * double(depth + outputs);
  const double sramTime = 8 * moved / (banks * double(port)) * cycle;
  return weights / (double(dram) * dramStep * dramShare) +
         std::max(sramTime, std::min(arrayTime, vectorTime));
}

} // namespace wsc::backends
