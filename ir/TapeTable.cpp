// Table look-up in three arithmetics.
#include "ir/TapeTable.h"

#include "ir/PointKernel.h"

#include <cmath>

namespace wsc::ir {

using kernel::Exact;

Interval enclose(const Rational &value) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  constexpr double largest = std::numeric_limits<double>::max();
  const auto [nearest, side] = nearestDouble(value);
  if (!std::isfinite(nearest))
    return nearest > 0 ? Interval{largest, inf} : Interval{-inf, -largest};
  return {side > 0 ? std::nextafter(nearest, -inf) : nearest,
          side < 0 ? std::nextafter(nearest, inf) : nearest};
}

Interval enclose(const NamedConstant &constant) {
  return constant.range ? hull(enclose(constant.range->first), enclose(constant.range->second))
                        : enclose(constant.value);
}

TapeTable::TapeTable(const TableDef &def)
    : keys_(def.keys), columns_(def.columns.size()), rows_(def.rows.size()) {
  for (const TableDef::Column &column : def.columns)
    unknown_.push_back(column.type.isBool() ? Interval::truth(true, true) : Interval::all());
  for (const std::vector<Rational> &row : def.rows)
    for (const Rational &value : row)
      cells_.push_back({toDouble(value), enclose(value), &value});
}

namespace {
bool isUndefined(double key) { return std::isnan(key); }
bool isUndefined(const Exact &key) { return !key; }
bool equals(double key, double number, const Rational *) { return key == number; }
bool equals(const Exact &key, double, const Rational *exact) { return key && *key == *exact; }
} // namespace

/// The first row with these keys, null if there is none.
template <typename V> const TapeTable::Cell *TapeTable::find(Keys<V> keys) const {
  for (unsigned i = 0; i < rows_; ++i) {
    const Cell *cells = row(i);
    unsigned k = 0;
    while (k < keys_ && equals(keys[k], cells[k].number, cells[k].exact))
      ++k;
    if (k == keys_)
      return cells;
  }
  return nullptr;
}

double TapeTable::lookup(unsigned column, Keys<double> keys) const {
  const Cell *cells = find(keys);
  return cells ? cells[column].number : kernel::undefined;
}

Exact TapeTable::lookup(unsigned column, Keys<Exact> keys) const {
  const Cell *cells = find(keys);
  return cells ? Exact(*cells[column].exact) : std::nullopt;
}

double TapeTable::hasRow(Keys<double> keys) const {
  for (unsigned k = 0; k < keys_; ++k)
    if (isUndefined(keys[k]))
      return kernel::undefined;
  return find(keys) != nullptr;
}

Exact TapeTable::hasRow(Keys<Exact> keys) const {
  for (unsigned k = 0; k < keys_; ++k)
    if (isUndefined(keys[k]))
      return std::nullopt;
  return Rational(find(keys) ? 1 : 0);
}

Interval TapeTable::matches(const Cell *row, Keys<Interval> keys) const {
  Interval result = Interval::truth(false, true);
  for (unsigned k = 0; k < keys_ && !result.certainlyFalse(); ++k)
    result = logicalAnd(result, eq(keys[k], row[k].enclosure));
  return result;
}

/// Whether no key lies apart from that of the row.
bool TapeTable::mayMatch(const Cell *row, Keys<Interval> keys) const {
  for (unsigned k = 0; k < keys_; ++k)
    if (keys[k].hi < row[k].enclosure.lo || row[k].enclosure.hi < keys[k].lo)
      return false;
  return true;
}

Interval TapeTable::lookup(unsigned column, Keys<Interval> keys) const {
  bool any = false;
  Interval result{};
  for (unsigned i = 0; i < rows_; ++i) {
    if (!mayMatch(row(i), keys))
      continue;
    Interval value = row(i)[column].enclosure;
    result = any ? hull(result, value) : value;
    any = true;
  }
  return any ? result : unknown_[column];
}

Interval TapeTable::hasRow(Keys<Interval> keys) const {
  Interval result = Interval::truth(true, false);
  for (unsigned i = 0; i < rows_; ++i)
    if (mayMatch(row(i), keys))
      result = logicalOr(result, matches(row(i), keys));
  return result;
}

std::shared_ptr<const TapeTable> TapeTables::get(unsigned index) {
  if (!tables_[index])
    tables_[index] = std::make_shared<const TapeTable>(space_.tables[index]);
  return tables_[index];
}

} // namespace wsc::ir
