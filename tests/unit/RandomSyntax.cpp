// The grammar of docs/language.md read backwards.
#include "RandomSyntax.h"
#include "SyntaxDump.h"

namespace wsc {

using ast::Domain;
using ast::ExprKind;
using ast::Member;

namespace {

/// Binding strength, tightest last, as docs/language.md lists it.
enum Level {
  Loosest,
  If,
  Implies,
  Or,
  And,
  Not,
  Compare,
  Within,
  Sum,
  Product,
  Negate,
  Power,
  Postfix,
  Primary,
};

const struct {
  const char *text;
  ExprKind kind;
  Level level;
  bool rightAssociative = false;
} operators[] = {
    {"implies", ExprKind::Implies, Implies, true},
    {"or", ExprKind::Or, Or},
    {"and", ExprKind::And, And},
    {"<=", ExprKind::Le, Compare},
    {"<", ExprKind::Lt, Compare},
    {">=", ExprKind::Ge, Compare},
    {">", ExprKind::Gt, Compare},
    {"==", ExprKind::Eq, Compare},
    {"!=", ExprKind::Ne, Compare},
    {"+", ExprKind::Add, Sum},
    {"-", ExprKind::Sub, Sum},
    {"*", ExprKind::Mul, Product},
    {"/", ExprKind::Div, Product},
    {"mod", ExprKind::Mod, Product},
    {"^", ExprKind::Power, Power, true},
};

std::string node(ExprKind kind, std::vector<std::string> words, std::vector<std::string> children) {
  return dumpNode(static_cast<int>(kind), std::move(words), std::move(children));
}

} // namespace

std::string RandomSyntax::name() {
  // Some are words of the grammar that stay free as names.
  const char *names[] = {"a",    "b",  "rows", "größe",  "model",
                         "unit", "of", "chip", "weight", "from"};
  const char *chosen = names[below(10)];
  word(chosen);
  return chosen;
}

std::string RandomSyntax::leaf() {
  if (below(2))
    return node(ExprKind::Name, {name()}, {});
  const char *numbers[] = {"0", "1", "2.5", "1e9", "1.5e-3", "1_000"};
  const char *units[] = {"", "", "m", "mm^2", "pJ/bit/mm", "%", "s^-1"};
  std::string number = numbers[below(6)], unit = units[below(7)];
  emit(Kind::Number, number);
  if (!unit.empty())
    emit(Kind::Unit, unit);
  return node(ExprKind::Number, {number, unit}, {});
}

std::string RandomSyntax::binary(unsigned op, unsigned depth) {
  const auto &[text, kind, level, rightAssociative] = operators[op];
  std::string left = expression(rightAssociative ? level + 1 : level, depth);
  emit(isalpha(text[0]) ? Kind::Word : Kind::Symbol, text);
  std::string right = expression(rightAssociative ? level : level + 1, depth);
  return node(kind, {}, {left, right});
}

std::string RandomSyntax::expression(int least, unsigned depth) {
  constexpr unsigned operatorCount = std::size(operators);
  unsigned choice = depth == 0 ? 100 : below(operatorCount + 9);
  const Level others[] = {Negate, Not, Within, If, Primary, Postfix, Postfix, Postfix};
  Level level = choice < operatorCount       ? operators[choice].level
                : choice < operatorCount + 8 ? others[choice - operatorCount]
                                             : Primary;
  bool group = level < least || rarely();
  if (group)
    symbol("(");
  std::string result;
  --depth; // never used where it wraps around
  if (choice < operatorCount) {
    result = binary(choice, depth);
  } else if (choice == operatorCount) {
    symbol("-");
    result = node(ExprKind::Negate, {}, {expression(Negate, depth)});
  } else if (choice == operatorCount + 1) {
    word("not");
    result = node(ExprKind::Not, {}, {expression(Not, depth)});
  } else if (choice == operatorCount + 2) {
    std::string value = expression(Within, depth);
    word("within");
    std::string tolerance = expression(Loosest, depth);
    word("of");
    result = node(ExprKind::Within, {}, {value, tolerance, expression(Within + 1, depth)});
  } else if (choice == operatorCount + 3) {
    word("if");
    std::string condition = expression(Loosest, depth);
    word("then");
    std::string yes = expression(Loosest, depth);
    word("else");
    result = node(ExprKind::If, {}, {condition, yes, expression(If, depth)});
  } else if (choice == operatorCount + 4) {
    word("match");
    std::vector<std::string> parts{expression(Loosest, depth)};
    symbol("{");
    for (unsigned i = below(3); i > 0; --i) {
      parts.push_back(expression(Loosest, depth));
      symbol(":");
      parts.push_back(expression(Loosest, depth));
      symbol(",");
    }
    word("else");
    symbol(":");
    parts.push_back("else");
    parts.push_back(expression(Loosest, depth));
    symbol("}");
    result = node(ExprKind::Match, {}, parts);
  } else if (choice == operatorCount + 5) {
    std::string base = node(ExprKind::Name, {name()}, {});
    symbol(".");
    result = node(ExprKind::Field, {name()}, {base});
  } else if (choice == operatorCount + 6) {
    std::vector<std::string> parts{node(ExprKind::Name, {name()}, {})};
    symbol("(");
    for (unsigned i = below(3); i > 0; --i) {
      parts.push_back(expression(Loosest, depth));
      if (i > 1)
        symbol(",");
    }
    symbol(")");
    result = node(ExprKind::Call, {}, parts);
  } else if (choice == operatorCount + 7) {
    std::string fold = node(ExprKind::Name, {name()}, {});
    symbol("(");
    std::string element = name();
    word("in");
    std::string values = domain();
    symbol(":");
    result = node(ExprKind::Fold, {element, values}, {fold, expression(Loosest, depth)});
    symbol(")");
  } else {
    result = leaf();
  }
  if (group) {
    symbol(")");
    // The mark stands behind the words of the node, before domains and children.
    size_t children = std::min({result.find(" (", 1), result.find(" else", 1), result.size() - 1});
    result.insert(children, " !");
  }
  return result;
}

std::string RandomSyntax::type() {
  std::vector<std::string> factors;
  for (unsigned i = 1 + below(2); i > 0; --i) {
    bool divide = !factors.empty() && below(2);
    if (!factors.empty())
      symbol(divide ? "/" : "*");
    std::string base = name(), digits;
    int exponent = 1;
    if (rarely()) {
      symbol("^");
      emit(Kind::Number, digits = "2");
      exponent = 2;
    }
    factors.push_back(base + digits + "^" + std::to_string(divide ? -exponent : exponent));
  }
  return dumpNode(0, {}, factors);
}

std::string RandomSyntax::limits() {
  std::vector<std::string> bounds, comparisons;
  for (unsigned i = 1 + below(2); i > 0; --i) {
    const bool lower = below(2);
    symbol(lower ? ">=" : "<");
    comparisons.push_back(std::to_string(static_cast<int>(lower ? ExprKind::Ge : ExprKind::Lt)));
    bounds.push_back(expression(Sum, 1));
    if (i > 1)
      word("and");
  }
  return dumpNode(Domain::Limits, comparisons, bounds);
}

std::string RandomSyntax::domain() {
  if (rarely())
    return limits();
  std::string left = basicDomain();
  for (unsigned i = below(3); i > 1; --i) {
    bool unite = below(2);
    word(unite ? "union" : "except");
    left = dumpNode(unite ? Domain::Union : Domain::Except, {left, basicDomain()}, {});
  }
  return left;
}

std::string RandomSyntax::basicDomain() {
  std::vector<std::string> parts;
  auto range = [&] {
    parts.push_back(expression(Loosest, 1));
    symbol("..");
    parts.push_back(expression(Loosest, 1));
  };
  switch (below(4)) {
  case 0:
    range();
    if (below(2)) {
      word("step");
      parts.push_back(expression(Loosest, 1));
    }
    return dumpNode(Domain::Range, {}, parts);
  case 1:
    symbol("{");
    parts.push_back(expression(Loosest, 1));
    for (unsigned i = below(3); i > 0; --i) {
      symbol(",");
      parts.push_back(expression(Loosest, 1));
    }
    symbol("}");
    return dumpNode(Domain::Set, {}, parts);
  case 2:
    word("pow2");
    symbol("(");
    range();
    symbol(")");
    return dumpNode(Domain::Pow2, {}, parts);
  default:
    word("divisors");
    symbol("(");
    parts.push_back(expression(Loosest, 1));
    symbol(")");
    return dumpNode(Domain::Divisors, {}, parts);
  }
}

std::string RandomSyntax::member(unsigned depth) {
  std::string kindless = dumpNode(0, {}, {}); // of an array without extents
  auto expr = [&] { return expression(Loosest, 3); };
  auto named = [&](const char *keyword) {
    word(keyword);
    std::string result = name();
    symbol(":");
    return result;
  };
  switch (below(depth > 0 ? 9 : 6)) {
  case 0: {
    std::string label = named("param"), kind = type(), values, value;
    if (below(2)) {
      word("in");
      values = domain();
    }
    if (below(2)) {
      symbol("=");
      value = expr();
    }
    return dumpNode(Member::Param, {label}, {kind, values, value, kindless});
  }
  case 1: {
    bool isOverride = rarely();
    if (isOverride)
      word("override");
    word("let");
    std::string label = name();
    symbol("=");
    return dumpNode(Member::Let, {label, isOverride ? "override" : ""}, {expr(), kindless});
  }
  case 2: {
    std::string label = named("require"), condition = expr(), reason;
    if (below(2)) {
      word("else");
      symbol("\"so \\\"it\\\" must\"");
      reason = "so \"it\" must";
    }
    return dumpNode(Member::Require, {label, reason}, {condition, kindless});
  }
  case 3: {
    std::string label = named("prefer"), condition = expr();
    word("weight");
    return dumpNode(Member::Prefer, {label}, {condition, expr(), kindless});
  }
  case 4: {
    std::string label = name(), source;
    symbol("=");
    std::string value = expr();
    if (rarely()) {
      word("from");
      symbol("\"a paper\"");
      source = "from:a paper";
    }
    return dumpNode(Member::Fix, {label, source}, {value, kindless});
  }
  case 5: {
    std::string label = name();
    word("in");
    return dumpNode(Member::Open, {label}, {domain(), kindless});
  }
  case 6: {
    std::string label = name();
    symbol(":");
    std::string base = name(), extents = kindless;
    if (below(2)) {
      symbol("[");
      extents = dumpNode(0, {}, {expr()});
      symbol("]");
    }
    return dumpNode(Member::Nested, {label, base}, {extents, block(depth - 1)});
  }
  case 7: {
    std::string label = named("group"), base = name();
    return dumpNode(Member::Group, {label, base}, {kindless, block(depth - 1)});
  }
  default: {
    std::string label = name();
    return dumpNode(Member::Refine, {label}, {kindless, block(depth - 1)});
  }
  }
}

std::string RandomSyntax::block(unsigned depth) {
  symbol("{");
  std::string result = "{";
  for (unsigned i = below(5); i > 0; --i) {
    result += member(depth);
    emit(Kind::Break, below(2) ? "\n" : ";");
  }
  symbol("}");
  return result + "}";
}

void RandomSyntax::file() {
  word("wsc");
  emit(Kind::Number, "1");
  emit(Kind::Break, "\n");
  dump_ = "1\n";
  for (unsigned i = 1 + below(3); i > 0; --i) {
    bool isPrivate = rarely();
    if (isPrivate)
      word("private");
    word("chip");
    std::string label = name();
    dump_ += std::string("7 ") + (isPrivate ? "private 2" : "2") + label + ":" + block(2) + "\n";
    emit(Kind::Break, "\n");
  }
}

std::string RandomSyntax::gap(const Token &before, const Token &after) {
  // A unit stands on the line of its number; what follows a unit must not look like its rest.
  if (after.kind == Kind::Unit || before.kind == Kind::Unit)
    return " ";
  if (before.kind == Kind::Break || after.kind == Kind::Break)
    return rarely() ? " " : "";
  if (rarely())
    return rarely() ? " // note\n" : "\n";
  bool mayTouch = before.kind == Kind::Symbol || after.kind == Kind::Symbol;
  return mayTouch && below(2) ? "" : " ";
}

std::string RandomSyntax::text() {
  std::string result;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    if (i > 0)
      result += gap(tokens_[i - 1], tokens_[i]);
    result += tokens_[i].text;
  }
  return result;
}

} // namespace wsc
