// Samples: feasible, distinct, complete, and as evenly spread as they claim to be.  All seeds are
// fixed, so that nothing here depends on luck.
#include "feasibility/Sample.h"
#include "FeasibilitySpaces.h"
#include "feasibility/Enumerate.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace wsc;
using namespace wsc::feasibility;

namespace {

std::vector<Design> allDesigns(const Problem &problem) {
  std::vector<Design> designs;
  enumerateDesigns(problem, problem.constraints(), [&](const Design &design) {
    designs.push_back(design);
    return true;
  });
  return designs;
}

/// How often each of some designs was drawn.
class Tally {
public:
  explicit Tally(const std::vector<Design> &designs) {
    for (const Design &design : designs)
      counts_[design] = 0;
  }
  void add(const Design &design) {
    auto it = counts_.find(design);
    ASSERT_NE(it, counts_.end()) << "not feasible";
    ++it->second;
    ++total_;
  }
  size_t cells() const { return counts_.size(); }
  double chiSquare() const {
    double expected = double(total_) / counts_.size(), sum = 0;
    for (const auto &[design, count] : counts_)
      sum += (count - expected) * (count - expected) / expected;
    return sum;
  }

private:
  std::map<Design, unsigned> counts_;
  uint64_t total_ = 0;
};

/// What chi-square stays below with a probability of 99.99 % where all cells are equally likely (E.
/// Wilson and M. Hilferty, PNAS 17, 1931).
double noiseFloor(size_t cells) {
  double freedom = cells - 1, z = 3.719, share = 2 / (9 * freedom);
  return freedom * std::pow(1 - share + z * std::sqrt(share), 3);
}

/// Where a product must be met exactly and a sum must not be exceeded.
std::unique_ptr<ir::Space> rankSpace() {
  auto space = std::make_unique<ir::Space>();
  auto open = [&](const char *name, std::vector<Rational> domain) {
    return test::open(*space, name, std::move(domain));
  };
  test::Expr tp = open("tp", test::steps(1, 12)), pp = open("pp", test::steps(1, 12)),
             dp = open("dp", test::steps(1, 12)), clock = open("clock", test::steps(1, 9)),
             mode = open("mode", {0, 1, 2});
  test::require("ranks", tp * pp * dp == 144);
  test::require("power", clock * (tp + mode) <= 40);
  return space;
}

/// Thousands of designs, of which some boxes are certain at once.
std::unique_ptr<ir::Space> volumeSpace() {
  auto space = std::make_unique<ir::Space>();
  test::Expr volume = test::number(*space, 1), sum = test::number(*space, 0);
  for (const char *name : {"x", "y", "z"}) {
    test::Expr side = test::open(*space, name, test::steps(1, 40));
    volume = volume * side;
    sum = sum + test::numeric(ir::Op::Sqrt, {side});
  }
  test::open(*space, "free", {0, 1}, ir::Type::boolean());
  test::require("volume", volume <= 200);
  test::require("sum", sum >= 6);
  return space;
}

/// Random and hand-made spaces that can be counted.
std::vector<std::unique_ptr<ir::Space>> countableSpaces() {
  std::vector<std::unique_ptr<ir::Space>> spaces;
  spaces.push_back(rankSpace());
  spaces.push_back(volumeSpace());
  for (uint64_t seed = 0; spaces.size() < 11; ++seed) {
    auto space = test::randomSpace(seed);
    Problem problem(*space);
    size_t count = allDesigns(problem).size();
    if (count >= 50 && count <= 5000 && count < space->designCount() * 0.9)
      spaces.push_back(std::move(space));
  }
  return spaces;
}

/// Calls `check` for each countable space, with its designs.
template <typename F> void forEachSpace(F check) {
  for (auto &space : countableSpaces()) {
    Problem problem(*space);
    std::vector<Design> designs = allDesigns(problem);
    ASSERT_GE(designs.size(), 50u);
    SCOPED_TRACE(designs.size());
    check(problem, designs);
  }
}

} // namespace

