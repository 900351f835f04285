// Drawing maps of dead parts, and the yields that they have on average.
#include "network/Defects.h"

#include "support/Interval.h"
#include "support/Normal.h"
#include <cmath>

namespace wsc::network {

namespace {

constexpr unsigned mostTries = 1000; ///< reticles that are tested until one is good

/// A stream of its own for each series, map and kind of part (SplitMix64's finalizer, Steele et
/// al., OOPSLA 2014).
Random stream(uint64_t seed, uint64_t index, uint64_t kind) {
  uint64_t x = seed;
  for (uint64_t part : {index, kind}) {
    x += 0x9e3779b97f4a7c15 * (part + 1);
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    x ^= x >> 31;
  }
  return Random(x);
}

/// Calls `visit` with each of 0..count-1 that fails, ascending, at a cost for those only.
template <typename Visit>
void drawEach(Random &random, uint64_t count, double probability, Visit visit) {
  if (probability <= 0)
    return;
  const double scale = probability < 1 ? 1 / std::log1p(-probability) : 0;
  for (double at = 0;; ++at) {
    at += std::floor(std::log1p(-random.uniform()) * scale); // a geometric number works before it
    if (!(at < static_cast<double>(count)))
      return;
    visit(static_cast<uint64_t>(at));
  }
}

/// Gamma of this shape and mean 1 (Marsaglia and Tsang, ACM TOMS 26(3), 2000).
double gammaOfMeanOne(Random &random, double shape) {
  if (shape < 1)
    return (shape + 1) / shape * gammaOfMeanOne(random, shape + 1) *
           std::pow(1 - random.uniform(), 1 / shape);
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = standardNormal(random), v = std::pow(1 + c * x, 3);
    if (v > 0 && std::log(1 - random.uniform()) < x * x / 2 + d - d * v + d * std::log(v))
      return d * v / shape;
  }
}

/// Defects of a core on average, such that it fails with its probability.
double meanDefects(const DefectModel &model) {
  return model.clustering * std::expm1(-std::log1p(-model.core) / model.clustering);
}

/// Probability that a core fails where the density is `density` times its mean.
double faultAt(const DefectModel &model, double density) {
  return -std::expm1(-meanDefects(model) * density);
}

bool isShared(const DefectModel &model) {
  return model.clustering > 0 && std::isfinite(model.clustering) && model.core < 1;
}

/// Dead cores of one reticle, numbered within it.
std::vector<uint32_t> drawReticle(const WaferShape &shape, const DefectModel &model,
                                  Random &random) {
  const double fault =
      isShared(model) ? faultAt(model, gammaOfMeanOne(random, model.clustering)) : model.core;
  std::vector<uint32_t> dead;
  drawEach(random, uint64_t(shape.rows) * shape.colsMade(), fault,
           [&](uint64_t core) { dead.push_back(core); });
  return dead;
}

/// Whether no row of a reticle has more dead cores than spares.
bool isRepairable(const WaferShape &shape, const std::vector<uint32_t> &dead) {
  for (size_t i = shape.spares; i < dead.size(); ++i)
    if (dead[i] / shape.colsMade() == dead[i - shape.spares] / shape.colsMade())
      return false;
  return true;
}

void drawCores(const WaferShape &shape, const DefectModel &model, Random random, DefectMap &map) {
  for (unsigned reticle = 0; reticle < shape.reticles(); ++reticle) {
    std::vector<uint32_t> dead = drawReticle(shape, model, random);
    unsigned tries = 1;
    while (model.testedFirst && !isRepairable(shape, dead) && tries++ < mostTries)
      dead = drawReticle(shape, model, random);
    if (tries > mostTries)
      map.reticles.set(reticle);
    const unsigned top = reticle / shape.reticleCols * shape.rows;
    const unsigned left = reticle % shape.reticleCols * shape.colsMade();
    for (uint32_t core : dead)
      map.cores.push_back((top + core / shape.colsMade()) * shape.physicalCols() + left +
                          core % shape.colsMade());
  }
  std::sort(map.cores.begin(), map.cores.end());
}

void drawLinks(const WaferShape &shape, const DefectModel &model, Random random, DefectMap &map) {
  drawEach(random, shape.physicalCores(), model.link, [&](uint64_t core) {
    if ((core + 1) % shape.physicalCols() != 0)
      map.east.push_back(core);
  });
  drawEach(random, shape.physicalCores() - shape.physicalCols(), model.link,
           [&](uint64_t core) { map.south.push_back(core); });
}

} // namespace

DefectMap drawDefects(const WaferShape &shape, const DefectModel &model, uint64_t seed,
                      uint64_t index) {
  DefectMap map;
  map.reticles.resize(shape.reticles());
  drawCores(shape, model, stream(seed, index, 0), map);
  drawLinks(shape, model, stream(seed, index, 1), map);
  Random reticles = stream(seed, index, 2);
  drawEach(reticles, shape.reticles(), model.reticle,
           [&](uint64_t reticle) { map.reticles.set(reticle); });
  return map;
}

/// Of independent cores.
static double independentYield(const WaferShape &shape, double fault) {
  return std::pow(atLeast(shape.cols, shape.colsMade(), 1 - fault), shape.rows);
}

double rowsYield(const WaferShape &shape, const DefectModel &model) {
  if (!isShared(model))
    return independentYield(shape, model.core);
  // With u = x^a for a shape a < 1, whose density has no limit at 0; else u = x.  Simpson's rule.
  const double alpha = model.clustering, power = std::min(1.0, alpha);
  constexpr unsigned steps = 20000;
  const double last = std::pow(1 + 12 / std::sqrt(alpha) + 40 / alpha, power);
  double whole = 0, sum = 0;
  for (unsigned i = 0; i <= steps; ++i) {
    const double u = last * i / steps, x = std::pow(u, 1 / power);
    const double density =
        (alpha > 1 ? std::pow(x, alpha - 1) : 1) * std::exp(-alpha * x); // up to a factor
    const double weight = density * (i == 0 || i == steps ? 1 : i % 2 ? 4 : 2);
    whole += weight;
    sum += weight * independentYield(shape, faultAt(model, x));
  }
  return sum / whole;
}

double waferYield(const WaferShape &shape, const DefectModel &model) {
  const double reticle = (1 - model.reticle) * (model.testedFirst ? 1 : rowsYield(shape, model));
  return std::pow(reticle, shape.reticles());
}

} // namespace wsc::network
