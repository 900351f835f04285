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
  runs::RunStore::Entry entry;
  entry.record.id = 1;
  entry.record.choice.assign(space->params.size(), 0);
  entry.record.objectives.assign(space->objectives.size(), -3e300);
  entry.record.missed = {"fast_enough"};
  entry.record.cost = 0.25;
  entry.answer = {"digest",    "analytic", "ok", {"a \"quoted\" reason", "über"},
                  {1.25, NAN}, "{}",       ""};
  const std::vector<unsigned> &choice = entry.record.choice;
  runs::Settings settings;
  settings.seed = 42;
  settings.budget = 7.5;
  settings.algorithm = "bayes";
  settings.batch = 4;
  settings.facts["version"] = "1";
  {
    auto store =
        runs::RunStore::create(folder, *space, settings, {{"a/b.wsc", "wsc 1"}}, {}, error);
    ASSERT_TRUE(store) << error;
    EXPECT_FALSE(store->find(choice, "analytic"));
    ASSERT_TRUE(store->add(entry, error)) << error;
    EXPECT_FALSE(store->add(entry, error)) << "a design is evaluated once at a fidelity";
    entry.record.id = 2;
    entry.answer.fidelity = "cycle";
    EXPECT_TRUE(store->add(entry, error)) << error;
  }
  EXPECT_FALSE(runs::RunStore::create(folder, *space, {}, {}, {}, error));
  auto store = runs::RunStore::open(folder, runs::RunStore::Access::Read, error);
  ASSERT_TRUE(store) << error;
  EXPECT_EQ(store->settings().seed, 42u);
  EXPECT_EQ(store->settings().budget, 7.5);
  EXPECT_EQ(store->settings().algorithm, "bayes");
  EXPECT_EQ(store->settings().batch, 4u);
  EXPECT_EQ(store->settings().facts, settings.facts);
  EXPECT_EQ(ir::toText(store->space()), ir::toText(*space));
  ASSERT_EQ(store->records().size(), 2u);
  const runs::Record *known = store->find(choice, "analytic");
  ASSERT_TRUE(known);
  EXPECT_EQ(known->id, 1u);
  EXPECT_EQ(known->objectives, entry.record.objectives);
  EXPECT_EQ(known->missed, entry.record.missed);
  EXPECT_EQ(known->cost, 0.25);
  EXPECT_FALSE(known->feasible);
  EXPECT_EQ(known->answer, store->findAnswer("digest", "analytic"));
  EXPECT_EQ(known->answer->reasons, entry.answer.reasons);
  EXPECT_EQ(known->answer->metrics[0], 1.25);
  EXPECT_TRUE(std::isnan(known->answer->metrics[1]));
  llvm::sys::fs::remove_directories(folder);
}

} // namespace
} // namespace wsc
