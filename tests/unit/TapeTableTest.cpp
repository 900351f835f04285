// Look-ups in large tables: what an index finds is what a scan of all rows finds.
#include "ir/TapeTable.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

using namespace wsc;
using namespace wsc::ir;

namespace {

/// A table with up to 300 rows of one to three keys and a value, some rows alike.
TableDef anyTable(std::mt19937_64 &random) {
  TableDef def{"t", unsigned(1 + random() % 3), {}, {}, {}};
  for (unsigned k = 0; k <= def.keys; ++k)
    def.columns.push_back({"c" + std::to_string(k), Type::number()});
  const unsigned values = 1 + random() % 150, rows = 1 + random() % 300;
  for (unsigned i = 0; i < rows; ++i) {
    std::vector<Rational> row;
    for (unsigned k = 0; k <= def.keys; ++k) {
      row.push_back(Rational(long(random() % values) - 20, 1 + random() % 3));
      row.back().canonicalize();
    }
    def.rows.push_back(std::move(row));
  }
  return def;
}

/// Keys of a row, or near them.
std::vector<Rational> anyKeys(const TableDef &def, std::mt19937_64 &random) {
  std::vector<Rational> keys = def.rows[random() % def.rows.size()];
  keys.pop_back();
  if (random() % 3 == 0)
    keys[random() % keys.size()] += Rational(1, 1 + random() % 3);
  return keys;
}

const std::vector<Rational> *scan(const TableDef &def, const std::vector<Rational> &keys) {
  auto row = std::find_if(def.rows.begin(), def.rows.end(), [&](const auto &row) {
    return std::equal(keys.begin(), keys.end(), row.begin());
  });
  return row == def.rows.end() ? nullptr : &*row;
}

constexpr unsigned operands[] = {0, 1, 2};

} // namespace

TEST(TapeTable, FindsTheFirstRowOfAScan) {
  std::mt19937_64 random(5);
  unsigned found = 0;
  for (unsigned i = 0; i < 300; ++i) {
    const TableDef def = anyTable(random);
    const TapeTable table(def);
    for (unsigned j = 0; j < 30; ++j) {
      const std::vector<Rational> keys = anyKeys(def, random);
      const std::vector<kernel::Exact> exact(keys.begin(), keys.end());
      std::vector<double> numbers;
      for (const Rational &key : keys)
        numbers.push_back(toDouble(key));
      const std::vector<Rational> *row = scan(def, keys);
      found += row != nullptr;
      EXPECT_EQ(table.hasRow({numbers, operands}), row != nullptr);
      EXPECT_EQ(table.hasRow({exact, operands}), Rational(row != nullptr));
      const double number = table.lookup(def.keys, {numbers, operands});
      EXPECT_TRUE(row ? number == toDouble(row->back()) : std::isnan(number));
      EXPECT_EQ(table.lookup(def.keys, {exact, operands}),
                row ? kernel::Exact(row->back()) : std::nullopt);
    }
  }
  EXPECT_GT(found, 5000u);
}

TEST(TapeTable, EnclosesTheRowsOfAScan) {
  std::mt19937_64 random(6);
  unsigned some = 0, none = 0;
  for (unsigned i = 0; i < 300; ++i) {
    const TableDef def = anyTable(random);
    const TapeTable table(def);
    for (unsigned j = 0; j < 30; ++j) {
      std::vector<Interval> box;
      for (const Rational &key : anyKeys(def, random)) {
        const Interval lower = enclose(key);
        box.push_back({lower.lo, lower.hi + random() % 5 * (random() % 8)});
      }
      bool any = false, isCertain = false;
      Interval hull{};
      const RowIndex::Selection rows = table.select({box, operands});
      for (const std::vector<Rational> &row : def.rows) {
        bool mayMatch = true, isPoint = true;
        for (unsigned k = 0; k < def.keys; ++k) {
          const Interval key = enclose(row[k]);
          mayMatch &= box[k].lo <= key.hi && key.lo <= box[k].hi;
          isPoint &= box[k].isPoint() && key.isPoint();
        }
        if (!mayMatch)
          continue;
        hull = any ? wsc::hull(hull, enclose(row.back())) : enclose(row.back());
        any = true;
        isCertain |= isPoint;
        for (unsigned k = 0; k < def.keys; ++k) {
          const Interval left = rows.hull(k, box[k]), key = enclose(row[k]);
          EXPECT_TRUE(box[k].lo <= left.lo && left.hi <= box[k].hi);
          EXPECT_TRUE(left.lo <= std::max(box[k].lo, key.lo) &&
                      std::min(box[k].hi, key.hi) <= left.hi);
        }
      }
      (any ? some : none)++;
      EXPECT_EQ(table.hasRow({box, operands}), Interval::truth(!isCertain, any));
      EXPECT_EQ(table.lookup(def.keys, {box, operands}), any ? hull : Interval::all());
    }
  }
  EXPECT_GT(some, 5000u);
  EXPECT_GT(none, 500u);
}

TEST(TapeTable, RangesOfKeysAreThoseOfTheRowsThatAreLeft) {
  TableDef def{"t", 2, {}, {{1, 10, 7}, {2, 20, 8}, {3, 20, 9}, {4, 50, 9}}, {}};
  for (const char *name : {"a", "b", "value"})
    def.columns.push_back({name, Type::number()});
  const std::vector<Interval> box = {{2, 9}, {0, 40}};
  const TapeTable table(def);
  RowIndex::Selection rows = table.select({box, operands});
  EXPECT_EQ(rows.hull(0, box[0]), (Interval{2, 3}));
  EXPECT_EQ(rows.hull(1, box[1]), (Interval{20, 20}));
  rows.require(2, {9, 9});
  EXPECT_EQ(rows.hull(0, box[0]), (Interval{3, 3}));
  rows.require(2, {0, 8});
  EXPECT_GT(rows.hull(0, box[0]).lo, rows.hull(0, box[0]).hi);
}
