// Table look-up in three arithmetics.
#include "ir/TapeTable.h"

#include "ir/PointKernel.h"
#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <numeric>

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
    : keys_(def.keys), columns_(def.columns.size()), sorted_(def.rows.size()) {
  for (const TableDef::Column &column : def.columns)
    unknown_.push_back(column.type.isBool() ? Interval::truth(true, true) : Interval::all());
  for (const std::vector<Rational> &row : def.rows)
    for (const Rational &value : row)
      cells_.push_back({toDouble(value), enclose(value), &value});
  std::iota(sorted_.begin(), sorted_.end(), 0);
  llvm::stable_sort(sorted_, [&](unsigned a, unsigned b) {
    return std::lexicographical_compare(
        row(a), row(a) + keys_, row(b), row(b) + keys_,
        [](const Cell &x, const Cell &y) { return x.number < y.number; });
  });
  index_ = {unsigned(def.rows.size()), columns_,
            [&](unsigned i, unsigned k) { return row(i)[k].enclosure; }};
}

/// The first row with these keys, null if there is none.
const TapeTable::Cell *TapeTable::find(Keys<double> keys) const {
  const auto first = llvm::partition_point(sorted_, [&](unsigned i) {
    const Cell *cells = row(i);
    unsigned k = 0;
    while (k < keys_ && cells[k].number == keys[k])
      ++k;
    return k < keys_ && cells[k].number < keys[k];
  });
  if (first == sorted_.end())
    return nullptr;
  const Cell *cells = row(*first);
  for (unsigned k = 0; k < keys_; ++k)
    if (cells[k].number != keys[k])
      return nullptr;
  return cells;
}

const TapeTable::Cell *TapeTable::find(Keys<Exact> keys) const {
  const Cell *found = nullptr;
  auto differs = [&](const Cell *cells) {
    for (unsigned k = 0; k < keys_; ++k)
      if (!keys[k] || *keys[k] != *cells[k].exact)
        return true;
    return false;
  };
  RowIndex::Selection rows(index_);
  for (unsigned k = 0; k < keys_; ++k)
    if (keys[k])
      rows.require(k, enclose(*keys[k]));
  rows.visit([&](unsigned i) {
    if (differs(row(i)))
      return true;
    found = row(i);
    return false;
  });
  return found;
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
    if (std::isnan(keys[k]))
      return kernel::undefined;
  return find(keys) != nullptr;
}

Exact TapeTable::hasRow(Keys<Exact> keys) const {
  for (unsigned k = 0; k < keys_; ++k)
    if (!keys[k])
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

RowIndex::Selection TapeTable::select(Keys<Interval> keys) const {
  RowIndex::Selection rows(index_);
  for (unsigned k = 0; k < keys_; ++k)
    rows.require(k, keys[k]);
  return rows;
}

template <typename F> void TapeTable::visitMatches(Keys<Interval> keys, F visit) const {
  select(keys).visit([&](unsigned i) { return !mayMatch(row(i), keys) || visit(row(i)); });
}

Interval TapeTable::lookup(unsigned column, Keys<Interval> keys) const {
  bool any = false;
  Interval result{};
  visitMatches(keys, [&](const Cell *row) {
    result = any ? hull(result, row[column].enclosure) : row[column].enclosure;
    return any = true;
  });
  return any ? result : unknown_[column];
}

Interval TapeTable::hasRow(Keys<Interval> keys) const {
  Interval result = Interval::truth(true, false);
  bool arePoints = true;
  for (unsigned k = 0; k < keys_; ++k)
    arePoints &= keys[k].isPoint();
  visitMatches(keys, [&](const Cell *row) {
    result = logicalOr(result, matches(row, keys));
    return arePoints && !result.certainlyTrue(); // of ranges no row is certain
  });
  return result;
}

std::shared_ptr<const TapeTable> TapeTables::get(unsigned index) {
  if (!tables_[index])
    tables_[index] = std::make_shared<const TapeTable>(space_.tables[index]);
  return tables_[index];
}

} // namespace wsc::ir
