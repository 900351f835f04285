// One end of an operation: what the whole operation says, to the bit, and never a point too little.
#include "feasibility/Ends.h"

#include <gtest/gtest.h>
#include <random>

using namespace wsc;
using namespace wsc::feasibility;
using ir::Op;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
std::mt19937_64 random64(11);

/// Magnitudes of many kinds, zero and infinity among them.
double anyEnd() {
  switch (random64() % 6) {
  case 0: return 0;
  case 1: return inf;
  case 2: return static_cast<double>(random64() % 20);
  default: return std::pow(10, static_cast<double>(random64() % 400) / 10 - 20);
  }
}

Interval anyInterval(bool mayBeNegative) {
  double a = anyEnd(), b = anyEnd();
  if (mayBeNegative && random64() % 2)
    a = -a;
  if (std::min(a, b) == inf) // no number
    a = 1;
  return {std::min(a, b), std::max(a, b)};
}

Interval whole(Op op, Interval a, Interval b) {
  switch (op) {
  case Op::Add: return add(a, b);
  case Op::Sub: return sub(a, b);
  case Op::Mul: return mul(a, b);
  default: return div(a, b);
  }
}

Interval apply(const EndRule &rule, Interval left, Interval right) {
  auto end = [&](bool isUpper) {
    return rule.apply(isUpper, endOf(left, isUpper), endOf(right, rule.rightEnd(isUpper)));
  };
  return {end(false), end(true)};
}

constexpr Op operations[] = {Op::Add, Op::Sub, Op::Mul, Op::Div};

TEST(Ends, AreThoseOfTheOperation) {
  RoundUp roundUp;
  for (unsigned i = 0; i < 40'000; ++i)
    for (Op op : operations) {
      EndRule rule = *EndRule::evaluated(op, 0, 1);
      Interval a = anyInterval(rule.isOfSums()), b = anyInterval(rule.isOfSums());
      ASSERT_EQ(apply(rule, a, b), whole(op, a, b))
          << int(op) << " [" << a.lo << ", " << a.hi << "] [" << b.lo << ", " << b.hi << "]";
    }
}

// From ranges of a result and of one operand to the other operand, which must not get lost.
TEST(Ends, EncloseTheOperandThatIsSolvedFor) {
  RoundUp roundUp;
  auto around = [](double value) {
    double share = static_cast<double>(random64() % 3);
    return Interval{value - share * value / 2, value + share * value};
  };
  for (unsigned i = 0; i < 40'000; ++i)
    for (Op op : operations) {
      double a = double(random64() % 1000), b = double(random64() % 1000 + 1);
      if (op == Op::Sub && a < b)
        std::swap(a, b);
      Interval exact = whole(op, Interval::point(a), Interval::point(b));
      Interval z = hull(exact, around(exact.hi));
      enum { A, B, Z };
      auto rangeOf = [&](unsigned node) {
        return node == A ? around(a) : node == B ? around(b) : z;
      };
      EndRule left = *EndRule::solvedForLeft(op, Z, B), right = *EndRule::solvedForRight(op, Z, A);
      ASSERT_TRUE(apply(left, rangeOf(left.left), rangeOf(left.right)).contains(a)) << int(op);
      ASSERT_TRUE(apply(right, rangeOf(right.left), rangeOf(right.right)).contains(b)) << int(op);
    }
}

} // namespace
