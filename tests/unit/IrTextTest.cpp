// IR text: what is printed reads back, what is broken is rejected with a place.
#include "RandomSpace.h"
#include "ir/Parse.h"
#include "ir/Print.h"
#include "ir/Tape.h"
#include "ir/Verify.h"

#include <gtest/gtest.h>

using namespace wsc;
using namespace wsc::ir;

namespace {

const Op all[] = {
#define OP(Name, mnemonic, arity) Op::Name,
#include "ir/Ir.def"
};

std::unique_ptr<RandomSpace> anySpace(uint64_t seed) {
  auto random = std::make_unique<RandomSpace>(seed);
  random->grow(all, 80);
  random->addRoots();
  return random;
}

/// The error of a text, empty if there is none.
std::string errorOf(llvm::StringRef text) {
  llvm::Expected<std::unique_ptr<Space>> space = parse(text);
  return space ? "" : llvm::toString(space.takeError());
}

std::unique_ptr<Space> parsed(llvm::StringRef text) {
  llvm::Expected<std::unique_ptr<Space>> space = parse(text);
  if (space)
    return std::move(*space);
  ADD_FAILURE() << llvm::toString(space.takeError()) << "\n" << text.str();
  return std::make_unique<Space>();
}

const char *const sample = R"(space "Candidate"
dimension flop
dimension cycle
dimension time
dimension frequency = cycle/time
unit Hz : [cycle/time] prefixes si
unit "%" : number = 0.01
enum "Dataflow" { weight_stationary, output_stationary }
table "formats" keys 1 (flow : enum "Dataflow", factor : number, exact : bool) {
  weight_stationary, 2/3, true;
  output_stationary, 1.5e-13, false;
}
metric "step_time" : [time] means "of one step"
param "core.macs" : number in { 8, 16, 32 .. 64, 22e9 } at "examples/theseus.wsc":12:5+4
param "core.flow" : enum "Dataflow" in { weight_stationary, output_stationary }
%0 = param "core.macs" : number                 // static
%1 = param "core.flow" : enum "Dataflow"        // static
%2 = const 2 : [flop/cycle]
%3 = mul %0, %2 : [flop/cycle]                  // static
%4 = lookup "formats".factor %1 : number        // static
%5 = has_row "formats" %1 : bool                // static
%6 = metric "step_time" : [time]                // measured
%7 = const output_stationary : enum "Dataflow"
%8 = eq %1, %7 : bool                           // static
field "chip.clock" : [cycle/time] means "The clock"
field "chip.flow" : enum "Dataflow" = %7
quantity "core.peak" = %3
quantity "core.factor" = %4 at "examples/theseus.wsc":13:5+6
require "known" %5 else "the \"flow\" is in no table" at "examples/theseus.wsc":31:3+9
prefer "outputs" %8 weight 0.1
minimize "step time" %6
)";

} // namespace

TEST(IrText, TheSampleIsCanonical) {
  std::unique_ptr<Space> space = parsed(sample);
  EXPECT_EQ(toText(*space), sample);
  EXPECT_EQ(space->params[0].domain.size(), 36u);
  EXPECT_EQ(space->findQuantity("core.peak")->node->op(), Op::Mul);
  EXPECT_EQ(space->constraints[0].location.line, 31u);
  EXPECT_EQ(space->constraints[1].weight, 0.1);
  EXPECT_EQ(space->tables[0].rows[0][1], Rational(2, 3));
  EXPECT_TRUE(space->units.units()[0].prefixes.si);
}

TEST(IrText, RandomSpacesRoundTrip) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    std::unique_ptr<RandomSpace> random = anySpace(seed);
    std::vector<std::string> problems = verify(random->space);
    ASSERT_TRUE(problems.empty()) << "seed " << seed << ": " << problems[0];
    std::string text = toText(random->space);
    std::unique_ptr<Space> back = parsed(text);
    ASSERT_EQ(toText(*back), text) << "seed " << seed;
    ASSERT_EQ(back->units.dimensionNames(), random->space.units.dimensionNames());
    ASSERT_EQ(back->tables, random->space.tables);
  }
}

