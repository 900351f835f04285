// Tapes: the three ways to evaluate an expression agree.
#include "ir/Tape.h"
#include "RandomSpace.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace wsc;
using namespace wsc::ir;

namespace {

/// Operations that are exact on rationals.
const Op rational[] = {Op::Add, Op::Sub, Op::Mul, Op::Div,   Op::Mod,    Op::Neg,    Op::Abs,
                       Op::Min, Op::Max, Op::Le,  Op::Floor, Op::Ceil,   Op::Round,  Op::Lt,
                       Op::Eq,  Op::And, Op::Or,  Op::Not,   Op::Select, Op::Lookup, Op::HasRow};
/// Operations that map small integers to integers.
const Op integral[] = {Op::Add, Op::Sub,   Op::Mod,    Op::Neg,    Op::Abs, Op::Min,
                       Op::Max, Op::Floor, Op::Le,     Op::Lt,     Op::Eq,  Op::And,
                       Op::Or,  Op::Not,   Op::Select, Op::HasRow, Op::Mul};
/// All of them.
const Op all[] = {
#define OP(Name, mnemonic, arity) Op::Name,
#include "ir/Ir.def"
};

/// A box and a design in it.
struct Sample {
  std::vector<Interval> box;
  std::vector<double> point;
  std::vector<Rational> exact;
};

Sample anySample(RandomSpace &random) {
  Sample sample;
  for (const Param &param : random.space.params) {
    unsigned a = random.below(param.domain.size()), b = random.below(param.domain.size());
    unsigned lo = std::min(a, b), hi = std::max(a, b), pick = lo + random.below(hi - lo + 1);
    sample.box.push_back({param.values[lo], param.values[hi]});
    sample.point.push_back(param.values[pick]);
    sample.exact.push_back(param.domain[pick]);
  }
  return sample;
}

std::vector<double> atPoint(const Tape &tape, const Sample &sample) {
  std::vector<double> results(tape.rootCount());
  const double metrics[] = {0.5, 1};
  tape.evaluate(llvm::ArrayRef(sample.point), metrics, results);
  return results;
}

std::vector<Interval> overBox(const Tape &tape, const Sample &sample) {
  std::vector<Interval> results(tape.rootCount()), workspace;
  RoundUp up;
  tape.evaluate(llvm::ArrayRef(sample.box), workspace, results);
  return results;
}

bool contains(Interval a, const Rational &value) {
  return (std::isinf(a.lo) || fromDouble(a.lo) <= value) &&
         (std::isinf(a.hi) || fromDouble(a.hi) >= value);
}

/// The value of one expression without parameters.
double valueOf(const Space &space, const Node *node) {
  double result;
  Tape(space, {node}).evaluate(llvm::ArrayRef<double>(), {}, result);
  return result;
}

Interval enclosureOf(const Space &space, const Node *node) {
  Interval result;
  std::vector<Interval> workspace;
  RoundUp up;
  Tape(space, {node}).evaluate(llvm::ArrayRef<Interval>(), workspace, result);
  return result;
}

} // namespace

TEST(Enclose, HoldsTheValueBetweenNeighbours) {
  std::mt19937_64 random(11);
  for (unsigned i = 0; i < 20000; ++i) {
    Rational value(static_cast<long>(random() >> random() % 64) - (1l << random() % 40),
                   (random() >> random() % 64) | 1);
    value.canonicalize();
    const Interval nearest = enclose(value);
    RoundUp upward;
    const Interval up = enclose(value);
    EXPECT_TRUE(nearest.lo == up.lo && nearest.hi == up.hi) << toString(value);
    EXPECT_LE(fromDouble(nearest.lo), value);
    EXPECT_GE(fromDouble(nearest.hi), value);
    EXPECT_EQ(fromDouble(nearest.lo) == value || fromDouble(nearest.hi) == value,
              nearest.isPoint());
    EXPECT_LE(nearest.hi, std::nextafter(nearest.lo, INFINITY));
  }
}

