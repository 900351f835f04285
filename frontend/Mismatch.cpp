// Two quantities that should have one dimension and do not: what each is, by which factor they
// differ, and what is usually forgotten then.
#include "frontend/Elaborator.h"

#include "llvm/ADT/StringExtras.h"

namespace wsc {

static unsigned sumOfExponents(const Dim &dim) {
  unsigned sum = 0;
  for (int8_t exponent : dim.exponents())
    sum += std::abs(exponent);
  return sum;
}

bool Elaborator::sameDimension(Node a, Node b, const ast::Expr &left, const ast::Expr &right,
                               Range at, llvm::StringRef what) {
  if (a->type() == b->type())
    return true;
  bool numbers = a->type().isNumber() && b->type().isNumber();
  auto &d = error(numbers ? DiagKind::UnitMismatch : DiagKind::TypeMismatch, at,
                  "cannot " + what.str() + " `" + text(left) + "` and `" + text(right) + "`")
                .note(left.range, "this is " + describe(a->type()))
                .note(right.range, "this is " + describe(b->type()));
  if (numbers)
    explainDifference(d, {a->type().dim, text(left)}, {b->type().dim, text(right)});
  return false;
}

bool Elaborator::conforms(Node node, const ir::Type &type, Range at, llvm::StringRef what,
                          Range declared) {
  if (node->type() == type)
    return true;
  bool numbers = node->type().isNumber() && type.isNumber();
  auto &d = error(numbers ? DiagKind::UnitMismatch : DiagKind::TypeMismatch, at,
                  what.str() + " is " + describe(type) + ", this is " + describe(node->type()))
                .note(declared, "declared here");
  if (numbers)
    explainDifference(d, {type.dim, ""}, {node->type().dim, "it"});
  return false;
}

void Elaborator::explainDifference(Diagnostic &d, const Side &left, const Side &right) {
  const UnitTable &units = space_->units;
  auto suggestUnit = [&](const Side &number, const Side &quantity) {
    d.suggest((number.text.empty() ? "a pure number" : "`" + number.text + "`") +
              " has no unit; a quantity like this has one such as `" +
              units.baseUnit(quantity.dim) + "`");
  };
  // A literal without a unit is the likeliest slip.
  if (left.dim.isNumber() || right.dim.isNumber()) {
    const Side &number = left.dim.isNumber() ? left : right;
    if (!number.text.empty() &&
        llvm::all_of(number.text, [](char c) { return llvm::isDigit(c) || c == '.' || c == '_'; }))
      return suggestUnit(number, left.dim.isNumber() ? right : left);
  }
  // The side to multiply is the one whose missing factor reads without a quotient.
  auto more = left.dim.times(right.dim, -1), less = right.dim.times(left.dim, -1);
  if (!more || !less || sumOfExponents(*more) > 2)
    return; // two unlike things: a long factor would explain nothing
  bool isQuotient = llvm::StringRef(units.describe(*less)).contains('/');
  const Dim &factor = isQuotient ? *more : *less;
  const Side &lacking = isQuotient ? right : left;
  std::string name = units.describe(factor), help = "they differ by a factor of " + name;
  if (!llvm::StringRef(name).contains('/') && !lacking.text.empty())
    help += ": multiply " + (lacking.text == "it" ? "it" : "`" + lacking.text + "`") + " by " +
            (name == "frequency" ? "a clock"
             : name == "data"    ? "a size such as `1 B`"
                                 : describe(ir::Type::number(factor)));
  d.suggest(help);
}

} // namespace wsc
