// Taking products apart and putting them together again.
#include "passes/Monomial.h"

#include "llvm/ADT/STLExtras.h"
#include <cstdlib>

namespace wsc::passes {

using ir::Node;
using ir::Op;

static constexpr unsigned maxFactors = 64;
static constexpr int maxPower = 8;

namespace {

class Collector {
public:
  Monomial run(const Node *node) {
    visit(node, 1);
    result_.powers.remove_if([](const auto &entry) { return entry.second == 0; });
    return std::move(result_);
  }

private:
  void visit(const Node *node, int exponent) {
    if (++visited_ > maxFactors || std::abs(exponent) > maxPower)
      return add(node, exponent);
    if (node->op() == Op::Mul || node->op() == Op::Div) {
      visit(node->operand(0), exponent);
      return visit(node->operand(1), node->op() == Op::Mul ? exponent : -exponent);
    }
    if (node->op() == Op::Pow)
      if (std::optional<int> power = integerPower(node->operand(1)))
        return visit(node->operand(0), exponent * *power);
    add(node, exponent);
  }

  static std::optional<int> integerPower(const Node *exponent) {
    if (!exponent->isConstant() || !isInteger(exponent->value()) || exponent->value() == 0 ||
        abs(exponent->value()) > maxPower)
      return std::nullopt;
    return exponent->value().get_num().get_si();
  }

  void add(const Node *factor, int exponent) {
    if (factor->isConstant() && factor->value() == 1 && factor->type() == ir::Type::number())
      return;
    int &sum = result_.powers[factor];
    if ((sum < 0) != (exponent < 0) && sum != 0 && !llvm::is_contained(result_.cancelled, factor))
      result_.cancelled.push_back(factor);
    sum += exponent;
  }

  Monomial result_;
  unsigned visited_ = 0;
};

/// A product that grows by factors, as an expression.
class Product {
public:
  explicit Product(ir::Space &space) : space_(space) {}

  bool multiply(const Node *factor, int exponent) {
    std::optional<Dim> dim = Dim().times(factor->type().dim, exponent);
    if (!dim)
      return false;
    const Node *power = exponent == 1 ? factor
                                      : space_.make(Op::Pow, ir::Type::number(*dim),
                                                    {factor, space_.constant(exponent)});
    return combine(Op::Mul, power);
  }
  bool combine(Op op, const Node *other) {
    if (!product_ && op == Op::Mul) {
      product_ = other;
      return true;
    }
    std::optional<Dim> dim = get()->type().dim.times(other->type().dim, op == Op::Mul ? 1 : -1);
    if (dim)
      product_ = space_.make(op, ir::Type::number(*dim), {get(), other});
    return dim.has_value();
  }
  bool isOne() const { return !product_; }
  const Node *get() const { return product_ ? product_ : space_.constant(1); }

private:
  ir::Space &space_;
  const Node *product_ = nullptr;
};

} // namespace

Monomial monomialOf(const Node *node) { return Collector().run(node); }

Monomial commonFactors(const Monomial &a, const Monomial &b) {
  Monomial result;
  for (auto [factor, exponent] : a.powers) {
    int other = b.exponent(factor);
    if (!factor->isConstant() && other != 0 && (exponent > 0) == (other > 0))
      result.powers[factor] = std::abs(exponent) < std::abs(other) ? exponent : other;
  }
  return result;
}

Monomial quotient(const Monomial &a, const Monomial &b) {
  Monomial result = a;
  for (auto [factor, exponent] : b.powers)
    result.powers[factor] -= exponent;
  result.powers.remove_if([](const auto &entry) { return entry.second == 0; });
  return result;
}

const Node *build(ir::Space &space, const Monomial &monomial) {
  Product above(space), below(space);
  for (auto [factor, exponent] : monomial.powers)
    if (!(exponent > 0 ? above : below).multiply(factor, std::abs(exponent)))
      return nullptr;
  if (!below.isOne() && !above.combine(Op::Div, below.get()))
    return nullptr;
  return above.get();
}

} // namespace wsc::passes