TEST(Tape, ExactResultsLieInTheEnclosure) {
  unsigned defined = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    RandomSpace random(seed);
    random.grow(rational, 60);
    Tape tape(random.space, random.pool());
    for (int i = 0; i < 10; ++i) {
      Sample sample = anySample(random);
      std::vector<Interval> box = overBox(tape, sample);
      for (unsigned root = 0; root < tape.rootCount(); ++root) {
        std::optional<Rational> exact = tape.evaluateExactly(root, sample.exact);
        defined += exact.has_value();
        ASSERT_TRUE(!exact || contains(box[root], *exact))
            << "seed " << seed << ", root " << root << " ("
            << mnemonic(random.pool()[root]->op()).str() << "): " << toDouble(*exact)
            << " is not in [" << box[root].lo << ", " << box[root].hi << "]";
      }
    }
  }
  EXPECT_GT(defined, 100000u);
}

TEST(Tape, PointResultsLieInTheEnclosure) {
  // Integers below 2^53: doubles are exact, so the point result must be inside to the last bit.
  unsigned defined = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    RandomSpace random(seed);
    random.grow(integral, 60);
    Tape tape(random.space, random.pool());
    for (int i = 0; i < 10; ++i) {
      Sample sample = anySample(random);
      std::vector<Interval> box = overBox(tape, sample);
      std::vector<double> point = atPoint(tape, sample);
      for (unsigned root = 0; root < tape.rootCount(); ++root) {
        std::optional<Rational> exact = tape.evaluateExactly(root, sample.exact);
        if (!exact || fromDouble(point[root]) != *exact)
          continue;
        ++defined;
        ASSERT_TRUE(box[root].contains(point[root])) << "seed " << seed << ", root " << root;
      }
    }
  }
  EXPECT_GT(defined, 100000u);
}

TEST(Tape, EnclosuresOfAllOperations) {
  // Doubles are not exact here; a result may be outside by its own rounding error, which is
  // bounded by evaluating at the point with intervals.
  unsigned defined = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    RandomSpace random(seed);
    random.grow(all, 60);
    Tape tape(random.space, random.pool());
    for (int i = 0; i < 10; ++i) {
      Sample sample = anySample(random), degenerate = sample;
      for (unsigned p = 0; p < sample.point.size(); ++p)
        degenerate.box[p] = Interval::point(sample.point[p]);
      std::vector<Interval> box = overBox(tape, sample), tight = overBox(tape, degenerate);
      for (unsigned root = 0; root < tape.rootCount(); ++root) {
        ASSERT_LE(box[root].lo, box[root].hi);
        std::optional<Rational> exact = tape.evaluateExactly(root, sample.exact);
        defined += exact.has_value();
        ASSERT_TRUE(!exact || (contains(box[root], *exact) && contains(tight[root], *exact)))
            << "seed " << seed << ", root " << root;
        // Both enclose the same value, so they meet.
        bool meet = tight[root].lo <= box[root].hi && box[root].lo <= tight[root].hi;
        ASSERT_TRUE(meet || std::isnan(atPoint(tape, sample)[root]))
            << "seed " << seed << ", root " << root;
      }
    }
  }
  EXPECT_GT(defined, 50000u);
}

TEST(Tape, ExactAgreesWithDouble) {
  // Positive numbers and continuous operations: the error of a double stays relative.
  const Op positive[] = {Op::Add, Op::Mul, Op::Div, Op::Min, Op::Max, Op::Abs};
  for (uint64_t seed = 0; seed < 300; ++seed) {
    std::mt19937_64 random(seed);
    Space space;
    std::vector<const Node *> pool;
    for (int i = 0; i < 4; ++i) {
      space.params.emplace_back("p" + std::to_string(i), Type::number(),
                                std::vector<Rational>{Rational(random() % 100 + 1, 7)}, Location());
      pool.push_back(space.param(i));
    }
    for (int i = 0; i < 40; ++i) {
      Op op = positive[random() % 6];
      llvm::SmallVector<const Node *, 2> operands;
      for (int k = 0; k < arity(op); ++k)
        operands.push_back(pool[random() % pool.size()]);
      pool.push_back(space.make(op, Type::number(), operands));
    }
    Tape tape(space, pool);
    std::vector<double> point, results(pool.size());
    std::vector<Rational> exact;
    for (const Param &param : space.params) {
      point.push_back(param.values[0]);
      exact.push_back(param.domain[0]);
    }
    tape.evaluate(llvm::ArrayRef(point), {}, results);
    for (unsigned root = 0; root < pool.size(); ++root) {
      std::optional<Rational> value = tape.evaluateExactly(root, exact);
      double expected = value ? toDouble(*value) : 0;
      if (std::isfinite(expected) && expected > 1e-300) {
        EXPECT_NEAR(results[root] / expected, 1, 1e-9) << "seed " << seed << ", root " << root;
      }
    }
  }
}

