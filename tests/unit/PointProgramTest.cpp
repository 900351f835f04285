// Programs for points give what Tapes give, to the bit, in one go and part by part.
#include "ir/PointProgram.h"
#include "RandomSpace.h"
#include "ir/Tape.h"

#include <bit>
#include <cmath>
#include <gtest/gtest.h>

namespace wsc::ir {
namespace {

const Op all[] = {
#define OP(Name, mnemonic, arity) Op::Name,
#include "ir/Ir.def"
};

/// The same bits; one NaN is like another.
bool isSame(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}

struct Values {
  std::vector<double> values;
  unsigned known = 0; ///< of them
};

/// Of every node of the pool at a point, by a Tape.
Values byTape(RandomSpace &random, llvm::ArrayRef<double> point) {
  const std::vector<double> metrics(random.space.metrics.size(), std::nan(""));
  const auto nodes = Space::reachable(random.pool());
  const Tape tape(random.space, nodes);
  Values result{std::vector<double>(tape.rootCount())};
  tape.evaluate(point, metrics, result.values);
  for (double value : result.values)
    result.known += !std::isnan(value);
  return result;
}

std::vector<double> anyPoint(RandomSpace &random) {
  std::vector<double> point;
  for (const Param &param : random.space.params)
    point.push_back(param.values[random.below(param.values.size())]);
  return point;
}

TEST(PointProgram, EqualsATapeToTheBit) {
  unsigned known = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    RandomSpace random(seed);
    random.grow(all, 80);
    PointProgram program(random.space, random.pool());
    const PointProgram::Part whole = program.addAll();
    std::vector<double> values = program.constants();
    for (unsigned i = 0; i < 10; ++i) { // in the same workspace
      const std::vector<double> point = anyPoint(random);
      program.load(point, values);
      program.run(whole, values);
      const Values expected = byTape(random, point);
      known += expected.known;
      ASSERT_EQ(values.size(), expected.values.size());
      for (unsigned node = 0; node < values.size(); ++node)
        ASSERT_TRUE(isSame(values[node], expected.values[node]))
            << "seed " << seed << ", node " << node << ": " << values[node] << " is not "
            << expected.values[node];
    }
  }
  EXPECT_GT(known, 100000u);
}

/// What depends on one parameter, after what does not.
TEST(PointProgram, ComputesTheRestWhereOneParameterChanges) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    RandomSpace random(seed);
    random.grow(all, 80);
    PointProgram program(random.space, random.pool());
    const unsigned changed = random.below(random.space.params.size());
    const auto nodes = Space::reachable(random.pool());
    std::vector<bool> depends(nodes.size());
    std::vector<unsigned> early, late;
    for (unsigned i = 0; i < nodes.size(); ++i) {
      depends[i] = nodes[i]->op() == Op::Param && nodes[i]->index() == changed;
      for (const Node *operand : nodes[i]->operands())
        depends[i] =
            depends[i] || depends[std::find(nodes.begin(), nodes.end(), operand) - nodes.begin()];
      (depends[i] ? late : early).push_back(i);
    }
    const PointProgram::Part first = program.add(PointProgram::Step{early}),
                             second = program.add(PointProgram::Step{late});
    std::vector<double> values = program.constants();
    std::vector<double> point = anyPoint(random);
    program.load(point, values);
    program.run(first, values);
    for (double value : random.space.params[changed].values) {
      point[changed] = value;
      program.load(point, values);
      program.run(second, values);
      const Values expected = byTape(random, point);
      for (unsigned node = 0; node < values.size(); ++node)
        ASSERT_TRUE(isSame(values[node], expected.values[node])) << "seed " << seed;
    }
  }
}

/// Constants and what follows from them are computed once: no instruction is left of them.
TEST(PointProgram, FoldsConstants) {
  Space space;
  space.params.emplace_back("x", Type::number(), std::vector<Rational>{1, 2}, Location{});
  const Node *sum = space.make(Op::Add, Type::number(), {space.constant(2), space.constant(3)});
  const Node *product = space.make(Op::Mul, Type::number(), {sum, space.param(0)});
  PointProgram program(space, product);
  const PointProgram::Part part = program.addAll();
  EXPECT_TRUE(program.isConstant(program.slotOf(sum)));
  EXPECT_EQ(program.constants()[program.slotOf(sum)], 5);
  std::vector<double> values = program.constants();
  program.load({2.0}, values);
  program.run(part, values);
  EXPECT_EQ(values.back(), 10);
}

/// The steps after a requirement that is false or undefined are left out.
TEST(PointProgram, StopsWhereARequirementFails) {
  Space space;
  space.params.emplace_back("x", Type::number(), std::vector<Rational>{0, 1, 4}, Location{});
  const Node *x = space.param(0), *one = space.constant(1);
  const Node *inverse = space.make(Op::Div, Type::number(), {one, x});
  const Node *small = space.make(Op::Le, Type::boolean(), {inverse, one});
  const Node *late = space.make(Op::Add, Type::number(), {inverse, one});
  PointProgram program(space, {small, late});
  const PointProgram::Part part = program.add(
      {PointProgram::Step{{program.slotOf(inverse), program.slotOf(small)}, program.slotOf(small)},
       PointProgram::Step{{program.slotOf(late)}}});
  for (const auto &[value, holds] :
       {std::pair{0.0, false}, {0.5, false}, {1.0, true}, {4.0, true}}) {
    std::vector<double> values = program.constants();
    program.load(value, values);
    const std::optional<unsigned> stopped = program.run(part, values);
    EXPECT_EQ(stopped.has_value(), !holds) << value;
    EXPECT_EQ(std::isnan(values[program.slotOf(late)]), !holds) << value;
    EXPECT_EQ(stopped.value_or(program.slotOf(small)), program.slotOf(small));
  }
}

} // namespace
} // namespace wsc::ir
