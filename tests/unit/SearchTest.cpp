// The Pareto front against its definition, and the run store against itself.
#include "RandomSpace.h"
#include "runs/RunStore.h"
#include "search/Pareto.h"

#include "ir/Print.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace wsc {
namespace {

bool dominates(const search::Points &points, unsigned a, unsigned b) {
  bool better = false;
  for (unsigned j = 0; j < points.cols(); ++j) {
    if (points(a, j) > points(b, j))
      return false;
    better |= points(a, j) < points(b, j);
  }
  return better;
}

TEST(Pareto, IsTheSetOfUndominatedPoints) {
  std::mt19937_64 random(1);
  for (unsigned trial = 0; trial < 200; ++trial) {
    unsigned n = random() % 40, m = 1 + random() % 4;
    search::Points points(n, m);
    for (unsigned i = 0; i < n; ++i)
      for (unsigned j = 0; j < m; ++j)
        points(i, j) = random() % 6; // few values, so that ties and duplicates occur
    std::vector<unsigned> front = search::paretoFront(points);
    for (unsigned i = 0; i < n; ++i) {
      bool beaten = false, copied = false;
      for (unsigned k = 0; k < n; ++k) {
        beaten |= dominates(points, k, i);
        copied |= k < i && (points.row(k) == points.row(i)).all();
      }
      EXPECT_EQ(llvm::is_contained(front, i), !beaten && !copied);
    }
  }
}

TEST(RunStore, KeepsWhatWasAdded) {
  llvm::SmallString<128> folder;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("wsc-run-test", folder));
  ir::RandomSpace random(3);
  random.grow({ir::Op::Add, ir::Op::Mul}, 10);
  random.addRoots();
  ir::Space *space = &random.space;
  std::string error;
  runs::Record record;
  record.choice.assign(space->params.size(), 0);
  record.fidelity = "analytic";
  record.status = "ok";
  record.reasons = {"a \"quoted\" reason", "über"};
  record.metrics = {1.25, NAN};
  record.objectives = {-3e300};
  record.feasible = true;
  {
    auto store = runs::RunStore::create(folder, *space, {42, 7, "bayes", 4}, error);
    ASSERT_TRUE(store) << error;
    EXPECT_FALSE(store->find(record.choice));
    ASSERT_TRUE(store->add(record, error)) << error;
    EXPECT_FALSE(store->add(record, error)) << "a design is evaluated once";
  }
  EXPECT_FALSE(runs::RunStore::create(folder, *space, {}, error));
  auto store = runs::RunStore::open(folder, error);
  ASSERT_TRUE(store) << error;
  EXPECT_EQ(store->settings().seed, 42u);
  EXPECT_EQ(store->settings().budget, 7u);
  EXPECT_EQ(store->settings().algorithm, "bayes");
  EXPECT_EQ(store->settings().batch, 4u);
  EXPECT_EQ(ir::toText(store->space()), ir::toText(*space));
  const runs::Record *known = store->find(record.choice);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->id, 1u);
  EXPECT_EQ(known->reasons, record.reasons);
  EXPECT_EQ(known->metrics[0], 1.25);
  EXPECT_TRUE(std::isnan(known->metrics[1]));
  EXPECT_EQ(known->objectives, record.objectives);
  EXPECT_TRUE(known->feasible);
  llvm::sys::fs::remove_directories(folder);
}

} // namespace
} // namespace wsc
