// What every search algorithm promises, and what Bayesian optimization adds to that.  All seeds are
// fixed.
#include "FeasibilitySpaces.h"
#include "search/Encoding.h"
#include "search/Explorer.h"
#include "search/Hypervolume.h"
#include "search/Surrogate.h"

#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <gtest/gtest.h>
#include <set>

namespace wsc::search {
namespace {

using feasibility::Design;
using test::open;
using test::operator*;
using test::operator<=;

const llvm::StringRef names[] = {
#define ALGORITHM(create, name, summary) name,
#include "search/Algorithms.def"
};

/// A number, a power of two and a category, of which not all go together, and two metrics to
/// minimize.
std::unique_ptr<ir::Space> smallSpace() {
  auto space = std::make_unique<ir::Space>();
  space->enums.push_back({"kind", {"a", "b", "c"}});
  auto number = open(*space, "number", test::steps(1, 20));
  auto power = open(*space, "power", test::powers(0, 6));
  open(*space, "kind", {0, 1, 2}, ir::Type::enumeration(0));
  test::require("tied", number * power <= 100);
  for (const char *name : {"f", "g"}) {
    space->metrics.push_back({name, ir::Type::number(), ""});
    space->objectives.push_back({name, space->metric(space->metrics.size() - 1), false, {}});
  }
  return space;
}

/// Two objectives that pull in different directions.
std::vector<double> objectivesOf(const Design &design) {
  const double number = design.choice[0] / 19.0, power = design.choice[1] / 6.0;
  const double shift = design.choice[2] == 1 ? 0 : 0.3;
  return {number + std::pow(power - 0.2, 2) + shift,
          std::pow(1 - number, 2) + std::pow(power - 0.5, 2) + 2 * shift};
}

std::vector<double> cheaply(const Design &design) {
  const std::vector<double> values = objectivesOf(design);
  return {2 * values[0] + 1, 3 * values[1] + 0.05 * std::sin(5 * values[0])};
}

Task::Estimate estimate() {
  return [](const Design &design) { return Known{cheaply(design)}; };
}

ExploreResult run(const Task &task, llvm::StringRef name, uint64_t seed, ExploreOptions options) {
  std::string error;
  auto algorithm = createAlgorithm(name, task, seed, error);
  EXPECT_TRUE(algorithm) << error;
  return explore(task, *algorithm, options, [](llvm::ArrayRef<Question> asked) {
    std::vector<Outcome> outcomes;
    for (const Question &question : asked)
      outcomes.push_back({true, objectivesOf(question.design)});
    return std::optional(std::move(outcomes));
  });
}

std::vector<Design> designsOf(const ExploreResult &result) {
  std::vector<Design> designs;
  for (const Point &point : result.points)
    designs.push_back(point.design);
  return designs;
}

TEST(SearchAlgorithm, AsksForFeasibleDesignsOnce) {
  const auto space = smallSpace();
  const feasibility::Problem problem(*space);
  const Task task(problem, estimate());
  for (llvm::StringRef name : names) {
    const ExploreResult result = run(task, name, 3, {45, 3});
    EXPECT_EQ(result.points.size(), 45u) << name.str();
    const std::vector<Design> designs = designsOf(result);
    EXPECT_EQ(std::set<Design>(designs.begin(), designs.end()).size(), 45u) << name.str();
    for (const Design &design : designs)
      EXPECT_TRUE(problem.verify(design).feasible) << name.str();
  }
}

TEST(SearchAlgorithm, IsDeterministicAndContinues) {
  const auto space = smallSpace();
  const feasibility::Problem problem(*space);
  const Task task(problem, estimate());
  for (llvm::StringRef name : names)
    for (unsigned batch : {1u, 4u}) {
      const std::vector<Design> whole = designsOf(run(task, name, 5, {30, batch}));
      std::vector<Design> part = designsOf(run(task, name, 5, {18, batch}));
      ASSERT_EQ(part.size(), 18u);
      EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin())) << name.str() << batch;
      if (name == "random") {
        EXPECT_NE(whole, designsOf(run(task, name, 6, {30, batch})));
      }
    }
}

