// Table look-up: a row by its keys, or, along a `linear` key, the straight line between the two
// rows around a value.
#include "frontend/Elaborator.h"

#include <map>

namespace wsc {

namespace {
constexpr size_t maxPoints = 1024;
} // namespace

/// Rows of equal exact keys: the points of a piecewise linear function.
struct Elaborator::Curve {
  std::vector<unsigned> rows; ///< by ascending linear key
  Node condition = nullptr;   ///< that the exact keys are these; null when there are none
};

bool Elaborator::checkLinearKeys(const ast::TableDecl &decl, const ir::TableDef &def) {
  const ast::Parameter *linear = nullptr;
  for (const ast::Parameter &column : decl.columns)
    if (column.isLinear) {
      error(DiagKind::WrongKind, column.name.range,
            "`" + column.name.text.str() + "` is a result; only a key can be `linear`");
      return false;
    }
  for (unsigned i = 0; i < def.keys; ++i) {
    if (!decl.keys[i].isLinear)
      continue;
    if (linear || !def.columns[i].type.isNumber()) {
      error(DiagKind::WrongKind, decl.keys[i].name.range,
            linear ? "a table has at most one `linear` key"
                   : "a `linear` key is a number, this is " + describe(def.columns[i].type));
      return false;
    }
    linear = &decl.keys[i];
  }
  if (!linear)
    return true;
  if (decl.rows.empty() || decl.rows.size() > maxPoints) {
    error(decl.rows.empty() ? DiagKind::WrongArguments : DiagKind::SpecTooLarge, decl.name.range,
          "a table with a `linear` key has 1 to " + std::to_string(maxPoints) + " rows");
    return false;
  }
  Dim key = def.columns[linear - decl.keys.data()].type.dim;
  for (unsigned i = def.keys; i < def.columns.size(); ++i) {
    Range at = decl.columns[i - def.keys].name.range;
    if (!def.columns[i].type.isNumber()) {
      error(DiagKind::WrongKind, at,
            "the results of a table with a `linear` key are numbers, "
            "this is " +
                describe(def.columns[i].type));
      return false;
    }
    if (!productDimension(def.columns[i].type.dim, key, -1, at))
      return false;
  }
  return true;
}

Value Elaborator::tableRow(const ast::TableDecl &table, const Module &module, const ast::Expr &expr,
                           const Scope &scope) {
  auto index = tableIndex(table, module);
  if (!index || !arguments(expr, table.keys.size(), table.name.text))
    return {};
  Value row;
  row.kind = Value::Row;
  row.table = *index;
  bool constant = true;
  for (unsigned i = 0; i < table.keys.size(); ++i) {
    const ast::Expr &argument = *expr.children[i + 1];
    ir::Type keyType = space_->tables[*index].columns[i].type;
    Value value = expression(argument, scope, &keyType);
    Node node = value ? asNode(value, argument) : nullptr;
    if (!node ||
        !conforms(node, keyType, argument.range, "the key `" + table.keys[i].name.text.str() + "`",
                  table.keys[i].name.range))
      return {};
    constant &= node->bindingTime() == ir::BindingTime::Constant;
    row.keys.push_back(node);
  }
  Node exists = hasRow(row);
  if (isDeadBranch() || (constant && constantValue(exists) == Rational(1)))
    return row;
  bool isLinear = linearKeys_.count(*index);
  if (constant && guards_.empty()) {
    error(DiagKind::WrongArguments, expr.range,
          "the table `" + table.name.text.str() + "` has no row" +
              (isLinear ? "s around these keys" : " for these keys"))
        .note(table.name.range, "the table");
    return {};
  }
  requireWhereUsed(scope, table.name.text.str() + ".has_row", exists,
                   isLinear ? "the table is not extended beyond its rows"
                            : "the table has rows only for some combinations",
                   expr.range);
  return row;
}

Elaborator::Node Elaborator::column(const Value &row, const ast::Name &name) {
  if (isPlaceholder(name.text))
    offerColumns(row.table);
  const auto &table = space_->tables[row.table];
  std::vector<llvm::StringRef> names;
  for (unsigned i = table.keys; i < table.columns.size(); ++i) {
    if (table.columns[i].name == name.text)
      return cell(row, i);
    names.push_back(table.columns[i].name);
  }
  error(DiagKind::UnknownMember, name.range,
        "the table `" + table.name + "` has no column `" + name.text.str() + "`")
      .suggestName(name.range, names);
  return nullptr;
}

Elaborator::Node Elaborator::cell(const Value &row, unsigned column) {
  if (!linearKeys_.count(row.table))
    return space_->lookup(row.table, column, row.keys);
  std::vector<Curve> all = curves(row);
  Node result = interpolate(row, all.back(), column);
  for (const Curve &curve : llvm::reverse(llvm::ArrayRef(all).drop_back()))
    result = space_->make(ir::Op::Select, result->type(),
                          {curve.condition, interpolate(row, curve, column), result});
  return result;
}

Elaborator::Node Elaborator::hasRow(const Value &row) {
  auto linear = linearKeys_.find(row.table);
  if (linear == linearKeys_.end())
    return space_->hasRow(row.table, row.keys);
  const auto &table = space_->tables[row.table];
  ir::Type boolean = ir::Type::boolean(), keyType = table.columns[linear->second].type;
  Node key = row.keys[linear->second], any = space_->truth(false);
  for (const Curve &curve : curves(row)) {
    auto end = [&](unsigned i) { return space_->constant(table.rows[i][linear->second], keyType); };
    Node inside =
        binary(ir::Op::And, boolean, binary(ir::Op::Le, boolean, end(curve.rows.front()), key),
               binary(ir::Op::Le, boolean, key, end(curve.rows.back())));
    if (curve.condition)
      inside = binary(ir::Op::And, boolean, curve.condition, inside);
    any = binary(ir::Op::Or, boolean, any, inside);
  }
  return any;
}

std::vector<Elaborator::Curve> Elaborator::curves(const Value &row) {
  const auto &table = space_->tables[row.table];
  unsigned linear = linearKeys_.lookup(row.table);
  std::map<std::vector<Rational>, std::vector<unsigned>> byExactKeys;
  for (unsigned i = 0; i < table.rows.size(); ++i) {
    std::vector<Rational> exact;
    for (unsigned k = 0; k < table.keys; ++k)
      if (k != linear)
        exact.push_back(table.rows[i][k]);
    byExactKeys[std::move(exact)].push_back(i);
  }
  std::vector<Curve> result;
  for (auto &[exact, rows] : byExactKeys) {
    llvm::sort(rows, [&](unsigned a, unsigned b) {
      return table.rows[a][linear] < table.rows[b][linear];
    });
    Curve curve{rows, nullptr};
    for (unsigned k = 0; k < table.keys; ++k) {
      if (k == linear)
        continue;
      ir::Type type = table.columns[k].type;
      Node same = binary(ir::Op::Eq, ir::Type::boolean(), row.keys[k],
                         space_->constant(table.rows[rows[0]][k], type));
      curve.condition =
          curve.condition ? binary(ir::Op::And, ir::Type::boolean(), curve.condition, same) : same;
    }
    result.push_back(std::move(curve));
  }
  return result;
}

/// y(x) = y0 + sum over the segments of slope * (the part of the segment below x).  Unlike a chain
/// of choices, this keeps the bounds of a monotone table exact over intervals of x.
Elaborator::Node Elaborator::interpolate(const Value &row, const Curve &curve, unsigned column) {
  unsigned linear = linearKeys_.lookup(row.table);
  const auto &table = space_->tables[row.table];
  ir::Type keyType = table.columns[linear].type, type = table.columns[column].type;
  ir::Type slopeType = ir::Type::number(type.dim / keyType.dim);
  Node x = row.keys[linear];
  auto value = [&](unsigned i) {
    std::vector<Node> keys;
    for (unsigned k = 0; k < table.keys; ++k)
      keys.push_back(space_->constant(table.rows[i][k], table.columns[k].type));
    return space_->lookup(row.table, column, keys);
  };
  Node result = value(curve.rows[0]);
  for (unsigned i = 1; i < curve.rows.size(); ++i) {
    const Rational &from = table.rows[curve.rows[i - 1]][linear];
    const Rational &to = table.rows[curve.rows[i]][linear];
    Node rise = binary(ir::Op::Sub, type, value(curve.rows[i]), value(curve.rows[i - 1]));
    Node slope = binary(ir::Op::Div, slopeType, rise, space_->constant(to - from, keyType));
    Node start = space_->constant(from, keyType);
    Node clamped = binary(ir::Op::Min, keyType, binary(ir::Op::Max, keyType, x, start),
                          space_->constant(to, keyType));
    Node part = binary(ir::Op::Sub, keyType, clamped, start);
    result = binary(ir::Op::Add, type, result, binary(ir::Op::Mul, type, slope, part));
  }
  return result;
}

} // namespace wsc
