// Spaces for the feasibility tests: random small ones, and a wafer-scale chip of the size that
// users write.
#pragma once

#include "ir/Space.h"
#include "support/Random.h"
#include <cstdlib>
#include <memory>

namespace wsc::test {

/// An expression with operators; the Space owns the node.
struct Expr {
  ir::Space *space;
  const ir::Node *node;
};

inline Expr apply(ir::Op op, ir::Type type, std::initializer_list<Expr> operands) {
  llvm::SmallVector<const ir::Node *, 3> nodes;
  for (const Expr &operand : operands)
    nodes.push_back(operand.node);
  ir::Space *space = operands.begin()->space;
  return {space, space->make(op, type, nodes)};
}
inline Expr number(ir::Space &space, const Rational &value) {
  return {&space, space.constant(value)};
}
inline Expr numeric(ir::Op op, std::initializer_list<Expr> operands) {
  return apply(op, ir::Type::number(), operands);
}
inline Expr condition(ir::Op op, std::initializer_list<Expr> operands) {
  return apply(op, ir::Type::boolean(), operands);
}
inline Expr select(Expr c, Expr a, Expr b) {
  return apply(ir::Op::Select, a.node->type(), {c, a, b});
}
inline Expr operator+(Expr a, Expr b) { return numeric(ir::Op::Add, {a, b}); }
inline Expr operator-(Expr a, Expr b) { return numeric(ir::Op::Sub, {a, b}); }
inline Expr operator*(Expr a, Expr b) { return numeric(ir::Op::Mul, {a, b}); }
inline Expr operator/(Expr a, Expr b) { return numeric(ir::Op::Div, {a, b}); }
inline Expr operator*(double a, Expr b) { return number(*b.space, fromDouble(a)) * b; }
inline Expr operator+(double a, Expr b) { return number(*b.space, fromDouble(a)) + b; }
inline Expr operator<=(Expr a, Expr b) { return condition(ir::Op::Le, {a, b}); }
inline Expr operator<=(Expr a, double b) { return a <= number(*a.space, fromDouble(b)); }
inline Expr operator>=(Expr a, double b) { return number(*a.space, fromDouble(b)) <= a; }
inline Expr operator==(Expr a, Expr b) { return condition(ir::Op::Eq, {a, b}); }
inline Expr operator==(Expr a, double b) { return a == number(*a.space, fromDouble(b)); }

/// Adds a parameter.
inline Expr open(ir::Space &space, std::string name, std::vector<Rational> domain,
                 ir::Type type = ir::Type::number()) {
  space.params.emplace_back(std::move(name), type, std::move(domain), ir::Location{});
  return {&space, space.param(space.params.size() - 1)};
}
inline void require(std::string name, Expr condition) {
  condition.space->constraints.push_back({std::move(name), condition.node, "", {}, 0});
}

/// lo, lo + step, ... up to hi.
std::vector<Rational> steps(Rational lo, Rational hi, Rational step = 1);
/// 2^lo ... 2^hi.
std::vector<Rational> powers(int lo, int hi);

/// 2-5 parameters of all types with at most a few thousand designs, a table, and 1-5
/// constraints over all operations.
std::unique_ptr<ir::Space> randomSpace(uint64_t seed);

/// How many random spaces a property is tried on: as many as WSC_SEEDS says, for long runs by hand.
inline uint64_t seeds(uint64_t byDefault) {
  const char *given = std::getenv("WSC_SEEDS");
  return given ? std::strtoull(given, nullptr, 10) : byDefault;
}

/// A 22-parameter Theseus-like wafer with 22 constraints and 1e22 designs (J. Zhu et al.,
/// TCAD 44, 2025), to train GPT-3: at least `petaflops` per wafer within `watts`.
std::unique_ptr<ir::Space> waferSpace(double petaflops, double watts, double memoryScale = 1);

} // namespace wsc::test