TEST(IrText, MeaningSurvives) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    std::unique_ptr<RandomSpace> random = anySpace(seed);
    std::unique_ptr<Space> back = parsed(toText(random->space));
    auto quantities = [&](const Space &space) {
      std::vector<const Node *> roots;
      for (const Quantity &quantity : space.quantities)
        roots.push_back(quantity.node);
      std::vector<double> point, results(roots.size());
      for (const Param &param : space.params)
        point.push_back(param.values[seed % param.values.size()]);
      Tape(space, roots).evaluate(llvm::ArrayRef(point), {0.5, 1}, results);
      return results;
    };
    std::vector<double> before = quantities(random->space), after = quantities(*back);
    for (size_t i = 0; i < before.size(); ++i)
      EXPECT_TRUE(before[i] == after[i] || (std::isnan(before[i]) && std::isnan(after[i])));
  }
}

TEST(IrText, GarbageNeverCrashes) {
  // Deletions, duplications, swaps and stray bytes in valid text.
  std::mt19937_64 random(3);
  unsigned accepted = 0;
  for (int i = 0; i < 6000; ++i) {
    std::string text = i % 3 ? std::string(sample) : toText(anySpace(i % 20)->space);
    for (int edits = 1 + random() % 4; edits > 0 && !text.empty(); --edits) {
      size_t at = random() % text.size(), length = random() % 12;
      std::string piece = text.substr(random() % text.size(), length);
      switch (random() % 4) {
      case 0: text.erase(at, length); break;
      case 1: text.insert(at, piece); break;
      case 2: text.replace(at, length, piece); break;
      case 3: text[at] = static_cast<char>(random()); break;
      }
    }
    llvm::Expected<std::unique_ptr<Space>> space = parse(text);
    if (!space) {
      std::string error = llvm::toString(space.takeError());
      unsigned line = 0, column = 0;
      EXPECT_EQ(sscanf(error.c_str(), "%u:%u: ", &line, &column), 2) << error;
      continue;
    }
    // What is accepted is sound, and canonical after one printing.
    ++accepted;
    EXPECT_TRUE(verify(**space).empty()) << verify(**space)[0];
    std::string once = toText(**space);
    EXPECT_EQ(toText(*parsed(once)), once);
  }
  EXPECT_GT(accepted, 100u);
}

TEST(IrText, ArbitraryBytesNeverCrash) {
  std::mt19937_64 random(4);
  for (int i = 0; i < 3000; ++i) {
    std::string text = "space \"x\"\n";
    for (int n = random() % 60; n > 0; --n)
      text += static_cast<char>(random() % 4 ? 32 + random() % 95 : random());
    errorOf(text);
  }
  EXPECT_EQ(errorOf(""), "1:1: expected 'space'");
  EXPECT_EQ(errorOf(llvm::StringRef()), "1:1: expected 'space'");
}

TEST(IrText, ErrorsSayWhatAndWhere) {
  std::string head = "space \"x\"\ndimension length\nparam \"p\" : number in { 1, 2 }\n"
                     "enum \"E\" { a, b }\n%0 = param \"p\" : number\n";
  auto error = [&](llvm::StringRef line) { return errorOf(head + line.str()); };
  EXPECT_EQ(error(""), "");
  EXPECT_EQ(error("%1 = add %0, %7 : number"), "6:14: expected the number of a node above");
  EXPECT_EQ(error("%1 = add %0, %1 : number"), "6:14: expected the number of a node above");
  EXPECT_EQ(error("%2 = neg %0 : number"), "6:1: expected %1");
  EXPECT_EQ(error("%1 = plus %0, %0 : number"), "6:6: expected an operation");
  EXPECT_EQ(error("%1 = neg %0, %0 : number"), "6:1: neg (node 1): 2 operands instead of 1");
  EXPECT_EQ(error("%1 = mul %0 : number"), "6:1: mul (node 1): 1 operands instead of 2");
  EXPECT_EQ(error("%1 = neg %0 : [length]"),
            "6:1: neg (node 1): operand and result must be numbers of one dimension");
  EXPECT_EQ(error("%1 = neg %0 : [width]"), "6:16: there is no dimension 'width'");
  EXPECT_EQ(error("%1 = neg %0 : [length^128]"), "6:16: an exponent beyond 127");
  EXPECT_EQ(error("%1 = param \"q\" : number"), "6:12: there is no param 'q'");
  EXPECT_EQ(error("%1 = param \"p\" : bool"), "6:18: this is not the type of what is named");
  EXPECT_EQ(error("%1 = const c : enum \"E\""), "6:12: enum 'E' has no value 'c'");
  EXPECT_EQ(error("%1 = const 1 : bool"), "6:12: expected 'true' or 'false'");
  EXPECT_EQ(error("%1 = const 1/0 : number"), "6:12: expected a number");
  EXPECT_EQ(error("require \"r\" %0"), "6:9: constraint \"r\" is not a condition");
  EXPECT_EQ(error("param \"q\" : number in { 2, 1 }"),
            "6:7: the domain of param \"q\" does not ascend at 1");
  EXPECT_EQ(error("param \"q\" : number in { }"), "6:7: the domain of param \"q\" is empty");
  EXPECT_EQ(error("param \"p\" : number in { 1 }"), "6:7: a second param 'p'");
  EXPECT_EQ(error("param \"q\" : number in { 1 .. 9e9 }"), "6:30: more than 2^20 values in runs");
  EXPECT_EQ(error("table \"t\" keys 1 (k : number, v : number) { 1, 2; 1, 3; }"),
            "6:7: two rows of table \"t\" have the same keys");
  EXPECT_EQ(error("quantity \"q\" = %0 at \"f\":1:2+3\nquantity \"q\" = %0"),
            "7:10: a second quantity 'q'");
  EXPECT_EQ(error("nonsense"), "6:1: expected a statement");
  EXPECT_EQ(error("quantity \"q"), "6:10: expected a string");
}

