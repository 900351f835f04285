// The lightest hitting set against all subsets, and many sets at once.
#include "feasibility/HittingSet.h"
#include "support/Random.h"
#include "llvm/ADT/STLExtras.h"
#include <gtest/gtest.h>
#include <numeric>

using namespace wsc;
using namespace wsc::feasibility;

static constexpr unsigned members = 10;

static std::vector<double> drawWeights(Random &random) {
  std::vector<double> weights;
  for (unsigned i = 0; i < members; ++i)
    weights.push_back(1 + random.below(4));
  return weights;
}

static std::vector<std::vector<unsigned>> drawSets(unsigned count, Random &random) {
  std::vector<std::vector<unsigned>> sets(count);
  for (std::vector<unsigned> &set : sets)
    for (unsigned size = 1 + random.below(4); set.size() < size;)
      if (unsigned member = random.below(members); !llvm::is_contained(set, member))
        set.push_back(member);
  return sets;
}

TEST(HittingSet, IsTheLightestOfAll) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const std::vector<double> weights = drawWeights(random);
    const auto sets = drawSets(random.below(9), random);
    double least = std::numeric_limits<double>::infinity();
    for (unsigned subset = 0; subset < 1u << members; ++subset) {
      auto hits = [&](unsigned member) { return subset >> member & 1; };
      if (!llvm::all_of(sets, [&](auto &set) { return llvm::any_of(set, hits); }))
        continue;
      double weight = 0;
      for (unsigned i = 0; i < members; ++i)
        weight += hits(i) ? weights[i] : 0;
      least = std::min(least, weight);
    }
    auto found = lightestHittingSet(sets, [&](unsigned i) { return weights[i]; });
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->isLightest);
    EXPECT_EQ(found->weight, least);
    double weight = 0;
    for (unsigned member : found->members)
      weight += weights[member];
    EXPECT_EQ(weight, found->weight);
    for (const auto &set : sets)
      EXPECT_TRUE(
          llvm::any_of(set, [&](unsigned m) { return llvm::is_contained(found->members, m); }));
  }
}

// The same where a member takes those before it on its ladder along.
TEST(HittingSet, LaddersAreTakenFromTheirTop) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const std::vector<double> weights = drawWeights(random);
    std::vector<unsigned> order(members);
    std::iota(order.begin(), order.end(), 0);
    random.shuffle<unsigned>(order);
    std::vector<std::vector<unsigned>> ladders{{order.begin(), order.begin() + 4},
                                               {order.begin() + 4, order.begin() + 7}};
    const auto sets = drawSets(1 + random.below(9), random);
    double least = std::numeric_limits<double>::infinity();
    for (unsigned subset = 0; subset < 1u << members; ++subset) {
      auto isIn = [&](unsigned member) { return subset >> member & 1; };
      bool isAllowed = llvm::all_of(ladders, [&](auto &ladder) {
        return std::is_partitioned(ladder.begin(), ladder.end(), isIn);
      });
      if (!isAllowed || !llvm::all_of(sets, [&](auto &set) { return llvm::any_of(set, isIn); }))
        continue;
      double weight = 0;
      for (unsigned i = 0; i < members; ++i)
        weight += isIn(i) ? weights[i] : 0;
      least = std::min(least, weight);
    }
    auto found = lightestHittingSet(sets, [&](unsigned i) { return weights[i]; }, ladders);
    ASSERT_TRUE(found && found->isLightest);
    EXPECT_EQ(found->weight, least);
    double weight = 0;
    for (unsigned member : found->members)
      weight += weights[member];
    EXPECT_EQ(weight, least);
    auto isIn = [&](unsigned member) { return llvm::is_contained(found->members, member); };
    for (const auto &set : sets)
      EXPECT_TRUE(llvm::any_of(set, isIn));
    for (const auto &ladder : ladders)
      EXPECT_TRUE(std::is_partitioned(ladder.begin(), ladder.end(), isIn));
  }
}

TEST(HittingSet, NothingHitsAnEmptySet) {
  EXPECT_FALSE(lightestHittingSet({{1}, {}}, [](unsigned) { return 1.0; }));
}

// Sets that share no member are no harder together than each alone.
TEST(HittingSet, ManyPartsAreSolvedOneByOne) {
  std::vector<std::vector<unsigned>> sets;
  for (unsigned part = 0; part < 100; ++part)
    for (unsigned i = 0; i < 5; ++i)
      for (unsigned j = 0; j < i; ++j)
        sets.push_back({5 * part + i, 5 * part + j});
  auto found = lightestHittingSet(sets, [](unsigned i) { return 1.0 + i % 5; });
  ASSERT_TRUE(found && found->isLightest);
  EXPECT_EQ(found->weight, 100 * (1 + 2 + 3 + 4)); // all but the heaviest of each part
}
