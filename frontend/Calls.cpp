// Calls: built-in functions and user functions (inlined); `match`.
#include "frontend/Elaborator.h"

#include "ir/AnyNumber.h"
#include "ir/Tape.h"
#include <cmath>

namespace wsc {

namespace {
constexpr unsigned maxInlining = 200;

struct Builtin {
  const char *name;
  ir::Op op;
  unsigned count;
  /// How the result's dimension follows from the arguments'.
  enum Rule { PureNumbers, Same, Root } rule;
};
const Builtin builtins[] = {
    {"abs", ir::Op::Abs, 1, Builtin::Same},
    {"sqrt", ir::Op::Sqrt, 1, Builtin::Root},
    {"floor", ir::Op::Floor, 1, Builtin::PureNumbers},
    {"ceil", ir::Op::Ceil, 1, Builtin::PureNumbers},
    {"round", ir::Op::Round, 1, Builtin::PureNumbers},
    {"exp", ir::Op::Exp, 1, Builtin::PureNumbers},
    {"log", ir::Op::Log, 1, Builtin::PureNumbers},
    {"log2", ir::Op::Log2, 1, Builtin::PureNumbers},
    {"at_least", ir::Op::AtLeast, 3, Builtin::PureNumbers},
};
} // namespace

const ast::Decl *Elaborator::findDecl(const ast::Expr &callee, const Scope &scope,
                                      const Module **owner) {
  *owner = scope.module;
  if (callee.kind == ast::ExprKind::Name) {
    if (const ast::Decl *decl = scope.module->find(callee.name.text)) {
      used(callee.name.range, decl->name().range);
      return decl;
    }
    for (const Module *prelude : program_.prelude)
      if (const ast::Decl *decl = prelude->find(callee.name.text)) {
        *owner = prelude;
        used(callee.name.range, decl->name().range);
        return decl;
      }
    return nullptr;
  }
  if (callee.kind == ast::ExprKind::Field && callee.children[0]->kind == ast::ExprKind::Name) {
    *owner = scope.module->imports.lookup(callee.children[0]->name.text);
    const ast::Decl *decl = *owner ? imported(**owner, callee.name) : nullptr;
    if (decl) {
      usedImport(callee.children[0]->name, *scope.module);
      used(callee.name.range, decl->name().range);
    }
    return decl;
  }
  return nullptr;
}

bool Elaborator::arguments(const ast::Expr &expr, unsigned count, llvm::StringRef name) {
  unsigned given = expr.children.size() - 1;
  if (given == count)
    return true;
  error(DiagKind::WrongArguments, expr.range,
        "`" + name.str() + "` takes " + std::to_string(count) +
            (count == 1 ? " argument, " : " arguments, ") + std::to_string(given) + " given");
  return false;
}

Value Elaborator::call(const ast::Expr &expr, const Scope &scope) {
  const ast::Expr &callee = *expr.children[0];
  const Module *owner = nullptr;
  if (const ast::Decl *decl = findDecl(callee, scope, &owner)) {
    if (auto *fn = decl->as<ast::FnDecl>())
      return function(*fn, *owner, expr, scope);
    if (auto *table = decl->as<ast::TableDecl>())
      return tableRow(*table, *owner, expr, scope);
    error(DiagKind::WrongKind, callee.range, "`" + text(callee) + "` is not a function")
        .note(decl->name().range, "it is declared here");
    return {};
  }
  if (callee.kind == ast::ExprKind::Name)
    return Value::of(builtin(callee.name.text, expr, scope));
  error(DiagKind::UnknownName, callee.range, "there is no function `" + text(callee) + "`");
  return {};
}

std::vector<llvm::StringRef> Elaborator::builtinNames() {
  std::vector<llvm::StringRef> names{"min", "max", "sum", "product", "all", "any"};
  for (const Builtin &b : builtins)
    names.push_back(b.name);
  return names;
}

Elaborator::Node Elaborator::builtin(llvm::StringRef name, const ast::Expr &expr,
                                     const Scope &scope) {
  std::vector<Node> args;
  for (const ast::ExprPtr &child : llvm::drop_begin(expr.children)) {
    args.push_back(number(*child, scope));
    if (!args.back())
      return nullptr;
  }
  if ((name == "min" || name == "max") && !args.empty()) {
    Node result = args[0];
    for (unsigned i = 1; i < args.size(); ++i) {
      if (!sameDimension(result, args[i], *expr.children[1], *expr.children[i + 1], expr.range,
                         "compare"))
        return nullptr;
      result = binary(name == "min" ? ir::Op::Min : ir::Op::Max, result->type(), result, args[i]);
    }
    return result;
  }
  for (const Builtin &b : builtins) {
    if (name != b.name)
      continue;
    if (!arguments(expr, b.count, name))
      return nullptr;
    ir::Type type = args[0]->type();
    if (b.rule == Builtin::PureNumbers)
      for (unsigned i = 0; i < args.size(); ++i)
        if (!args[i]->type().dim.isNumber()) {
          error(DiagKind::UnitMismatch, expr.children[i + 1]->range,
                "`" + name.str() + "` takes a pure number, this is " + describe(args[i]->type()))
              .suggest("divide by a unit first, as in `" + name.str() + "(x / 1 mm)`");
          return nullptr;
        }
    if (b.rule == Builtin::Root) {
      auto root = type.dim.sqrt();
      if (!root) {
        error(DiagKind::UnitMismatch, expr.range,
              "the root of " + describe(type) + " has no dimension");
        return nullptr;
      }
      type.dim = *root;
    }
    return space_->make(b.op, type, args);
  }
  if (isPlaceholder(name))
    offerNames(scope, nullptr);
  std::vector<llvm::StringRef> names = builtinNames();
  for (const ast::Decl &decl : scope.module->file->decls)
    if (decl.as<ast::FnDecl>() || decl.as<ast::TableDecl>())
      names.push_back(decl.name().text);
  error(DiagKind::UnknownName, expr.children[0]->range,
        "there is no function or table `" + name.str() + "`")
      .suggestName(expr.children[0]->range, names);
  return nullptr;
}

Value Elaborator::function(const ast::FnDecl &fn, const Module &module, const ast::Expr &expr,
                           const Scope &scope) {
  if (llvm::is_contained(calls_, &fn)) {
    error(DiagKind::Recursion, expr.range, "`" + fn.name.text.str() + "` calls itself")
        .note(fn.name.range, "it is defined here");
    return {};
  }
  if (calls_.size() == maxInlining) {
    error(DiagKind::NestedTooDeeply, expr.range,
          "functions call one another more than " + std::to_string(maxInlining) + " deep");
    return {};
  }
  if (!arguments(expr, fn.parameters.size(), fn.name.text))
    return {};
  Scope inner{nullptr, &module, {}};
  bool fine = true;
  for (unsigned i = 0; i < fn.parameters.size(); ++i) {
    const ast::Parameter &parameter = fn.parameters[i];
    const ast::Expr &argument = *expr.children[i + 1];
    std::optional<ir::Type> declared;
    if (parameter.type && !(declared = type(*parameter.type, module)))
      return {};
    Value value = expression(argument, scope, declared ? &*declared : nullptr);
    Node node = value ? asNode(value, argument) : nullptr;
    if (inner.locals.count(parameter.name.text))
      error(DiagKind::DuplicateName, parameter.name.range,
            "`" + fn.name.text.str() + "` has two parameters `" + parameter.name.text.str() + "`");
    std::string what = "the argument `" + parameter.name.text.str() + "`";
    fine &= node &&
            (!declared || conforms(node, *declared, argument.range, what, parameter.type->range)) &&
            conformsToInt(node, parameter.type.get(), argument.range, what);
    inner.locals[parameter.name.text] = Value::of(node);
  }
  if (!fine)
    return {};
  return functionBody(fn, inner);
}

Value Elaborator::functionBody(const ast::FnDecl &fn, const Scope &scope) {
  calls_.push_back(&fn);
  checked_.insert(&fn);
  std::optional<ir::Type> declared;
  if (fn.type)
    declared = type(*fn.type, *scope.module);
  Value value = expression(*fn.body, scope, declared ? &*declared : nullptr);
  Node node = value ? asNode(value, *fn.body) : nullptr;
  calls_.pop_back();
  std::string quoted = "`" + fn.name.text.str() + "`";
  if (!node || (declared && !conforms(node, *declared, fn.body->range, quoted, fn.type->range)) ||
      !conformsToInt(node, fn.type.get(), fn.body->range, quoted))
    return {};
  return Value::of(node);
}

void Elaborator::checkFunction(const ast::FnDecl &fn, const Module &module) {
  Scope scope{nullptr, &module, {}};
  for (const ast::Parameter &parameter : fn.parameters) {
    auto declared = parameter.type ? type(*parameter.type, module) : std::nullopt;
    if (!declared)
      return; // generic: what its body means depends on the arguments
    scope.locals[parameter.name.text] = Value::of(placeholder(*declared, parameter.name));
  }
  alone_ = true;
  functionBody(fn, scope);
  alone_ = false;
}

// Whether a subject can have a value: a fixed field has one, an opened one those of its domain. The
// cases of a match that cannot be are checked like the rest and left out.
bool Elaborator::canBe(Node subject, const Rational &value) {
  if (auto fixed = constantValue(subject))
    return *fixed == value;
  if (subject->op() != ir::Op::Param)
    return true;
  const ir::Param &param = space_->params[subject->index()];
  return ir::takesAnyNumber(param) || llvm::binary_search(param.domain, value);
}

Elaborator::Node Elaborator::match(const ast::Expr &expr, const Scope &scope,
                                   const ir::Type *expected) {
  Value subjectValue = expression(*expr.children[0], scope);
  Node subject = subjectValue ? asNode(subjectValue, *expr.children[0]) : nullptr;
  if (!subject)
    return nullptr;
  struct Case {
    Node condition;
    Node value;
    const ast::Expr *expr;
    bool possible;
  };
  std::vector<Case> cases;
  std::vector<Rational> covered;
  bool hasElse = false;
  for (unsigned i = 1; i + 1 < expr.children.size(); i += 2) {
    const ast::Expr *pattern = expr.children[i].get();
    Node condition = nullptr;
    bool possible = true;
    if (pattern) {
      Value value = expression(*pattern, scope, &subject->type());
      Node key = value ? asNode(value, *pattern) : nullptr;
      if (!key || !(condition = compare(ast::ExprKind::Eq, subject, key, *expr.children[0],
                                        *pattern, pattern->range)))
        return nullptr;
      if (auto constant = constantValue(key)) {
        covered.push_back(*constant);
        possible = canBe(subject, *constant);
      }
    }
    hasElse |= !pattern;
    if (condition)
      guards_.push_back(condition);
    Value value = expression(*expr.children[i + 1], scope,
                             cases.empty() ? expected : &cases[0].value->type());
    if (condition)
      guards_.pop_back();
    Node node = value ? asNode(value, *expr.children[i + 1]) : nullptr;
    if (!node ||
        (!cases.empty() && !sameDimension(cases[0].value, node, *cases[0].expr,
                                          *expr.children[i + 1], expr.range, "choose between")))
      return nullptr;
    cases.push_back({condition, node, expr.children[i + 1].get(), possible});
    if (!pattern)
      break;
  }
  if (!hasElse) {
    if (!subject->type().isEnum()) {
      error(DiagKind::WrongArguments, expr.range,
            "a `match` on " + describe(subject->type()) + " needs an `else`");
      return nullptr;
    }
    std::string missing;
    const auto &values = space_->enums[subject->type().enumIndex].values;
    for (unsigned i = 0; i < values.size(); ++i)
      if (!llvm::is_contained(covered, Rational(i)))
        missing += (missing.empty() ? "`" : ", `") + values[i] + "`";
    if (!missing.empty()) {
      error(DiagKind::WrongArguments, expr.range,
            "this `match` does not say what holds for " + missing);
      return nullptr;
    }
  }
  llvm::erase_if(cases, [](const Case &c) { return !c.possible; });
  assert(!cases.empty() && "all values of an enum are covered");
  Node result = cases.back().value;
  for (auto it = cases.rbegin() + 1; it != cases.rend(); ++it)
    result = space_->make(ir::Op::Select, result->type(), {it->condition, it->value, result});
  return result;
}

} // namespace wsc