TEST(IrText, ExactNumbersAreReadable) {
  EXPECT_EQ(formatExact(0), "0");
  EXPECT_EQ(formatExact(-12), "-12");
  EXPECT_EQ(formatExact(1024), "1024");
  EXPECT_EQ(formatExact(15000), "15000");
  EXPECT_EQ(formatExact(Rational("22000000000")), "22e9");
  EXPECT_EQ(formatExact(Rational(3, 20)), "0.15");
  EXPECT_EQ(formatExact(Rational(-5, 2)), "-2.5");
  EXPECT_EQ(formatExact(Rational(2, 3)), "2/3");
  EXPECT_EQ(formatExact(Rational("1/1000000000000")), "1e-12");
  EXPECT_EQ(formatExact(Rational("3/20000000000000")), "1.5e-13");
  std::mt19937_64 random(5);
  for (int i = 0; i < 3000; ++i) {
    Rational value = Rational(static_cast<long>(random()) >> (random() % 63)) *
                     *power(Rational(10), static_cast<long>(random() % 80) - 40) *
                     *power(Rational(2), static_cast<long>(random() % 80) - 40) /
                     (random() % 4 ? 1 : 3);
    std::string text =
        "space \"x\"\n%0 = const " + formatExact(value) + " : number\n" + "quantity \"q\" = %0\n";
    EXPECT_EQ(parsed(text)->quantities.at(0).node->value(), value) << text;
  }
}

// ---- the verifier -----------------------------------------------------------------------