TEST(SearchAlgorithm, EndsWhenAllIsEvaluated) {
  auto space = smallSpace();
  space->params[0] = ir::Param("number", ir::Type::number(), {1, 20}, {});
  space->params[1] = ir::Param("power", ir::Type::number(), {4, 8}, {});
  const feasibility::Problem problem(*space);
  const Task task(problem, estimate());
  for (llvm::StringRef name : names) { // 20 * 8 is too much
    const ExploreResult result = run(task, name, 1, {50, 1});
    EXPECT_EQ(result.points.size(), 9u) << name.str();
    EXPECT_FALSE(result.stopped.empty());
  }
}

TEST(SearchEncoding, NextValuesAreApartWhereStepsArePossible) {
  ir::Space space;
  std::vector<Rational> few, many;
  for (unsigned i = 0; i <= 4; ++i)
    few.push_back(Rational(i));
  for (unsigned i = 0; i <= 20; ++i)
    many.push_back(Rational(i));
  space.params.emplace_back("few", ir::Type::number(), few, ir::Location{});
  space.params.emplace_back("many", ir::Type::number(), many, ir::Location{});
  const feasibility::Problem problem(space);
  auto distance = [&](Encoding::Steps steps, const Design &other) {
    const Encoding encoding(problem, steps);
    return (encoding.features(other) - encoding.features(Design{{0, 0}})).squaredNorm();
  };
  EXPECT_NEAR(distance(Encoding::Steps::None, Design{{1, 0}}), 1.0 / 16, 1e-12);
  EXPECT_NEAR(distance(Encoding::Steps::Possible, Design{{1, 0}}), 1 + 1.0 / 16, 1e-12);
  EXPECT_NEAR(distance(Encoding::Steps::Possible, Design{{0, 1}}), 1.0 / 400, 1e-12);
  EXPECT_EQ(Encoding(problem, Encoding::Steps::Possible).groups(),
            (std::vector<unsigned>{0, 1, 2, 2, 2, 2, 2}));
}

TEST(SearchAlgorithm, FrontNeedsEstimates) {
  const auto space = smallSpace();
  const feasibility::Problem problem(*space);
  const Task task(problem);
  std::string error;
  EXPECT_FALSE(createAlgorithm("front", task, 1, error));
  EXPECT_NE(error.find("none is there"), std::string::npos);
  EXPECT_FALSE(createAlgorithm("none", task, 1, error));
}

double volumeOf(const Task &task, const ExploreResult &result) {
  Points points(result.points.size(), 2);
  for (auto [row, point] : llvm::enumerate(result.points))
    for (unsigned k = 0; k < 2; ++k)
      points(row, k) = point.outcome.feasible ? point.outcome.objectives[k] : HUGE_VAL;
  return hypervolume(points, {1.2, 1.2});
}

TEST(SearchAlgorithm, BayesNeedsFewerEvaluations) {
  const auto space = smallSpace();
  const feasibility::Problem problem(*space);
  const Task plain(problem), aided(problem, estimate());
  const double best = volumeOf(plain, run(plain, "random", 1, {1000, 1}));
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    EXPECT_GT(volumeOf(plain, run(plain, "bayes", seed, {30, 1})), 0.95 * best);
    EXPECT_GT(volumeOf(plain, run(plain, "bayes", seed, {32, 4})), 0.95 * best);
    EXPECT_GT(volumeOf(aided, run(aided, "bayes", seed, {18, 1})), 0.95 * best);
    EXPECT_LT(volumeOf(plain, run(plain, "random", seed, {30, 1})), 0.9 * best);
  }
}

