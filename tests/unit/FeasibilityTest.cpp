// Feasibility: every engine against brute force on random small spaces, and the main engine on
// a wafer of real size.
#include "FeasibilitySpaces.h"
#include "feasibility/Arithmetic.h"
#include "feasibility/Boxes.h"
#include "feasibility/Contract.h"
#include "feasibility/Enumerate.h"
#include "feasibility/Sample.h"
#include "llvm/ADT/STLExtras.h"
#include <gtest/gtest.h>
#include <numeric>

using namespace wsc;
using namespace wsc::feasibility;

namespace {

const uint64_t randomSpaces = test::seeds(500);

bool isFeasible(const Problem &problem, llvm::ArrayRef<unsigned> constraints) {
  return enumerateDesigns(problem, constraints, [](const Design &) { return false; }).count > 0;
}

std::vector<unsigned> without(llvm::ArrayRef<unsigned> constraints, unsigned left) {
  std::vector<unsigned> rest = constraints.vec();
  llvm::erase(rest, left);
  return rest;
}

void expectMinimalCore(const Problem &problem, llvm::ArrayRef<unsigned> core) {
  EXPECT_FALSE(isFeasible(problem, core));
  for (unsigned member : core)
    EXPECT_TRUE(isFeasible(problem, without(core, member)));
}

} // namespace

TEST(Feasibility, BoxesAgreeWithEnumeration) {
  unsigned feasible = 0;
  for (uint64_t seed = 0; seed < randomSpaces; ++seed) {
    SCOPED_TRACE(seed);
    auto space = test::randomSpace(seed);
    Problem problem(*space);
    ASSERT_TRUE(problem.check().empty());
    bool expected = isFeasible(problem, problem.constraints());
    feasible += expected;
    for (uint64_t tableLimit : {4096, 0}) { // 0: by lazy lemmas alone
      Options options{.seed = seed, .tableLimit = tableLimit};
      Answer answer = checkBoxes(problem, options);
      ASSERT_EQ(answer.verdict, expected ? Verdict::Feasible : Verdict::Infeasible);
      if (expected) {
        EXPECT_TRUE(problem.verify(answer.witness).feasible);
      } else {
        EXPECT_TRUE(answer.coreIsMinimal);
        expectMinimalCore(problem, answer.core);
      }
    }
  }
  EXPECT_GT(feasible, randomSpaces / 5);
  EXPECT_LT(feasible, randomSpaces * 4 / 5);
}

TEST(Feasibility, ArithmeticNeverContradicts) {
  unsigned decided = 0;
  for (uint64_t seed = 0; seed < randomSpaces; ++seed) {
    SCOPED_TRACE(seed);
    auto space = test::randomSpace(seed);
    Problem problem(*space);
    Answer answer = checkArithmetic(problem, {}, {2'000'000});
    decided += answer.verdict != Verdict::Unknown;
    if (answer.verdict == Verdict::Feasible) {
      EXPECT_TRUE(problem.verify(answer.witness).feasible);
    } else if (answer.verdict == Verdict::Infeasible) {
      EXPECT_FALSE(isFeasible(problem, answer.core));
    }
  }
  EXPECT_GT(decided, randomSpaces * 9 / 10);
}