TEST(Verify, TypingRules) {
  RandomSpace random(1);
  Space &space = random.space;
  Type number = Type::number(), length = Type::number(Dim::base(0)), boolean = Type::boolean(),
       area = Type::number(Dim::base(0).pow(2)), mode = Type::enumeration(0);
  const Node *n = space.param(0), *l = space.param(2), *m = space.param(4), *b = space.param(5);
  auto sound = [&](Op op, Type type, llvm::ArrayRef<const Node *> operands) {
    return problem(space, *space.make(op, type, operands)).empty();
  };
  EXPECT_TRUE(sound(Op::Add, length, {l, l}));
  EXPECT_FALSE(sound(Op::Add, length, {l, n}));
  EXPECT_FALSE(sound(Op::Add, number, {l, l}));
  EXPECT_FALSE(sound(Op::Add, boolean, {b, b}));
  EXPECT_FALSE(sound(Op::Add, length, {l}));
  EXPECT_TRUE(sound(Op::Mod, length, {l, l}));
  EXPECT_TRUE(sound(Op::Mul, area, {l, l}));
  EXPECT_FALSE(sound(Op::Mul, length, {l, l}));
  EXPECT_TRUE(sound(Op::Div, number, {l, l}));
  EXPECT_FALSE(sound(Op::Div, number, {m, m}));
  EXPECT_TRUE(sound(Op::Pow, area, {l, space.constant(2)}));
  EXPECT_TRUE(
      sound(Op::Pow, length, {space.make(Op::Mul, area, {l, l}), space.constant(Rational(1, 2))}));
  EXPECT_FALSE(sound(Op::Pow, area, {l, n}));
  EXPECT_FALSE(sound(Op::Pow, length, {l, space.constant(2)}));
  EXPECT_TRUE(sound(Op::Pow, number, {n, n}));
  EXPECT_FALSE(sound(Op::Pow, number, {n, l}));
  EXPECT_TRUE(sound(Op::Sqrt, length, {space.make(Op::Mul, area, {l, l})}));
  EXPECT_FALSE(sound(Op::Sqrt, length, {l}));
  EXPECT_TRUE(sound(Op::Exp, number, {n}));
  EXPECT_FALSE(sound(Op::Exp, length, {l}));
  EXPECT_TRUE(sound(Op::AtLeast, number, {n, n, n}));
  EXPECT_TRUE(sound(Op::Le, boolean, {l, l}));
  EXPECT_FALSE(sound(Op::Le, boolean, {l, n}));
  EXPECT_FALSE(sound(Op::Lt, boolean, {m, m}));
  EXPECT_FALSE(sound(Op::Lt, number, {n, n}));
  EXPECT_TRUE(sound(Op::Eq, boolean, {m, m}));
  EXPECT_FALSE(sound(Op::Eq, boolean, {m, b}));
  EXPECT_TRUE(sound(Op::And, boolean, {b, b}));
  EXPECT_FALSE(sound(Op::Not, boolean, {n}));
  EXPECT_TRUE(sound(Op::Select, mode, {b, m, m}));
  EXPECT_FALSE(sound(Op::Select, mode, {b, m, n}));
  EXPECT_FALSE(sound(Op::Select, number, {n, n, n}));
  EXPECT_TRUE(problem(space, *space.lookup(0, 2, {m, n})).empty());
  EXPECT_FALSE(problem(space, *space.lookup(0, 2, {n, m})).empty());
  EXPECT_FALSE(problem(space, *space.lookup(0, 0, {m, n})).empty());
  EXPECT_FALSE(problem(space, *space.hasRow(0, {m})).empty());
  EXPECT_FALSE(problem(space, *space.constant(2, boolean)).empty());
  EXPECT_FALSE(problem(space, *space.constant(3, mode)).empty());
  EXPECT_FALSE(problem(space, *space.constant(0, Type::enumeration(7))).empty());
  EXPECT_FALSE(problem(space, *space.constant(0, Type::number(Dim::base(9)))).empty());
}

TEST(Verify, DimensionsDoNotWrapAround) {
  // length^100 * length^100 would be length^-56 in eight bits.
  Space space;
  space.units.addBase("length");
  const Node *huge = space.constant(1, Type::number(Dim::base(0).pow(100)));
  const Node *product = space.make(Op::Mul, Type::number(Dim::base(0).pow(-56)), {huge, huge});
  EXPECT_FALSE(problem(space, *product).empty());
}

TEST(Verify, RejectsBrokenSpaces) {
  auto count = [](void (*breakIt)(Space &)) {
    std::unique_ptr<RandomSpace> random = anySpace(1);
    breakIt(random->space);
    return verify(random->space).size();
  };
  EXPECT_EQ(count([](Space &) {}), 0u);
  EXPECT_EQ(count([](Space &s) { s.params.push_back(s.params[0]); }), 1u);
  EXPECT_EQ(count([](Space &s) { s.quantities[0].name = "q1"; }), 1u);
  EXPECT_EQ(count([](Space &s) { s.constraints[0].name = "c1"; }), 1u);
  EXPECT_EQ(count([](Space &s) { s.params[0].domain.clear(); }), 1u);
  EXPECT_EQ(count([](Space &s) { std::swap(s.params[0].domain[0], s.params[0].domain[1]); }), 1u);
  EXPECT_EQ(count([](Space &s) { s.params[0].domain[1] = s.params[0].domain[0]; }), 1u);
  EXPECT_EQ(count([](Space &s) { s.params[4].domain[1] = 3; }), 1u);
  EXPECT_EQ(count([](Space &s) { s.tables[0].rows[0].pop_back(); }), 1u);
  EXPECT_EQ(count([](Space &s) { s.tables[0].rows.push_back(s.tables[0].rows[0]); }), 1u);
  EXPECT_EQ(count([](Space &s) { s.tables[0].rows[0][3] = 2; }), 1u);
  EXPECT_EQ(count([](Space &s) { s.constraints[0].node = s.param(0); }), 1u);
  EXPECT_EQ(count([](Space &s) { s.constraints[0].weight = -1; }), 1u);
  EXPECT_EQ(count([](Space &s) { s.objectives[0].node = s.param(5); }), 1u);
  EXPECT_EQ(
      count([](Space &s) { s.interface[1].fallback = s.constant(1, Type::number(Dim::base(2))); }),
      1u);
  EXPECT_EQ(count([](Space &s) { s.metrics[0].type.enumIndex = 3; }), 1u);
}
