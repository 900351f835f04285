// Ranges of constants: what is enclosed is never left.
#include "ir/Ranges.h"
#include "RandomSpace.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace wsc;
using namespace wsc::ir;

namespace {

const Op all[] = {
#define OP(Name, mnemonic, arity) Op::Name,
#include "ir/Ir.def"
};

TEST(Ranges, EncloseEveryValueOfTheConstants) {
  unsigned compared = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    RandomSpace random(seed);
    random.grow(all, 60);
    Space &space = random.space;
    std::vector<double> point;
    for (const Param &param : space.params)
      point.push_back(param.values[random.below(param.values.size())]);
    for (const Node *node : random.pool()) {
      Ranges ranges(space, node, point);
      if (ranges.empty() || node->bindingTime() == BindingTime::Measured)
        continue;
      Interval over = ranges.over();
      Tape open(space, node, Tape::Constants::Open);
      for (unsigned i = 0; i < 8; ++i) {
        std::vector<double> values = point;
        for (const NamedConstant &constant : space.constants) {
          double lo = toDouble(constant.range ? constant.range->first : constant.value),
                 hi = toDouble(constant.range ? constant.range->second : constant.value);
          values.push_back(lo + (hi - lo) * random.below(5) / 4);
        }
        const double metrics[] = {0.5, 1};
        double value;
        open.evaluate(values, metrics, value);
        double slack = 1e-9 * std::fabs(value);
        if (!std::isfinite(value))
          continue;
        EXPECT_TRUE(over.lo <= value + slack && value - slack <= over.hi)
            << "seed " << seed << ": " << value << " is not in " << over.lo << " .. " << over.hi;
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 1000u);
}

/// A Space with one constant `x` in 1 .. 3, nominally 2.
struct OneConstant {
  Space space;
  const Node *x;
  OneConstant() {
    space.constants.push_back({"x", Type::number(), 2, {{1, 3}}, {}});
    x = space.named(0);
  }
  const Node *make(Op op, const Node *a, const Node *b) {
    return space.make(op, Type::number(), {a, b});
  }
};

TEST(Ranges, DivideWhatStandsInTwoPlaces) {
  OneConstant s;
  // x / (x + 1) is in 1/2 .. 3/4; its natural interval is 1/4 .. 3/2.
  const Node *share = s.make(Op::Div, s.x, s.make(Op::Add, s.x, s.space.constant(1)));
  Interval over = Ranges(s.space, share, {}).over();
  EXPECT_LE(over.lo, 0.5);
  EXPECT_GE(over.lo, 0.47);
  EXPECT_GE(over.hi, 0.75);
  EXPECT_LE(over.hi, 0.78);
}

TEST(Ranges, NominalUnlessToldOtherwise) {
  OneConstant s;
  const Node *square = s.make(Op::Mul, s.x, s.x);
  Ranges ranges(s.space, square, {});
  EXPECT_EQ(ranges.at({}), 4);
  EXPECT_EQ(ranges.at({{0, false}}), 1);
  EXPECT_EQ(ranges.at({{0, true}}), 9);
  EXPECT_EQ(Tape(s.space, square).evaluateExactly(0, {}), Rational(4));
  EXPECT_EQ(constantsOf(square), std::vector<unsigned>{0});
}

} // namespace