/// Right after what was chosen comes the kind that adds most to the front, if one does.
TEST(SearchAlgorithm, BayesAsksAboutWhatIsKnownToBeBetter) {
  const auto space = smallSpace(); // kinds are not tied to anything
  const feasibility::Problem problem(*space);
  Task task(problem);
  auto answerTo = [](Design design) {
    const double kind = std::exchange(design.choice[2], 1);
    const std::vector<double> values = objectivesOf(design);
    return std::vector<double>{values[0] + 0.1 * kind, values[1] - 0.1 * kind};
  };
  std::vector<Design> better;
  unsigned worthNothing = 0;
  task.refinement.fields = {2};
  task.refinement.best = [&](Design design, Worth worth) {
    std::optional<Valued> best;
    for (unsigned kind = 0; kind < 3; ++kind) {
      design.choice[2] = kind;
      const double value = worth(answerTo(design));
      if (value > (best ? best->worth : worthless))
        best = Valued{design, value};
    }
    if (best)
      better.push_back(best->design);
    else
      ++worthNothing;
    return best;
  };
  std::string error;
  auto algorithm = createAlgorithm("bayes", task, 4, error);
  const ExploreResult result =
      explore(task, *algorithm, {40, 1}, [&](llvm::ArrayRef<Question> asked) {
        return std::optional(std::vector<Outcome>{{true, answerTo(asked[0].design)}});
      });
  const std::vector<Design> designs = designsOf(result);
  EXPECT_GT(better.size(), 4u);
  EXPECT_GT(worthNothing, 0u);
  for (const Design &design : better) {
    const size_t place = llvm::find(designs, design) - designs.begin();
    ASSERT_LT(place, designs.size());
    Design chosen = designs[place - 1];
    chosen.choice[2] = design.choice[2];
    EXPECT_EQ(design, chosen);
    auto isAsGood = [&](const Point &point) {
      return point.outcome.objectives[0] <= answerTo(design)[0] &&
             point.outcome.objectives[1] <= answerTo(design)[1];
    };
    EXPECT_TRUE(llvm::none_of(llvm::ArrayRef(result.points).take_front(place), isAsGood));
  }
}

TEST(SearchAlgorithm, BayesLearnsWhatCannotBeUsed) {
  const auto space = smallSpace();
  const feasibility::Problem problem(*space);
  const Task task(problem);
  // Some designs cannot be evaluated; of the others some miss a measured requirement.
  for (bool isFailure : {false, true}) {
    unsigned missed = 0;
    for (uint64_t seed = 1; seed <= 4; ++seed) {
      std::string error;
      auto algorithm = createAlgorithm("bayes", task, seed, error);
      const ExploreResult result =
          explore(task, *algorithm, {40, 1}, [&](llvm::ArrayRef<Question> asked) {
            std::vector<double> objectives = objectivesOf(asked[0].design);
            const double margin =
                8 - double(asked[0].design.choice[0]); // numbers from 9 on meet it
            if (isFailure && margin > 0)
              objectives.assign(2, std::nan(""));
            return std::optional(std::vector<Outcome>{
                {margin <= 0, objectives, {isFailure && margin > 0 ? std::nan("") : margin}}});
          });
      for (const Point &point : llvm::ArrayRef(result.points).take_back(20))
        missed += !point.outcome.feasible;
      EXPECT_FALSE(result.front.empty());
    }
    // Random designs: 41 of 80.  Margins say where to go, failures do not.
    EXPECT_LE(missed, isFailure ? 30u : 14u) << (isFailure ? "failures" : "margins");
  }
}

