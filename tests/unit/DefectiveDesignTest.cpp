// What maps of defects leave of a design.
#include "evaluation/DefectiveDesign.h"
#include "evaluation/Analytic.h"
#include "evaluation/DefectNetwork.h"
#include "evaluation/Placement.h"
#include "evaluation/RoutedNetwork.h"
#include "network/Detour.h"
#include "tests/unit/EvaluationDesigns.h"

#include <gtest/gtest.h>

using namespace wsc;
using namespace wsc::evaluation;
using network::DefectMap;
using network::Remap;
using network::WaferShape;

namespace {

DefectMap mapOf(const WaferShape &shape, std::vector<uint32_t> cores,
                std::initializer_list<unsigned> reticles = {}) {
  DefectMap map;
  map.cores = std::move(cores);
  map.reticles.resize(shape.reticles());
  for (unsigned reticle : reticles)
    map.reticles.set(reticle);
  return map;
}

/// Llama on a wafer like WSE-2, as one rank.
Design onWafer() {
  Design design = llamaDecode();
  design.chip = wse2();
  design.strategy.reticlesPerRank = design.chip.reticlesPerWafer();
  return design;
}

DefectFields fieldsOf(const Chip &chip, unsigned spares, double core) {
  DefectFields fields;
  fields.shape = {unsigned(chip.reticleRows), unsigned(chip.reticleCols), unsigned(chip.coreRows),
                  unsigned(chip.coreCols), spares};
  fields.model.core = core;
  return fields;
}

TEST(DefectiveDesign, withoutDefectsIsTheDesign) {
  const Design design = onWafer();
  const DefectiveDesign left = degrade(design, fieldsOf(design.chip, 1, 0), 1, 0);
  EXPECT_EQ(left.reason, "");
  EXPECT_EQ(left.wholeWafers, 1U);
  EXPECT_EQ(left.hops, 1);
  EXPECT_EQ(measure(left.design)[Metric::Throughput], measure(design)[Metric::Throughput]);
}

TEST(DefectiveDesign, repairedRowsCostOnlyLongerLines) {
  const Design design = onWafer();
  bool lost = false;
  for (unsigned index = 0; index < 5; ++index) {
    // Many spares and some 80 dead cores.
    const DefectiveDesign left = degrade(design, fieldsOf(design.chip, 4, 1e-4), 1, index);
    EXPECT_EQ(left.reason, "");
    EXPECT_EQ(left.wholeWafers, 1U);
    EXPECT_EQ(left.rowsGivenUp, 0);
    EXPECT_GT(left.hops, 1);
    EXPECT_LT(left.hops, 1.1);
    EXPECT_EQ(left.design.chip.coreLinkBandwidth, design.chip.coreLinkBandwidth);
    lost |= measure(left.design)[Metric::Throughput] < measure(design)[Metric::Throughput];
  }
  EXPECT_TRUE(lost);
}

TEST(DefectiveDesign, rowsWithHolesAreGivenUp) {
  const Design design = onWafer();
  const DefectFields fields = fieldsOf(design.chip, 0, 2e-5);
  for (unsigned index = 0; index < 5; ++index) {
    const DefectMap map = network::drawDefects(fields.shape, fields.model, 1, index);
    std::vector<unsigned> rows;
    for (uint32_t core : map.cores)
      rows.push_back(core / fields.shape.physicalCols());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    const DefectiveDesign left = degrade(design, fields, 1, index);
    EXPECT_EQ(left.rowsGivenUp, rows.size());
    EXPECT_EQ(left.design.strategy.coreRows,
              rows.empty() ? 0 : fields.shape.physicalRows() - double(rows.size()));
    EXPECT_EQ(left.wholeWafers, rows.empty());
    if (!rows.empty()) {
      EXPECT_LE(left.design.chip.coreLinkBandwidth, design.chip.coreLinkBandwidth / 2);
      EXPECT_LT(measure(left.design)[Metric::Throughput], measure(design)[Metric::Throughput]);
    }
  }
}

TEST(DefectiveDesign, memoryOfLostRowsIsMissed) {
  Design design = onWafer();
  design.strategy.weightMemory = design.chip.memory * design.chip.reticlesPerWafer() * 0.9999;
  design.strategy.activationMemory = design.strategy.cacheMemory = 0;
  EXPECT_EQ(degrade(design, fieldsOf(design.chip, 0, 0), 1, 0).reason, "");
  EXPECT_NE(degrade(design, fieldsOf(design.chip, 0, 1e-5), 1, 0).reason.find("given up"),
            std::string::npos);
}

TEST(DefectiveDesign, nothingRunsWhereNoRowIsWhole) {
  const Design design = onWafer();
  EXPECT_EQ(degrade(design, fieldsOf(design.chip, 0, 0.5), 1, 0).reason,
            "no row of cores of a rank is whole");
}

TEST(DefectiveDesign, anotherRankTakesThePlaceOfADeadReticle) {
  Design design = onWafer();
  design.strategy.reticlesPerRank = 1;
  DefectFields fields = fieldsOf(design.chip, 0, 0);
  fields.model.reticle = 0.05;
  design.strategy.dp = 60; // of 84
  const DefectiveDesign some = degrade(design, fields, 1, 0);
  ASSERT_GT(some.deadReticles, 0);
  EXPECT_EQ(some.reason, "");
  EXPECT_LT(some.design.chip.waferLinkBandwidth, design.chip.waferLinkBandwidth);
  EXPECT_GT(some.design.chip.waferHopLatency, design.chip.waferHopLatency);
  // Each rank has a place of its own that works, and most the one that they had.
  ASSERT_EQ(some.maps.size(), 1U);
  const ReticleMap &map = *some.maps[0];
  llvm::BitVector places(84);
  unsigned stay = 0;
  for (unsigned reticle = 0; reticle < 84; ++reticle)
    if (const uint32_t place = map.placeOf[reticle]; place != network::none) {
      EXPECT_FALSE(places[place] || map.dead[place]);
      places.set(place);
      stay += place == reticle;
    }
  EXPECT_EQ(places.count(), 60U);
  EXPECT_GE(stay, 60 - map.dead.count());
  design.strategy.dp = 84;
  EXPECT_NE(degrade(design, fields, 1, 0).reason.find("of 84 ranks"), std::string::npos);
}

TEST(DefectiveDesign, transfersBetweenStagesGoAroundDeadReticles) {
  Design design = onWafer();
  design.strategy = strategyOf(1, 6, 12); // 72 of 84
  DefectFields fields = fieldsOf(design.chip, 0, 0);
  fields.model.reticle = 0.05;
  const DefectiveDesign some = degrade(design, fields, 1, 0);
  ASSERT_EQ(some.maps.size(), 1U) << some.reason;
  for (const Fidelity fidelity : {Fidelity::Flow, Fidelity::Cycle}) {
    const RoutedNetwork whole(design.chip, fidelity), holes(design.chip, fidelity, some.maps);
    auto time = [&](const RoutedNetwork &network) {
      std::vector<std::string> reasons;
      return place(design, reasons, &network)->stage.cost(StageTransfer::Next, 1e6).time;
    };
    EXPECT_GT(time(holes), 1.2 * time(whole));
    EXPECT_EQ(holes.problems(), std::vector<std::string>{});
  }
}

TEST(DefectNetwork, aHoleSendsTwoColumnsOverOneLink) {
  const WaferShape shape{1, 1, 5, 6, 0};
  const RankPlace rank;
  const Remap whole(shape, mapOf(shape, {}));
  EXPECT_TRUE(rowsWithHoles(shape, whole, rank).empty());
  EXPECT_EQ(betweenCores(shape, whole, rank, {}).load, 1);
  const Remap hole(shape, mapOf(shape, {2 * 6 + 3}));
  EXPECT_EQ(rowsWithHoles(shape, hole, rank), std::vector<unsigned>{2});
  const Slowdown slowdown = betweenCores(shape, hole, rank, {2});
  EXPECT_EQ(slowdown.load, 2);
  EXPECT_EQ(slowdown.hops, 1 + 3.0 / 4); // 4 hops instead of 1, of 4 in a column
  // Nothing passes the first row.
  const Remap first(shape, mapOf(shape, {3}));
  EXPECT_EQ(betweenCores(shape, first, rank, {0}).load, 1);
}

TEST(DefectNetwork, aSpareMakesBends) {
  const WaferShape shape{1, 1, 5, 6, 1};
  const Remap remap(shape, mapOf(shape, {2 * 7 + 3}));
  const Slowdown slowdown = betweenCores(shape, remap, RankPlace(), {});
  EXPECT_EQ(slowdown.load, 1);
  EXPECT_EQ(slowdown.hops, 1 + 2.0 / 4); // a bend into the row and one out of it
}

TEST(DefectNetwork, deadReticlesAreGoneAround) {
  const WaferShape shape{4, 4, 2, 2, 0};
  llvm::BitVector used(16, true);
  network::GridShape grid;
  grid.rows = grid.cols = 4;
  auto between = [&](const DefectMap &map) {
    ReticleMap reticles(shape, Remap(shape, map), map.reticles, grid);
    for (const unsigned reticle : used.set_bits())
      reticles.placeOf[reticle] = reticle;
    return betweenReticles(reticles);
  };
  const DefectMap none = mapOf(shape, {});
  const auto whole = between(none);
  EXPECT_EQ(whole->load, 1);
  EXPECT_EQ(whole->hops, 1);
  const DefectMap one = mapOf(shape, {}, {5});
  used.reset(5);
  const auto around = between(one);
  EXPECT_GE(around->load, 2);
  EXPECT_EQ(around->hops, 4); // to the next reticle that works
  // Half of the links of one border.
  DefectMap links = mapOf(shape, {});
  links.east = {1}; // from the first reticle to the second, in the first of two rows
  used.set();
  const auto slower = between(links);
  EXPECT_EQ(slower->load, 2);
  // A corner is cut off.
  const DefectMap corner = mapOf(shape, {}, {1, 4});
  EXPECT_FALSE(between(corner));
}

} // namespace