// Every tenth design is drawn, without repetition, from 100 seeds.
TEST(Sample, SamplerIsUniform) {
  forEachSpace([](const Problem &problem, const std::vector<Design> &designs) {
    Tally tally(designs);
    size_t some = designs.size() / 10;
    for (uint64_t seed = 1; seed <= 100; ++seed) {
      Sampler sampler(problem, seed);
      for (size_t i = 0; i < some; ++i)
        tally.add(*sampler.next());
    }
    // Without repetition the variance is smaller.
    double variance = double(designs.size() - some) / (designs.size() - 1);
    EXPECT_LT(tally.chiSquare() / variance, noiseFloor(tally.cells()));
    RecordProperty("chi_square_" + std::to_string(tally.cells()),
                   std::to_string(tally.chiSquare() / variance));
  });
}

// What is drawn from a cover that is far from exact, and is feasible.
TEST(Sample, CoverIsUniform) {
  unsigned unfinished = 0;
  forEachSpace([&](const Problem &problem, const std::vector<Design> &designs) {
    for (uint64_t limit : {0, 200}) {
      Judge judge(problem);
      Cover cover(problem, judge);
      cover.refine(limit);
      unfinished += !cover.isExact();
      Screen screen(problem, judge);
      Random random(limit + 1);
      Tally tally(designs);
      for (size_t hits = 0; hits < 20 * designs.size();) {
        Design design = cover.draw(random);
        if (screen.holds(design.choice))
          tally.add(design), ++hits;
      }
      EXPECT_LT(tally.chiSquare(), noiseFloor(tally.cells()));
      RecordProperty("chi_square_" + std::to_string(tally.cells()) + "_" + std::to_string(limit),
                     std::to_string(tally.chiSquare()));
    }
  });
  EXPECT_GE(unfinished, 5u);
}

/// Walks, if `leaps` with a model learned from a corner of the designs only.
static void checkChains(bool leaps) {
  forEachSpace([&](const Problem &problem, const std::vector<Design> &designs) {
    if (designs.size() > 500)
      return;
    Judge judge(problem);
    Screen screen(problem, judge);
    Random random(1);
    Box root = problem.domains();
    Chain chain(problem, judge, screen, random, root);
    if (leaps)
      chain.learn(llvm::ArrayRef(designs).take_front(20), 10);
    Tally tally(designs);
    Design state = designs.front();
    for (size_t i = 0; i < 10 * designs.size(); ++i) {
      chain.walk(state, 60);
      tally.add(state);
    }
    EXPECT_LT(tally.chiSquare(), noiseFloor(tally.cells()));
    testing::Test::RecordProperty("chi_square_" + std::to_string(tally.cells()),
                                  std::to_string(tally.chiSquare()));
  });
}

TEST(Sample, ChainsBecomeUniform) { checkChains(/*leaps=*/false); }
TEST(Sample, ChainsThatLeapBecomeUniform) { checkChains(/*leaps=*/true); }

// Of a model the probabilities that it states are those with which it draws, and they add up to 1.
TEST(Sample, ModelDrawsWhatItSays) {
  auto space = rankSpace();
  Problem problem(*space);
  std::vector<Design> designs = allDesigns(problem);
  std::vector<std::vector<unsigned>> values;
  std::vector<unsigned> all;
  for (unsigned param = 0; param < problem.paramCount(); ++param) {
    values.emplace_back();
    all.push_back(param);
    for (unsigned value = 0; value < problem.domainSize(param); ++value)
      if (param != 3 || value % 2) // half of the clocks cannot be drawn
        values.back().push_back(value);
  }
  llvm::erase_if(designs, [](const Design &design) { return design.choice[3] % 2 == 0; });
  Model model(designs, designs.size(), values);
  double sum = 0, known = 0;
  forEachPoint(all, problem.domains(), [&](llvm::ArrayRef<unsigned> choice) {
    sum += choice[3] % 2 ? std::exp(model.logOf(choice)) : 0;
    return true;
  });
  for (const Design &design : designs)
    known += std::exp(model.logOf(design.choice));
  EXPECT_NEAR(sum, 1, 1e-4);
  // Of 15,552 combinations 600 or so: what depends on what has been learned.
  EXPECT_GT(known, 0.1);
  std::set<Design> feasible(designs.begin(), designs.end());
  Random random(1);
  Design drawn{std::vector<unsigned>(problem.paramCount())};
  unsigned hits = 0, draws = 20'000;
  for (unsigned i = 0; i < draws; ++i) {
    double log = model.draw(random, drawn.choice);
    ASSERT_FLOAT_EQ(log, model.logOf(drawn.choice));
    hits += feasible.count(drawn);
  }
  EXPECT_NEAR(hits, known * draws, 4 * std::sqrt(draws * known));
}

