// Generation of random Spaces.
#include "RandomSpace.h"

#include <cstdlib>

namespace wsc::ir {

RandomSpace::RandomSpace(uint64_t seed) : random_(seed) {
  space.name = "random \"" + std::to_string(seed) + "\" \\ µ";
  addUnits();
  space.enums.push_back({"Mode", {"slow", "fast", "very fast"}});
  space.enums.push_back({"Empty", {}});
  addTable();
  Type length = Type::number(Dim::base(0)), mode = Type::enumeration(0);
  space.metrics.push_back({"step_time", Type::number(Dim::base(1)), "how long\na step takes"});
  space.metrics.push_back({"fits", Type::boolean(), ""});
  addParam("core.count", Type::number(), {1, 2, 3, 4, 5, 6, 7, 8});
  addParam("core.rows", Type::number(), {-3, 0, 2, 16, 17, 1024});
  addParam("core.width", length, {Rational(1, 1000), Rational(1, 3), Rational(3, 2)});
  addParam("core.side", length, {1, 2, 5});
  addParam("mode", mode, {0, 2});
  addParam("wide", Type::boolean(), {0, 1});
  for (unsigned i = 0; i < space.params.size(); ++i)
    pool_.push_back(space.param(i));
  addConstants();
  for (unsigned i = 0; i < space.metrics.size(); ++i)
    pool_.push_back(space.metric(i));
  for (const Rational &value :
       {Rational(0), Rational(1), Rational(3), Rational(-7, 2), Rational(1, 10)})
    pool_.push_back(space.constant(value));
  pool_.push_back(space.constant(2, length));
  pool_.push_back(space.constant(1, mode));
  pool_.push_back(space.truth(false));
  pool_.push_back(space.truth(true));
}

void RandomSpace::addUnits() {
  space.units.addBase("length");
  space.units.addBase("time");
  space.units.addBase("odd name");
  space.units.addDimension("speed", Dim::base(0) / Dim::base(1));
  space.units.addUnit("m", {Dim::base(0), 1}, {true, false});
  space.units.addUnit("min", {Dim::base(1), 60}, {});
  space.units.addUnit("%", {Dim(), Rational(1, 100)}, {});
  space.units.addUnit("bit", {Dim::base(2), Rational(1, 8)}, {true, true});
}

void RandomSpace::addConstants() {
  Type speed = Type::number(Dim::base(0) / Dim::base(1));
  space.constants.push_back({"c", speed, 299792458, {}, {"SI \"brochure\"", false, anyLocation()}});
  space.constants.push_back(
      {"yield", Type::number(), Rational(9, 10), {{Rational(1, 3), 1}}, {"", true, anyLocation()}});
  space.constants.push_back({"k", Type::number(), 2});
  for (unsigned i = 0; i < space.constants.size(); ++i)
    pool_.push_back(space.named(i));
}

void RandomSpace::addTable() {
  TableDef table;
  table.name = "modes";
  table.keys = 2;
  table.columns = {{"mode", Type::enumeration(0)},
                   {"count", Type::number()},
                   {"speed", Type::number(Dim::base(0) / Dim::base(1))},
                   {"good", Type::boolean()},
                   {"factor", Type::number()}};
  for (int mode = 0; mode < 3; ++mode)
    for (int count = 1; count < 8; count += 1 + below(3))
      table.rows.push_back({mode, count, Rational(below(100), 7), below(2), count - 3});
  for (std::vector<Rational> &row : table.rows)
    for (Rational &value : row)
      value.canonicalize();
  space.tables.push_back(std::move(table));
}

void RandomSpace::addParam(std::string name, Type type, std::vector<Rational> domain) {
  space.params.emplace_back(std::move(name), type, std::move(domain), anyLocation());
}

Location RandomSpace::anyLocation() {
  if (below(3) == 0)
    return {};
  return {"examples/a.wsc", unsigned(1 + below(99)), unsigned(below(80)), unsigned(below(20))};
}

const Node *RandomSpace::anyOf(const Type &type) {
  while (true)
    if (const Node *node = any(); node->type() == type)
      return node;
}

const Node *RandomSpace::anyNumber() {
  while (true)
    if (const Node *node = any(); node->type().isNumber())
      return node;
}

void RandomSpace::grow(llvm::ArrayRef<Op> ops, unsigned count) {
  while (count > 0)
    if (const Node *node = combine(ops[below(ops.size())])) {
      pool_.push_back(node);
      --count;
    }
}

/// A node of this kind, or null if the operands drawn do not suit it.
const Node *RandomSpace::combine(Op op) {
  const Node *a = anyNumber();
  const Type &type = a->type();
  auto number = [&] { return anyOf(Type::number()); };
  auto condition = [&] { return anyOf(Type::boolean()); };
  switch (op) {
  case Op::Constant: return space.constant(Rational(below(100)));
  case Op::Named: return space.named(below(space.constants.size()));
  case Op::Param: return space.param(below(space.params.size()));
  case Op::Metric: return space.metric(below(space.metrics.size()));
  case Op::Add:
  case Op::Sub:
  case Op::Mod:
  case Op::Min:
  case Op::Max: return space.make(op, type, {a, anyOf(type)});
  case Op::Neg:
  case Op::Abs:
  case Op::Floor:
  case Op::Ceil:
  case Op::Round: return space.make(op, type, {a});
  case Op::Mul:
  case Op::Div: {
    const Node *b = anyNumber();
    Dim dim = op == Op::Mul ? type.dim * b->type().dim : type.dim / b->type().dim;
    for (unsigned i = 0; i < 3; ++i)
      if (std::abs(dim.exponent(i)) > 4)
        return nullptr;
    return space.make(op, Type::number(dim), {a, b});
  }
  case Op::Pow: {
    if (type == Type::number())
      return space.make(op, type, {a, number()});
    int exponent = static_cast<int>(below(5)) - 2;
    if (std::abs(type.dim.exponent(0)) + std::abs(type.dim.exponent(1)) > 2)
      return nullptr;
    return space.make(op, Type::number(type.dim.pow(exponent)), {a, space.constant(exponent)});
  }
  case Op::Sqrt:
    return type.dim.sqrt() ? space.make(op, Type::number(*type.dim.sqrt()), {a}) : nullptr;
  case Op::Exp:
  case Op::Log:
  case Op::Log2: return space.make(op, Type::number(), {number()});
  case Op::AtLeast: return space.make(op, Type::number(), {number(), number(), number()});
  case Op::Le:
  case Op::Lt: return space.make(op, Type::boolean(), {a, anyOf(type)});
  case Op::Eq: {
    const Node *left = any();
    return space.make(op, Type::boolean(), {left, anyOf(left->type())});
  }
  case Op::And:
  case Op::Or: return space.make(op, Type::boolean(), {condition(), condition()});
  case Op::Not: return space.make(op, Type::boolean(), {condition()});
  case Op::Select: {
    const Node *left = any();
    return space.make(op, left->type(), {condition(), left, anyOf(left->type())});
  }
  case Op::Lookup:
  case Op::HasRow: return lookup(op);
  }
  llvm_unreachable("covered switch");
}

const Node *RandomSpace::lookup(Op op) {
  const Node *keys[] = {anyOf(Type::enumeration(0)), anyOf(Type::number())};
  return op == Op::Lookup ? space.lookup(0, 2 + below(3), keys) : space.hasRow(0, keys);
}

void RandomSpace::addRoots() {
  space.interface.push_back({"chip.clock", Type::number(Dim::base(1)), "the clock", nullptr});
  const Node *fallback = any();
  space.interface.push_back({"chip.other", fallback->type(), "", fallback});
  for (unsigned i = 0; i < 8; ++i)
    space.quantities.push_back({"q" + std::to_string(i), any(), anyLocation()});
  const double weights[] = {0, 0, 0.5, 0.1, 3};
  for (unsigned i = 0; i < 5; ++i)
    space.constraints.push_back({"c" + std::to_string(i), anyOf(Type::boolean()),
                                 below(2) ? "because \"it\" must" : "", anyLocation(), weights[i]});
  space.objectives.push_back({"speed", anyNumber(), true, anyLocation()});
  space.objectives.push_back({"cost", anyNumber(), false, anyLocation()});
}

} // namespace wsc::ir