TEST(SearchAlgorithm, EstimatesOfRequirementsAreUsed) {
  const auto space = smallSpace();
  const feasibility::Problem problem(*space);
  auto marginOf = [](const Design &design) { return 8 - double(design.choice[0]); };
  auto missedBy = [&](llvm::StringRef name, const Task &task, unsigned budget) {
    unsigned missed = 0;
    for (uint64_t seed = 1; seed <= 4; ++seed) {
      std::string error;
      auto algorithm = createAlgorithm(name, task, seed, error);
      explore(task, *algorithm, {double(budget), 1}, [&](llvm::ArrayRef<Question> asked) {
        const double margin = marginOf(asked[0].design);
        missed += margin > 0;
        return std::optional(
            std::vector<Outcome>{{margin <= 0, objectivesOf(asked[0].design), {margin}}});
      });
    }
    return missed;
  };
  const Task blind(problem, estimate());
  const Task exact(
      problem, [&](const Design &design) { return Known{cheaply(design), {marginOf(design)}}; });
  EXPECT_EQ(missedBy("front", exact, 10), 0u);
  EXPECT_GT(missedBy("front", blind, 10), 10u);
  // Half of what the estimate lets through misses.
  const Task kind(problem, [&](const Design &design) {
    return Known{cheaply(design), {marginOf(design) / 3 - 1.5}};
  });
  EXPECT_LT(missedBy("bayes", kind, 40), missedBy("bayes", blind, 40));
}

/// Runs `bayes` with a cheap fidelity, which is asked by `cheap`.
ExploreResult runPriced(const Task &task, uint64_t seed, ExploreOptions options,
                        llvm::function_ref<std::vector<double>(const Design &)> cheap) {
  std::string error;
  auto algorithm = createAlgorithm("bayes", task, seed, error);
  return explore(task, *algorithm, options, [&](llvm::ArrayRef<Question> asked) {
    std::vector<Outcome> outcomes;
    for (const auto &[design, fidelity] : asked)
      outcomes.push_back({true, fidelity ? objectivesOf(design) : cheap(design)});
    return std::optional(std::move(outcomes));
  });
}

TEST(SearchAlgorithm, CheapFidelityPays) {
  const auto space = smallSpace();
  const feasibility::Problem problem(*space);
  const Task plain(problem);
  Task priced(problem);
  priced.costs = {0.05, 1};
  const double best = volumeOf(plain, run(plain, "random", 1, {1000, 1}));
  for (unsigned batch : {1u, 3u})
    for (uint64_t seed = 1; seed <= 3; ++seed) {
      const ExploreResult result = runPriced(priced, seed, {16, batch}, cheaply);
      double cost = 0;
      std::set<Design> cheaply, dearly;
      ExploreResult target;
      for (const Point &point : result.points) {
        cost += priced.costs[point.fidelity];
        EXPECT_TRUE((point.fidelity ? dearly : cheaply).insert(point.design).second);
        EXPECT_TRUE(point.fidelity == 0 || cheaply.count(point.design)) << "designs are nested";
        if (point.fidelity)
          target.points.push_back(point);
      }
      EXPECT_NEAR(cost, result.cost, 1e-9);
      EXPECT_LE(cost, 16 + 1e-6);
      EXPECT_GT(cheaply.size(), dearly.size());
      EXPECT_GT(volumeOf(plain, target), 0.88 * best); // random designs need 30 for as much
      for (unsigned i : result.front)
        EXPECT_EQ(result.points[i].fidelity, 1u);
    }
}

TEST(SearchAlgorithm, MisleadingFidelityIsNoLongerAsked) {
  const auto space = smallSpace();
  const feasibility::Problem problem(*space);
  Task task(problem);
  task.costs = {0.1, 1};
  const ExploreResult result = runPriced(task, 1, {30, 1}, [](const Design &design) {
    const unsigned mixed = design.choice[0] * 7919 + design.choice[1] * 104729 + design.choice[2];
    return std::vector<double>{1.0 + mixed % 31, 1.0 + mixed % 37};
  });
  unsigned cheap = 0;
  for (const Point &point : llvm::ArrayRef(result.points).take_back(15))
    cheap += point.fidelity == 0;
  EXPECT_LE(cheap, 3u);
}