// With every constraint tabulated or not, no lemma may contain a point where it holds.
TEST(Feasibility, LemmasAreSound) {
  uint64_t lemmas = 0, points = 0;
  for (uint64_t seed = 0; seed < randomSpaces; ++seed) {
    SCOPED_TRACE(seed);
    auto space = test::randomSpace(seed);
    Problem problem(*space);
    Judge judge(problem);
    Random random(seed);
    std::vector<Lemma> learned;
    Box box = problem.domains();
    contract(judge, problem, problem.constraints(), box, random,
             [&](Lemma lemma) { learned.push_back(std::move(lemma)); });
    for (unsigned constraint : problem.constraints()) {
      for (unsigned i = 0; i < 20; ++i) {
        std::vector<unsigned> choice;
        for (unsigned param = 0; param < problem.paramCount(); ++param)
          choice.push_back(random.below(problem.domainSize(param)));
        if (!judge.at(constraint, choice).holds)
          learned.push_back(generalize(judge, problem, constraint, choice, random));
      }
      punch(judge, problem, constraint, problem.domains(), random,
            [&](Lemma lemma) { learned.push_back(std::move(lemma)); });
      llvm::append_range(learned, tabulate(judge, problem, constraint));
    }
    for (const Lemma &lemma : learned) {
      Box inside = problem.domains();
      for (const Lemma::Bound &bound : lemma.bounds)
        inside[bound.param] = bound.range;
      ++lemmas;
      EXPECT_TRUE(forEachPoint(problem.cone(lemma.constraints.front()), inside, [&](auto &point) {
        ++points;
        return !judge.at(lemma.constraints.front(), point).holds;
      }));
    }
  }
  EXPECT_GT(lemmas, 10'000u);
  EXPECT_GT(points, 100'000u);
}

// Propagation, the one contractor that works backward, may never lose a design: every design
// survives in every box around it.
TEST(Feasibility, DesignsSurvivePropagation) {
  uint64_t survivals = 0;
  for (uint64_t seed = 0; seed < randomSpaces; ++seed) {
    SCOPED_TRACE(seed);
    auto space = test::randomSpace(seed);
    Problem problem(*space);
    Judge judge(problem);
    Propagation propagation(problem, judge);
    Random random(seed);
    for (unsigned i = 0; i < 50; ++i) {
      Box box;
      std::vector<unsigned> choice, holding;
      for (unsigned param = 0; param < problem.paramCount(); ++param) {
        choice.push_back(random.below(problem.domainSize(param)));
        unsigned above = problem.domainSize(param) - choice[param];
        box.push_back({unsigned(choice[param] - random.below(choice[param] + 1)),
                       unsigned(choice[param] + random.below(above))});
      }
      for (unsigned constraint : problem.constraints())
        if (judge.at(constraint, choice).holds)
          holding.push_back(constraint);
      ASSERT_TRUE(propagation.narrow(holding, box));
      for (unsigned param = 0; param < problem.paramCount(); ++param)
        ASSERT_TRUE(box[param].contains(choice[param]));
      survivals += !holding.empty();
      // Step by step towards the design: it survives each step.
      Box all = problem.domains();
      ASSERT_TRUE(propagation.narrow(holding, all));
      for (unsigned param = 0; param < problem.paramCount(); ++param) {
        all[param] = {std::max(all[param].lo, box[param].lo),
                      std::min(all[param].hi, box[param].hi)};
        ASSERT_TRUE(propagation.resume(param, all));
        for (unsigned other = 0; other < problem.paramCount(); ++other)
          ASSERT_TRUE(all[other].contains(choice[other]));
      }
    }
  }
  EXPECT_GT(survivals, 5'000u);
}

// A refuted box holds no design, nor does the larger one that is said to be why; nor does a box
// with the opposite of a bound that was derived.
TEST(Feasibility, ExplanationsHoldNoDesign) {
  uint64_t refuted = 0, bounded = 0, joint = 0, larger = 0;
  for (uint64_t seed = 0; seed < randomSpaces; ++seed) {
    SCOPED_TRACE(seed);
    auto space = test::randomSpace(seed);
    Problem problem(*space);
    Judge judge(problem);
    Propagation propagation(problem, judge);
    Random random(seed);
    std::vector<unsigned> all(problem.paramCount());
    std::iota(all.begin(), all.end(), 0);
    auto expectNoDesign = [&](const Lemma &lemma) {
      EXPECT_TRUE(forEachPoint(all, boxOf(problem, lemma), [&](auto &point) {
        return !llvm::all_of(lemma.constraints,
                             [&](unsigned c) { return judge.at(c, point).holds; });
      }));
      joint += lemma.constraints.size() > 1;
    };
    for (unsigned i = 0; i < 20; ++i) {
      Box box = problem.domains();
      for (Range &range : box) {
        unsigned lo = range.lo + random.below(range.size());
        range = {lo, unsigned(lo + random.below(range.hi - lo + 1))};
      }
      Box narrowed = box;
      if (!propagation.narrow(problem.constraints(), narrowed)) {
        Lemma lemma = propagation.whyRefuted(box);
        expectNoDesign(lemma);
        ++refuted;
        Box why = boxOf(problem, lemma);
        larger += why != box;
        for (unsigned param : all)
          EXPECT_TRUE(why[param].lo <= box[param].lo && box[param].hi <= why[param].hi);
        continue;
      }
      for (unsigned param : all) {
        if (narrowed[param].lo > box[param].lo)
          expectNoDesign(propagation.whyBounded(param, false, narrowed[param].lo, box)), ++bounded;
        if (narrowed[param].hi < box[param].hi)
          expectNoDesign(propagation.whyBounded(param, true, narrowed[param].hi, box)), ++bounded;
      }
    }
  }
  EXPECT_GT(refuted, 1'000u);
  EXPECT_GT(larger, 1'000u);
  EXPECT_GT(bounded, 300u);
  EXPECT_GT(joint, 100u);
}

TEST(Feasibility, TablesAreExact) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    auto space = test::randomSpace(seed);
    Problem problem(*space);
    Judge judge(problem);
    for (unsigned constraint : problem.constraints()) {
      std::vector<Lemma> lemmas = tabulate(judge, problem, constraint);
      forEachPoint(problem.cone(constraint), problem.domains(), [&](auto &point) {
        bool excluded = llvm::any_of(lemmas, [&](const Lemma &lemma) {
          return llvm::all_of(lemma.bounds, [&](const Lemma::Bound &bound) {
            return bound.range.contains(point[bound.param]);
          });
        });
        EXPECT_EQ(excluded, !judge.at(constraint, point).holds);
        return true;
      });
    }
  }
}

// The lazy loop alone, which small cones would otherwise bypass: a product of eight
// parameters, feasible or not by the prime 11.
TEST(Feasibility, LazyLemmasDecideProducts) {
  for (int factor : {12, 11}) {
    ir::Space space;
    test::Expr left = test::number(space, factor), right = test::number(space, 1);
    for (int i = 0; i < 4; ++i)
      left = left * test::open(space, "a" + std::to_string(i), {2, 3, 4, 6, 8, 9});
    for (int i = 0; i < 5; ++i)
      right = right * test::open(space, "b" + std::to_string(i), {2, 4, 6, 8, 12, 18});
    test::require("balance", left == right);
    Problem problem(space);
    EXPECT_EQ(checkBoxes(problem, {}, {200'000}).verdict,
              factor == 12 ? Verdict::Feasible : Verdict::Unknown);
  }
}

TEST(Feasibility, SamplerExhaustsSmallSpaces) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    auto space = test::randomSpace(seed);
    Problem problem(*space);
    std::set<Design> expected, sampled;
    enumerateDesigns(problem, problem.constraints(),
                     [&](const Design &design) { return expected.insert(design).second; });
    if (expected.size() > 300)
      continue;
    Sampler sampler(problem, seed);
    while (auto design = sampler.next())
      EXPECT_TRUE(sampled.insert(*design).second);
    EXPECT_TRUE(sampler.isExhausted());
    EXPECT_EQ(sampled, expected);
  }
}

TEST(Feasibility, ConflictsAreAllMinimalAndComplete) {
  unsigned several = 0;
  for (uint64_t seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(seed);
    auto space = test::randomSpace(seed);
    Problem problem(*space);
    Conflicts conflicts = minimalConflicts(problem, 100);
    EXPECT_TRUE(conflicts.complete);
    EXPECT_EQ(conflicts.cores.empty(), isFeasible(problem, problem.constraints()));
    several += conflicts.cores.size() > 1;
    for (const auto &core : conflicts.cores)
      expectMinimalCore(problem, core);
    std::set<std::vector<unsigned>> distinct(conflicts.cores.begin(), conflicts.cores.end());
    EXPECT_EQ(distinct.size(), conflicts.cores.size());
    // Repairing every conflict found repairs the Space: none is missing.
    std::vector<unsigned> rest = problem.constraints().vec();
    for (const auto &core : conflicts.cores)
      llvm::erase(rest, core.front());
    EXPECT_TRUE(isFeasible(problem, rest));
  }
  EXPECT_GT(several, 5u);
}

TEST(Feasibility, SameSeedSameAnswer) {
  for (uint64_t seed : {1, 2}) {
    auto space = test::waferSpace(40, 15000);
    Problem problem(*space);
    Answer first = checkBoxes(problem, {seed}), second = checkBoxes(problem, {seed});
    EXPECT_EQ(first.verdict, Verdict::Feasible);
    EXPECT_EQ(first.witness, second.witness);
    EXPECT_EQ(first.statistics.work, second.statistics.work);
    EXPECT_EQ(first.statistics.checks, second.statistics.checks);
  }
}

TEST(Feasibility, WaferIsFeasible) {
  auto space = test::waferSpace(1, 15000);
  Problem problem(*space);
  EXPECT_GT(space->designCount(), 1e20);
  Answer answer = checkBoxes(problem);
  ASSERT_EQ(answer.verdict, Verdict::Feasible);
  EXPECT_TRUE(problem.verify(answer.witness).feasible);
}

TEST(Feasibility, WaferConflictIsMinimal) {
  auto space = test::waferSpace(100, 15000);
  Answer answer = checkBoxes(Problem(*space));
  ASSERT_EQ(answer.verdict, Verdict::Infeasible);
  EXPECT_TRUE(answer.coreIsMinimal);
}

TEST(Feasibility, SamplesOfTheWaferAreSpread) {
  auto space = test::waferSpace(1, 15000);
  Problem problem(*space);
  Sampler sampler(problem, 7);
  std::set<Design> designs;
  std::set<unsigned> macs;
  for (unsigned i = 0; i < 100; ++i) {
    auto design = sampler.next();
    ASSERT_TRUE(design);
    EXPECT_TRUE(problem.verify(*design).feasible);
    EXPECT_TRUE(designs.insert(*design).second);
    macs.insert(design->choice[1]);
  }
  EXPECT_GT(macs.size(), 4u);
}

TEST(Feasibility, UndefinedDoesNotHold) {
  ir::Space space;
  test::Expr x = test::open(space, "x", test::steps(-2, 2)), zero = test::number(space, 0);
  test::require("ratio", zero * (test::number(space, 1) / x) >= 0);
  test::require("near", test::numeric(ir::Op::Abs, {x}) <= 0);
  Problem problem(space);
  Answer answer = checkBoxes(problem);
  EXPECT_EQ(answer.core, (std::vector<unsigned>{0, 1}));
  EXPECT_EQ(checkArithmetic(problem).verdict, Verdict::Infeasible);
}

TEST(Feasibility, ExactWhereDoublesAreNot) {
  ir::Space space;
  test::Expr x = test::open(space, "x", {Rational(1, 10)}),
             y = test::open(space, "y", {Rational(1, 5)});
  test::require("sum", x + y == test::number(space, Rational(3, 10))); // false in doubles
  Problem problem(space);
  Answer answer = checkBoxes(problem);
  EXPECT_EQ(answer.verdict, Verdict::Feasible);
  EXPECT_TRUE(answer.borderline.empty());
}

TEST(Feasibility, BorderlineIsReported) {
  ir::Space space;
  test::Expr x = test::open(space, "x", {2});
  test::Expr root = test::numeric(ir::Op::Sqrt, {x});
  test::require("square", root * root >= 2);
  Problem problem(space);
  Answer answer = checkBoxes(problem);
  EXPECT_EQ(answer.verdict, Verdict::Feasible);
  EXPECT_EQ(answer.borderline, (std::vector<unsigned>{0}));
}

TEST(Feasibility, SoftAndMeasuredAreLeftOut) {
  ir::Space space;
  test::Expr x = test::open(space, "x", test::steps(1, 3));
  space.metrics.push_back({"time", ir::Type::number(), ""});
  test::require("hard", x >= 2);
  test::require("measured", test::Expr{&space, space.metric(0)} <= 1);
  test::require("soft", x <= 1);
  space.constraints.back().weight = 1;
  Problem problem(space);
  EXPECT_EQ(problem.constraints(), llvm::ArrayRef<unsigned>({0}));
  EXPECT_EQ(problem.leftOut(), llvm::ArrayRef<unsigned>({1, 2}));
  EXPECT_EQ(checkBoxes(problem).verdict, Verdict::Feasible);
}

TEST(Feasibility, InvalidInstancesAreRefused) {
  ir::Space space;
  test::open(space, "x", {});
  Problem problem(space);
  EXPECT_EQ(problem.check(), (std::vector<std::string>{"the domain of `x` is empty"}));
  EXPECT_EQ(checkBoxes(problem).reason, "the domain of `x` is empty");
  EXPECT_EQ(checkArithmetic(problem).verdict, Verdict::Unknown);
  EXPECT_EQ(checkEnumerate(problem).verdict, Verdict::Unknown);
}

TEST(Feasibility, LimitsAreNamed) {
  auto space = test::waferSpace(50, 15000);
  Problem problem(*space);
  Answer answer = checkBoxes(problem, {}, {1000});
  EXPECT_EQ(answer.verdict, Verdict::Unknown);
  EXPECT_EQ(answer.reason, "the limit of work was reached");
}

TEST(Feasibility, NoParametersIsOneDesign) {
  for (int limit : {1, 3}) {
    ir::Space space;
    test::require("fixed", test::number(space, 2) <= limit);
    Problem problem(space);
    EXPECT_EQ(checkBoxes(problem).verdict, limit == 3 ? Verdict::Feasible : Verdict::Infeasible);
    EXPECT_EQ(checkEnumerate(problem).verdict, checkBoxes(problem).verdict);
    Sampler sampler(problem, 1);
    EXPECT_EQ(sampler.next().has_value(), limit == 3);
    EXPECT_FALSE(sampler.next());
    EXPECT_TRUE(sampler.isExhausted());
  }
}