TEST(Tape, UndefinedResults) {
  Space space;
  Type number = Type::number(), boolean = Type::boolean();
  auto constant = [&](int value) { return space.constant(value); };
  auto make = [&](Op op, llvm::ArrayRef<const Node *> operands) {
    return space.make(op, op >= Op::Le && op <= Op::Not ? boolean : number, operands);
  };
  const Node *undefined = make(Op::Div, {constant(1), constant(0)});
  const Node *unknown = make(Op::Le, {undefined, constant(1)});
  for (const Node *node :
       {undefined, unknown, make(Op::Log, {constant(0)}), make(Op::Log2, {constant(-1)}),
        make(Op::Sqrt, {constant(-1)}), make(Op::Pow, {constant(0), constant(-1)}),
        make(Op::Pow, {undefined, constant(0)}), make(Op::Pow, {constant(1), undefined}),
        make(Op::Mod, {constant(1), constant(0)}), make(Op::Min, {undefined, constant(1)}),
        make(Op::Min, {constant(1), undefined}), make(Op::Max, {undefined, constant(1)}),
        make(Op::Max, {constant(1), undefined}), make(Op::Eq, {undefined, undefined}),
        make(Op::Not, {unknown}), make(Op::And, {space.truth(true), unknown}),
        make(Op::Or, {unknown, space.truth(false)}),
        make(Op::AtLeast, {constant(1), constant(2), constant(3)}),
        make(Op::Select, {unknown, constant(1), constant(2)})}) {
    EXPECT_TRUE(std::isnan(valueOf(space, node))) << mnemonic(node->op()).str();
    EXPECT_FALSE(Tape(space, {node}).evaluateExactly(0, {})) << mnemonic(node->op()).str();
  }
  EXPECT_EQ(valueOf(space, make(Op::And, {unknown, space.truth(false)})), 0);
  EXPECT_EQ(valueOf(space, make(Op::Or, {space.truth(true), unknown})), 1);
  EXPECT_EQ(valueOf(space, make(Op::Select, {space.truth(true), constant(1), undefined})), 1);
  EXPECT_EQ(valueOf(space, make(Op::Select, {space.truth(false), undefined, constant(2)})), 2);
}

TEST(Tape, FlooredModuloAndRounding) {
  Space space;
  auto value = [&](Op op, llvm::ArrayRef<Rational> operands) {
    llvm::SmallVector<const Node *, 2> nodes;
    for (const Rational &operand : operands)
      nodes.push_back(space.constant(operand));
    const Node *node = space.make(op, Type::number(), nodes);
    double point = valueOf(space, node);
    EXPECT_EQ(Tape(space, {node}).evaluateExactly(0, {}), fromDouble(point));
    EXPECT_TRUE(enclosureOf(space, node).contains(point));
    return point;
  };
  EXPECT_EQ(value(Op::Mod, {7, 3}), 1);
  EXPECT_EQ(value(Op::Mod, {-7, 3}), 2);
  EXPECT_EQ(value(Op::Mod, {7, -3}), -2);
  EXPECT_EQ(value(Op::Mod, {-7, -3}), -1);
  EXPECT_EQ(value(Op::Mod, {6, 3}), 0);
  EXPECT_EQ(value(Op::Round, {Rational(5, 2)}), 3);
  EXPECT_EQ(value(Op::Round, {Rational(-5, 2)}), -3);
  EXPECT_EQ(value(Op::Floor, {Rational(-5, 2)}), -3);
  EXPECT_EQ(value(Op::Ceil, {Rational(-5, 2)}), -2);
  EXPECT_EQ(value(Op::Sqrt, {Rational(9, 4)}), 1.5);
  EXPECT_EQ(value(Op::Pow, {Rational(9, 4), Rational(3, 2)}), 3.375);
  EXPECT_EQ(value(Op::Log2, {Rational(1, 8)}), -3);
  EXPECT_EQ(value(Op::AtLeast, {0, 5, Rational(1, 2)}), 1);
}