TEST(SearchAlgorithm, AnswersOfAnEarlierRunAreKnown) {
  const auto space = smallSpace();
  const feasibility::Problem problem(*space);
  const Task task(problem, estimate());
  const ExploreResult earlier = run(task, "nsga2", 1, {25, 1});
  for (llvm::StringRef name : names) {
    std::string error;
    auto algorithm = createAlgorithm(name, task, 1, error);
    std::set<Design> seen;
    for (const Point &point : earlier.points) {
      algorithm->know(point);
      seen.insert(point.design);
    }
    for (unsigned i = 0; i < 20; ++i) {
      const std::optional<Question> question = algorithm->ask();
      ASSERT_TRUE(question) << name.str();
      EXPECT_TRUE(seen.insert(question->design).second) << name.str();
      algorithm->tell(
          {question->design, question->fidelity, {true, objectivesOf(question->design)}});
    }
    EXPECT_EQ(algorithm->expectedGrowth().has_value(), name == "bayes" || name == "ehvi");
  }
}

/// `kind` is best at 1, as is known: only the other fields are searched, each combination once.
TEST(SearchAlgorithm, DecidedFieldsHaveTheirBestValues) {
  auto space = smallSpace();
  space->objectives.pop_back();
  const feasibility::Problem problem(*space);
  Task task(problem, estimate());
  task.refinement.fields = {2};
  task.refinement.isDecided = true;
  task.refinement.best = [](Design design, Worth) {
    design.choice[2] = 1;
    return std::optional(Valued{design});
  };
  std::string error;
  auto algorithm = createAlgorithm("bayes", task, 1, error);
  // Of an earlier run; what another value of `kind` did says nothing of the best one.
  algorithm->know({{{3, 0, 0}}, 0, {true, {0.5}}});
  algorithm->know({{{4, 0, 1}}, 0, {true, {0.25}}});
  std::set<Design> seen{{{4, 0, 1}}};
  double best = 1;
  for (unsigned i = 0; i < 20; ++i) {
    const std::optional<Question> question = algorithm->ask();
    ASSERT_TRUE(question);
    EXPECT_EQ(question->design.choice[2], 1u);
    EXPECT_TRUE(seen.insert(question->design).second);
    const double value = objectivesOf(question->design)[0];
    best = std::min(best, value);
    algorithm->tell({question->design, question->fidelity, {true, {value}}});
  }
  EXPECT_LT(best, 0.01); // number 0, power 1 of 6
}

TEST(SearchAlgorithm, OneToFourObjectives) {
  for (unsigned m = 1; m <= 4; ++m) {
    auto space = smallSpace();
    space->objectives.clear();
    space->metrics.clear();
    for (unsigned k = 0; k < m; ++k) {
      space->metrics.push_back({"m" + std::to_string(k), ir::Type::number(), ""});
      space->objectives.push_back({"m", space->metric(k), k == 1, {}});
    }
    const feasibility::Problem problem(*space);
    const Task task(problem);
    std::string error;
    auto algorithm = createAlgorithm("bayes", task, 1, error);
    const ExploreResult result =
        explore(task, *algorithm, {25, 1}, [&](llvm::ArrayRef<Question> asked) {
          std::vector<double> values;
          for (unsigned k = 0; k < m; ++k)
            values.push_back(std::pow(double(asked[0].design.choice[0]) - 4 * k, 2) + 1 +
                             asked[0].design.choice[1] * (k % 2 ? 1 : 3));
          return std::optional(std::vector<Outcome>{{true, values}});
        });
    EXPECT_EQ(result.points.size(), 25u);
    if (m == 1) { // number 1, power 1
      EXPECT_EQ(result.points[result.front[0]].outcome.objectives[0], 1);
    }
  }
}