// Screen and Judge agree, equalities, ties and undefined values included.
TEST(Sample, ScreenAgreesWithJudge) {
  uint64_t feasible = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    auto space = test::randomSpace(seed);
    Problem problem(*space);
    Judge judge(problem);
    Screen screen(problem, judge);
    Random random(seed);
    for (unsigned i = 0; i < 200; ++i) {
      Design design;
      for (unsigned param = 0; param < problem.paramCount(); ++param)
        design.choice.push_back(random.below(problem.domainSize(param)));
      bool holds = problem.verify(design).feasible;
      ASSERT_EQ(screen.holds(design.choice), holds);
      feasible += holds;
    }
  }
  EXPECT_GT(feasible, 3000u);
}

TEST(Sample, EveryDesignIsFoundOnce) {
  for (auto aim : {Sampler::Aim::Uniform, Sampler::Aim::Diverse})
    for (uint64_t seed = 0; seed < 60; ++seed) {
      SCOPED_TRACE(seed);
      auto space = test::randomSpace(seed);
      Problem problem(*space);
      std::vector<Design> expected = allDesigns(problem);
      if (expected.size() > 1000)
        continue;
      std::set<Design> sampled;
      Sampler sampler(problem, seed, {}, aim);
      while (auto design = sampler.next())
        ASSERT_TRUE(sampled.insert(*design).second);
      EXPECT_TRUE(sampler.isExhausted());
      EXPECT_EQ(sampled, std::set<Design>(expected.begin(), expected.end()));
    }
}

// A wafer where one combination in 10^10 is feasible: covers do not help there.
TEST(Sample, HardSpacesAreSampled) {
  auto space = test::waferSpace(30, 15000);
  Problem problem(*space);
  for (auto aim : {Sampler::Aim::Uniform, Sampler::Aim::Diverse}) {
    Sampler first(problem, 3, {}, aim), second(problem, 3, {}, aim);
    std::set<Design> designs;
    for (unsigned i = 0; i < 50; ++i) {
      auto design = first.next();
      ASSERT_TRUE(design);
      EXPECT_EQ(design, second.next());
      EXPECT_TRUE(problem.verify(*design).feasible);
      EXPECT_TRUE(designs.insert(*design).second);
    }
  }
}

/// The least number of fields in which two of the first designs differ.
static unsigned leastDistance(const Problem &problem, Sampler::Aim aim) {
  Sampler sampler(problem, 1, {}, aim);
  std::vector<Design> designs;
  unsigned least = UINT_MAX;
  for (unsigned i = 0; i < 200; ++i) {
    Design design = *sampler.next();
    for (const Design &other : designs) {
      unsigned differences = 0;
      for (unsigned param = 0; param < problem.paramCount(); ++param)
        differences += design.choice[param] != other.choice[param];
      least = std::min(least, differences);
    }
    designs.push_back(design);
  }
  return least;
}

TEST(Sample, DiverseDesignsAreFartherApart) {
  auto space = test::waferSpace(1, 15000);
  Problem problem(*space);
  unsigned diverse = leastDistance(problem, Sampler::Aim::Diverse);
  EXPECT_GT(diverse, leastDistance(problem, Sampler::Aim::Uniform));
  EXPECT_GE(diverse, 8u); // of 22 fields
}
