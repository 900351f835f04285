// Maps of dead cores against the yield formulas of the library, and the mesh that remapping leaves.
#include "frontend/Elaborate.h"
#include "ir/Tape.h"
#include "network/Remap.h"

#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace wsc;
using namespace wsc::network;

namespace {

// ---- yields -----------------------------------------------------------------------------------

/// What the library says: an expression over std.yield, as a user would write it.
double library(const std::string &expression) {
  SourceManager sources;
  DiagnosticEngine diagnostics;
  sources.add("yield.wsc",
              "wsc 1\nimport std.yield as yields\nchip C { let y : real = " + expression + " }\n");
  auto program = loadProgram("yield.wsc", {{}, WSC_ROOT "/stdlib"}, sources, diagnostics);
  auto space = program ? elaborate(*program, {}, diagnostics) : nullptr;
  if (!space) {
    ADD_FAILURE() << expression;
    return std::nan("");
  }
  const ir::Node *node = space->findQuantity("y")->node;
  double value = 0;
  ir::Tape(*space, node).evaluate({}, {}, value);
  return value;
}

std::string text(double value) { return std::to_string(value); }

/// Silicon by the area of a core times the density of defects, in units of the latter.
DefectModel siliconOf(double defects, double clustering, bool shared) {
  DefectModel model;
  model.core = 1 - library("yields.negative_binomial(1 mm^2, " + text(defects) + " / 1 mm^2, " +
                           text(clustering) + ")");
  model.clustering = shared ? clustering : 0;
  return model;
}

bool isRepairable(const WaferShape &shape, const DefectMap &map) {
  return map.reticles.none() && Remap(shape, map).holes().none();
}

/// Whether a share of `n` draws may come from a probability: Wilson's interval of 4 standard
/// errors.
void expectShare(double hits, double n, double probability) {
  constexpr double z = 4;
  const double share = hits / n, middle = (share + z * z / (2 * n)) / (1 + z * z / n);
  const double half =
      z / (1 + z * z / n) * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  EXPECT_NEAR(probability, middle, half) << hits << " of " << n;
}

template <typename Property>
double countMaps(const WaferShape &shape, const DefectModel &model, unsigned maps,
                 Property property) {
  double count = 0;
  for (unsigned i = 0; i < maps; ++i)
    count += property(drawDefects(shape, model, 7, i));
  return count;
}

TEST(Defects, independentCoresHaveTheYieldsOfTheLibrary) {
  for (const auto &[rows, cols, spares] : {std::tuple(12U, 10U, 0U), {12, 10, 1}, {6, 20, 2}})
    for (double clustering : {1.0, 3.0, 100.0})
      for (double defects : {0.0005, 0.004, 0.02}) {
        const WaferShape shape{2, 3, rows, cols, spares};
        const DefectModel model = siliconOf(defects, clustering, false);
        const double row = library("yields.with_spares(" + std::to_string(cols) + ", " +
                                   std::to_string(spares) + ", " + text(1 - model.core) + ")");
        const double whole = std::pow(row, rows * 6);
        EXPECT_NEAR(waferYield(shape, model), whole, 1e-4 + 1e-3 * whole);
        constexpr unsigned maps = 3000;
        expectShare(countMaps(shape, model, maps,
                              [&](const DefectMap &map) { return isRepairable(shape, map); }),
                    maps, waferYield(shape, model));
      }
}

TEST(Defects, aSharedDensityIsThatOfTheWholeReticle) {
  // Without spares no core may fail: the formula of the library for the area of all.
  for (double clustering : {0.5, 1.0, 3.0, 10.0}) {
    const WaferShape shape{1, 1, 16, 16, 0};
    const DefectModel model = siliconOf(0.004, clustering, true);
    const double whole =
        library("yields.negative_binomial(256 mm^2, 0.004 / 1 mm^2, " + text(clustering) + ")");
    EXPECT_NEAR(rowsYield(shape, model), whole, 1e-4) << clustering;
    constexpr unsigned maps = 4000;
    expectShare(countMaps(shape, model, maps, [](const DefectMap &map) { return map.empty(); }),
                maps, whole);
    // As many cores fail as if each had its own density.
    const double dead =
        countMaps(shape, model, maps, [](const DefectMap &map) { return map.cores.size(); });
    const double mean = 256 * 0.004, deviation = std::sqrt(mean + mean * mean / clustering);
    EXPECT_NEAR(dead / maps, 256 * model.core, 4 * deviation / std::sqrt(maps)) << clustering;
  }
}

TEST(Defects, sparesAreWorthLessWhereDefectsCluster) {
  for (double clustering : {0.5, 2.0, 8.0})
    for (unsigned spares : {1U, 2U}) {
      const WaferShape shape{2, 2, 16, 30, spares};
      const DefectModel shared = siliconOf(0.004, clustering, true);
      DefectModel apart = shared;
      apart.clustering = 0;
      constexpr unsigned maps = 3000;
      expectShare(countMaps(shape, shared, maps,
                            [&](const DefectMap &map) { return isRepairable(shape, map); }),
                  maps, waferYield(shape, shared));
      // The yield of all rows is the greater the more defects hit the same rows, the less the more
      // they hit one reticle that is lost anyway: of one row, it is less.
      const WaferShape row{1, 1, 1, 30, spares};
      EXPECT_LT(rowsYield(row, shared), rowsYield(row, apart));
    }
}

TEST(Defects, testedReticlesCanBeRepairedAndOnlyBondsFail) {
  const WaferShape shape{3, 4, 8, 10, 1};
  DefectModel model = siliconOf(0.03, 3, false);
  model.testedFirst = true;
  model.reticle = 0.02;
  unsigned dead = 0;
  constexpr unsigned maps = 1000;
  const double good = countMaps(shape, model, maps, [&](const DefectMap &map) {
    dead += map.cores.size();
    DefectMap bonded = map;
    bonded.reticles.reset();
    EXPECT_TRUE(isRepairable(shape, bonded));
    return map.reticles.none();
  });
  EXPECT_GT(dead, maps); // they are not thrown away for what spares repair
  expectShare(good, maps, std::pow(0.98, 12));
  EXPECT_NEAR(waferYield(shape, model), std::pow(0.98, 12), 1e-12);
  // No core works: there is no good reticle.
  model.core = 1;
  EXPECT_TRUE(drawDefects(shape, model, 1, 0).reticles.all());
}

TEST(Defects, linksFailAsOftenAsTheyShould) {
  const WaferShape shape{2, 2, 10, 12, 1};
  DefectModel model;
  model.link = 0.01;
  constexpr unsigned maps = 500;
  const double east = countMaps(shape, model, maps, [&](const DefectMap &map) {
    EXPECT_TRUE(llvm::is_sorted(map.east) && llvm::is_sorted(map.south));
    return map.east.size();
  });
  const double south =
      countMaps(shape, model, maps, [](const DefectMap &map) { return map.south.size(); });
  expectShare(east, maps * 20.0 * 25, 0.01);
  expectShare(south, maps * 19.0 * 26, 0.01);
}

TEST(Defects, mapsAreASeries) {
  const WaferShape shape{2, 2, 20, 20, 1};
  const DefectModel model = siliconOf(0.01, 3, false);
  EXPECT_EQ(drawDefects(shape, model, 1, 5).cores, drawDefects(shape, model, 1, 5).cores);
  EXPECT_NE(drawDefects(shape, model, 1, 5).cores, drawDefects(shape, model, 1, 6).cores);
  EXPECT_NE(drawDefects(shape, model, 1, 5).cores, drawDefects(shape, model, 2, 5).cores);
}

// ---- remapping --------------------------------------------------------------------------------

/// Two reticles side by side of 3 x 4 cores with a spare in each row: columns 0..4 and 5..9.
const WaferShape pair{1, 2, 3, 4, 1};

DefectMap deadCores(std::vector<uint32_t> cores) {
  DefectMap map;
  map.cores = std::move(cores);
  map.reticles.resize(pair.reticles());
  return map;
}

TEST(Remap, aRowClosesUpAroundItsDeadCore) {
  const Remap remap(pair, deadCores({12})); // row 1, column 2
  EXPECT_TRUE(remap.holes().none());
  const GridShape &shape = remap.shape();
  EXPECT_EQ(shape.rows, 3U);
  EXPECT_EQ(shape.cols, 8U);
  std::vector<unsigned> cols;
  for (unsigned col = 0; col < 8; ++col)
    cols.push_back(remap.physicalCol(shape.at(1, col)));
  EXPECT_EQ(cols, (std::vector<unsigned>{0, 1, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(remap.physicalCol(shape.at(0, 2)), 2U);
  EXPECT_EQ(remap.detour(shape.at(1, 1), Direction::East), 1U); // over the dead core
  EXPECT_EQ(remap.detour(shape.at(1, 2), Direction::West), 1U);
  EXPECT_EQ(remap.detour(shape.at(1, 2), Direction::East), 0U);
  EXPECT_EQ(remap.detour(shape.at(1, 3), Direction::East), 0U); // the spare is in use
  EXPECT_EQ(remap.detour(shape.at(0, 3), Direction::East), 0U); // ... and as far as always here
  EXPECT_EQ(remap.detour(shape.at(0, 1), Direction::South), 0U);
  EXPECT_EQ(remap.detour(shape.at(0, 2), Direction::South), 1U); // a bend
  EXPECT_EQ(remap.detour(shape.at(2, 3), Direction::North), 1U);
}

TEST(Remap, deadCoresBeyondTheSparesAreHoles) {
  const Remap remap(pair, deadCores({11, 13, 29})); // row 1, columns 1 and 3; row 2, the last spare
  ASSERT_EQ(remap.holes().count(), 1U);
  EXPECT_TRUE(remap.holes()[remap.shape().at(1, 2)]);
  EXPECT_EQ(remap.physicalCol(remap.shape().at(1, 1)), 2U);
  EXPECT_EQ(remap.physicalCol(remap.shape().at(1, 3)), 4U);
  EXPECT_FALSE(remap.isAlive(remap.shape().at(1, 1), Direction::East));
  EXPECT_FALSE(remap.isAlive(remap.shape().at(0, 2), Direction::South));
  EXPECT_TRUE(remap.isAlive(remap.shape().at(0, 3), Direction::South));
}

TEST(Remap, aDeadLinkTakesAllThatPassesIt) {
  DefectMap map = deadCores({12});
  map.east = {11};    // row 1: between columns 1 and 2, part of the way over the dead core
  map.south = {3, 9}; // from row 0 to row 1, columns 3 and 9; nobody uses the spare
  const Remap remap(pair, map);
  const GridShape &shape = remap.shape();
  EXPECT_FALSE(remap.isAlive(shape.at(1, 1), Direction::East));
  EXPECT_FALSE(remap.isAlive(shape.at(1, 2), Direction::West));
  EXPECT_TRUE(remap.isAlive(shape.at(0, 1), Direction::East));
  EXPECT_FALSE(remap.isAlive(shape.at(0, 3), Direction::South));
  EXPECT_FALSE(remap.isAlive(shape.at(1, 3), Direction::North));
  EXPECT_TRUE(remap.isAlive(shape.at(0, 2), Direction::South));
  EXPECT_TRUE(remap.isAlive(shape.at(0, 7), Direction::South));
}

TEST(Remap, theNetworkHasLongerWiresAndNoHoles) {
  DefectMap map = deadCores({12, 21, 22}); // row 2 has two dead cores
  map.reticles.set(1);
  const Remap remap(pair, map);
  const Network network = remap.network({1, 1}, {3, 0.5F});
  const GridShape &shape = remap.shape();
  EXPECT_EQ(remap.holes().count(), 1U + 12);
  EXPECT_EQ(network.channels()[network.channel(shape.at(1, 1), Direction::East)].wire.latency, 2U);
  EXPECT_EQ(network.channels()[network.channel(shape.at(0, 0), Direction::East)].wire.latency, 1U);
  EXPECT_EQ(network.channel(shape.at(0, 3), Direction::East), none); // into the dead reticle
  EXPECT_EQ(network.channel(shape.at(2, 0), Direction::East), none); // into the hole
  EXPECT_TRUE(network.outgoing(shape.at(1, 5)).empty());
}

TEST(Remap, rowsAreWholeJustAsTheLibrarySays) {
  for (unsigned spares : {0U, 1U, 3U}) {
    const WaferShape shape{2, 3, 5, 8, spares};
    DefectModel model;
    model.core = 0.1;
    for (unsigned index = 0; index < 200; ++index) {
      const DefectMap map = drawDefects(shape, model, 3, index);
      const Remap remap(shape, map);
      std::vector<int> missing(shape.physicalRows() * shape.reticleCols, -int(spares));
      for (uint32_t core : map.cores)
        ++missing[core / shape.physicalCols() * shape.reticleCols +
                  core % shape.physicalCols() / shape.colsMade()];
      unsigned holes = 0;
      for (int each : missing)
        holes += std::max(0, each);
      EXPECT_EQ(remap.holes().count(), holes);
      for (uint32_t core = 0; core < remap.shape().nodes(); ++core) {
        const uint32_t physical =
            remap.shape().row(core) * shape.physicalCols() + remap.physicalCol(core);
        EXPECT_EQ(llvm::is_contained(map.cores, physical), remap.holes()[core]);
      }
    }
  }
}

} // namespace