TEST(Tape, ConstantsAreEnclosedTightly) {
  EXPECT_EQ(enclose(Rational(3, 4)), Interval::point(0.75));
  Interval tenth = enclose(Rational(1, 10));
  EXPECT_EQ(tenth.hi, std::nextafter(tenth.lo, 1.0));
  EXPECT_TRUE(fromDouble(tenth.lo) < Rational(1, 10) && Rational(1, 10) < fromDouble(tenth.hi));
  Rational huge = *power(Rational(10), 400);
  EXPECT_TRUE(std::isinf(enclose(huge).hi) && std::isfinite(enclose(huge).lo));
  EXPECT_TRUE(std::isinf(enclose(-huge).lo) && std::isfinite(enclose(-huge).hi));
}

TEST(Tape, Tables) {
  RandomSpace random(1);
  Space &space = random.space;
  space.tables[0].rows = {{0, 1, 10, 1, 5}, {0, 2, 20, 1, 6}, {2, 1, 30, 0, 7}};
  const Node *keys[] = {space.param(4), space.param(0)}; // mode, core.count
  Tape tape(space, {space.lookup(0, 2, keys), space.lookup(0, 3, keys), space.hasRow(0, keys)});
  auto box = [&](Interval mode, Interval count) {
    Sample sample;
    sample.box.assign(space.params.size(), Interval::all());
    sample.box[4] = mode;
    sample.box[0] = count;
    return overBox(tape, sample);
  };
  Interval open = Interval::truth(true, true);
  EXPECT_EQ(box({0, 0}, {1, 2})[0], (Interval{10, 20}));
  EXPECT_EQ(box({0, 2}, {1, 1})[0], (Interval{10, 30}));
  EXPECT_EQ(box({2, 2}, {1, 1})[0], Interval::point(30));
  EXPECT_EQ(box({2, 2}, {2, 8})[0], Interval::all());
  EXPECT_EQ(box({2, 2}, {2, 8})[1], open);
  EXPECT_TRUE(box({2, 2}, {2, 8})[2].certainlyFalse());
  EXPECT_TRUE(box({2, 2}, {1, 1})[2].certainlyTrue());
  EXPECT_EQ(box({2, 2}, {1, 2})[2], open);

  Sample sample;
  sample.point = {3, 0, 0, 0, 0, 0};
  sample.exact = {3, 0, 0, 0, 0, 0};
  EXPECT_TRUE(std::isnan(atPoint(tape, sample)[0]));
  EXPECT_EQ(atPoint(tape, sample)[2], 0);
  EXPECT_FALSE(tape.evaluateExactly(0, sample.exact));
  EXPECT_EQ(tape.evaluateExactly(2, sample.exact), Rational(0));
  sample.point[0] = 2;
  EXPECT_EQ(atPoint(tape, sample)[0], 20);
}

TEST(Tape, DependsOnWhatItReads) {
  RandomSpace random(1);
  Space &space = random.space;
  const Node *sum = space.make(Op::Add, Type::number(), {space.param(1), space.param(0)});
  Tape tape(space, {sum, space.metric(1), sum});
  EXPECT_EQ(tape.params(), (llvm::ArrayRef<unsigned>{0, 1}));
  EXPECT_EQ(tape.metrics(), (llvm::ArrayRef<unsigned>{1}));
  EXPECT_EQ(tape.size(), 4u);
  EXPECT_EQ(tape.rootCount(), 3u);
}

TEST(Tape, DoesNotGrowWithoutBound) {
  // Sixty squarings of 3 have 10^18 digits.
  Space space;
  const Node *node = space.constant(3);
  for (int i = 0; i < 60; ++i)
    node = space.make(Op::Mul, Type::number(), {node, node});
  EXPECT_FALSE(Tape(space, {node}).evaluateExactly(0, {}));
  EXPECT_TRUE(std::isinf(enclosureOf(space, node).hi));
}