TEST(SearchSurrogate, DropsEstimatesThatMislead) {
  constexpr unsigned n = 24;
  Matrix features(1, n);
  Vector values(n), good(n), bad(n);
  for (unsigned i = 0; i < n; ++i) {
    const double x = i / double(n - 1);
    features(0, i) = x;
    const double rough = i * 31 % 7 / 7.0; // what distances do not tell
    values[i] = std::exp(3 * x + rough);   // spans a decade
    good[i] = 2 * std::exp(3 * x + rough + 0.02 * std::sin(9 * x));
    bad[i] = 1 + (i * 7919 % 13);
  }
  const std::vector<unsigned> groups = {0};
  Surrogate with(groups, 1, Noise::Tiny), without(groups, 1, Noise::Tiny),
      negative(groups, 1, Noise::Tiny);
  with.fit(features, values, good);
  EXPECT_TRUE(with.isAided());
  without.fit(features, values, bad);
  EXPECT_FALSE(without.isAided());
  for (const auto &[surrogate, sign] : {std::pair(&with, 1), std::pair(&negative, -1)}) {
    surrogate->fit(features, sign * values, sign * good);
    const std::vector<Marginal> predicted = surrogate->predict(features, sign * good);
    EXPECT_NE(predicted[5].scale, sign > 0 ? Scale::NegativeLog : Scale::Log);
    EXPECT_NEAR(predicted[5].middle(), sign * values[5], 0.05 * values[5]);
  }
}

/// One field of which a few answers do not tell whether it is a number or a switch.
TEST(SearchSurrogate, AveragesWhatFewAnswersDoNotTell) {
  const std::vector<unsigned> groups = {0, 1, 1, 1, 1, 1}; // the number, and each of its values
  auto featuresOf = [](Eigen::Index n) {
    Matrix features = Matrix::Zero(6, n);
    for (Eigen::Index i = 0; i < n; ++i) {
      features(0, i) = i % 5 / 4.0;
      features(1 + i % 5, i) = std::sqrt(0.5);
    }
    return features;
  };
  const Matrix all = featuresOf(5), few = all.leftCols(4);
  const Vector none = Vector::Constant(5, std::nan(""));
  Surrogate surrogate(groups, 1, Noise::Tiny);
  surrogate.fit(few, Vector{{1.0, 1.1, 1.25, 1.3}}, none.head(4));
  const Marginal unseen = surrogate.predict(all, none)[4];
  ASSERT_GT(unseen.parts.size(), 1u);
  double shares = 0, mean = 0, square = 0, least = HUGE_VAL, most = -HUGE_VAL;
  for (const auto &[share, partMean, deviation] : unseen.parts) {
    shares += share;
    mean += share * partMean;
    square += share * (partMean * partMean + deviation * deviation);
    least = std::min(least, deviation);
    most = std::max(most, deviation);
  }
  EXPECT_NEAR(shares, 1, 1e-12);
  EXPECT_NEAR(unseen.mean, mean, 1e-12);
  EXPECT_NEAR(unseen.deviation, std::sqrt(square - mean * mean), 1e-9);
  EXPECT_LT(1.2 * least, most); // the switch may do anything at its last value
  // Draws of noisy answers are those of one process.
  Surrogate noisy(groups, 1, Noise::Unknown);
  noisy.fit(few, Vector{{1.0, 1.1, 1.25, 1.3}}, none.head(4));
  EXPECT_TRUE(noisy.predict(all, none)[4].parts.empty());
}

TEST(SearchMargins, AreOfComparisons) {
  auto space = smallSpace();
  auto metric = [&](unsigned i) { return test::Expr{space.get(), space->metric(i)}; };
  const test::Expr both = test::condition(
      ir::Op::And, {metric(0) <= 2.0, test::condition(ir::Op::Lt, {metric(1), metric(0)})});
  test::require("both", both);
  test::require("neither", test::condition(ir::Op::Not, {metric(0) <= 1.0}));
  const Margins margins(*space);
  const std::vector<double> params = {1, 1, 0};
  const std::vector<double> some = margins.of(params, {4, -1});
  ASSERT_EQ(some.size(), 3u);
  EXPECT_NEAR(some[0], std::log(2), 1e-12);
  EXPECT_EQ(some[1], -5);
  EXPECT_EQ(some[2], -1);
  EXPECT_EQ(margins.of(params, {0.5, 1})[2], 1);
}

} // namespace
} // namespace wsc::search
