// tables: what the domains of the key fields leave of a table.  Rows that no key reaches go; of
// columns that agree in the rows that are left, one remains in use, and of tables that are equal,
// too.  A look-up that always finds a row, and whose value does not depend on some key, does
// without the key: then it is a constant, or a line if it is one, or a look-up in a smaller table.
// (A line has exact intervals and is propagated backward; a table is not.)
//
//   before   lookup "t".area %n     %n in { 1, 2 }, rows 1: 3; 2: 5; 9: 7
//   after    add (mul 2 %n) 1
#include "passes/Pass.h"

#include "ir/Tape.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include <map>
#include <set>

namespace wsc::passes {

namespace {

using ir::Node;
using ir::Op;
using Operands = llvm::ArrayRef<const Node *>;
using Tuple = std::vector<Rational>;

/// Keys whose fields have more combinations are taken to reach every row.
constexpr double maxCombinations = 1024;

/// The key tuples that some design looks up; nothing if that is not known.
using Reached = std::optional<std::set<Tuple>>;

Reached reachedKeys(const ir::Space &space, Operands keys) {
  ir::Tape tape(space, keys);
  double combinations = 1;
  for (unsigned param : tape.params())
    combinations *= space.params[param].domain.size();
  if (combinations > maxCombinations || !tape.metrics().empty())
    return std::nullopt;

  std::set<Tuple> reached;
  std::vector<Rational> point(space.params.size());
  for (unsigned n = 0; n < combinations; ++n) {
    unsigned rest = n;
    for (unsigned param : tape.params()) {
      const std::vector<Rational> &domain = space.params[param].domain;
      point[param] = domain[rest % domain.size()];
      rest /= domain.size();
    }
    Tuple tuple;
    for (unsigned k = 0; k < keys.size(); ++k) {
      std::optional<Rational> value = tape.evaluateExactly(k, point);
      if (!value)
        return std::nullopt;
      tuple.push_back(*value);
    }
    reached.insert(std::move(tuple));
  }
  return reached;
}

Tuple keysOf(const ir::TableDef &table, const Tuple &row) {
  return {row.begin(), row.begin() + table.keys};
}

/// Which table to use instead of each: the first that says the same.
std::vector<unsigned> firstEqual(llvm::ArrayRef<ir::TableDef> tables) {
  auto same = [](const ir::TableDef &a, const ir::TableDef &b) {
    return a.keys == b.keys && a.rows == b.rows && a.columns.size() == b.columns.size() &&
           llvm::all_of(llvm::zip(a.columns, b.columns),
                        [](auto pair) { return std::get<0>(pair).type == std::get<1>(pair).type; });
  };
  std::vector<unsigned> first;
  for (const ir::TableDef &table : tables)
    first.push_back(llvm::find_if(tables, [&](auto &other) { return same(other, table); }) -
                    tables.begin());
  return first;
}

class Compressor {
public:
  explicit Compressor(const ir::Space &space)
      : space_(space), first_(firstEqual(space.tables)), rows_(space.tables.size()) {
    for (const Node *node : space.reachable())
      if (node->op() == Op::Lookup || node->op() == Op::HasRow)
        note(node);
  }

  const Node *rewrite(ir::Space &to, const Node *old, Operands operands) {
    if (old->op() == Op::HasRow)
      return hasRow(to, old, operands);
    return old->op() == Op::Lookup ? lookup(to, old, operands) : to.withOperands(old, operands);
  }

  /// Drops the rows that no look-up reaches.
  void dropRows(ir::Space &to) const {
    for (unsigned i = 0; i < rows_.size(); ++i) {
      ir::TableDef &table = to.tables[i];
      bool hasSources = !table.rowSources.empty();
      unsigned kept = 0;
      for (unsigned r = 0; r < table.rows.size(); ++r) {
        if (!isReached(i, table.rows[r]))
          continue;
        if (hasSources)
          table.rowSources[kept] = table.rowSources[r];
        std::swap(table.rows[kept++], table.rows[r]);
      }
      table.rows.resize(kept);
      if (hasSources)
        table.rowSources.resize(kept);
    }
  }

private:
  /// What the look-ups of one table need of it.
  struct Rows {
    bool all = false;
    std::set<Tuple> keys;
  };

  void note(const Node *node) {
    auto [it, isNew] = reached_.try_emplace(node->operands().vec());
    if (isNew)
      it->second = reachedKeys(space_, node->operands());
    Rows &rows = rows_[first_[node->index()]];
    if (it->second)
      rows.keys.insert(it->second->begin(), it->second->end());
    else
      rows.all = true;
  }

  bool isReached(unsigned table, const Tuple &row) const {
    return rows_[table].all || rows_[table].keys.count(keysOf(space_.tables[table], row));
  }

  const Node *hasRow(ir::Space &to, const Node *old, Operands operands) const {
    unsigned index = first_[old->index()];
    if (const Reached &reached = reached_.at(old->operands().vec())) {
      auto found = rowsOf(space_.tables[index], *reached);
      if (found.size() == reached->size() || found.empty())
        return to.truth(!found.empty() || reached->empty());
    }
    return to.hasRow(index, operands);
  }

  static std::map<Tuple, const Tuple *> rowsOf(const ir::TableDef &table,
                                               const std::set<Tuple> &reached) {
    std::map<Tuple, const Tuple *> found;
    for (const Tuple &row : table.rows)
      if (Tuple keys = keysOf(table, row); reached.count(keys))
        found[keys] = &row;
    return found;
  }

  const Node *lookup(ir::Space &to, const Node *old, Operands operands) {
    unsigned index = first_[old->index()];
    const ir::TableDef &table = space_.tables[index];
    unsigned column = firstAlike(index, old->column());
    const Reached &reached = reached_.at(old->operands().vec());
    if (reached && !reached->empty())
      if (auto rows = rowsOf(table, *reached); rows.size() == reached->size())
        if (const Node *simpler = withoutKeys(to, index, column, rows, operands))
          return simpler;
    return to.lookup(index, column, operands);
  }

  /// The first column of the same type with the same values in all rows that are left.
  unsigned firstAlike(unsigned index, unsigned column) const {
    const ir::TableDef &table = space_.tables[index];
    for (unsigned other = table.keys; other < column; ++other)
      if (table.columns[other].type == table.columns[column].type &&
          llvm::all_of(table.rows, [&](const Tuple &row) {
            return !isReached(index, row) || row[other] == row[column];
          }))
        return other;
    return column;
  }

  /// A look-up that finds one of `rows` whatever the design, on as few keys as determine its
  /// value; null if it needs them all and is not linear.
  const Node *withoutKeys(ir::Space &to, unsigned index, unsigned column,
                          const std::map<Tuple, const Tuple *> &rows, Operands operands) {
    const ir::TableDef &table = space_.tables[index];
    llvm::SmallVector<unsigned, 4> keys = llvm::to_vector(llvm::seq(table.keys));
    for (unsigned key = 0; key < table.keys; ++key) {
      auto fewer = keys;
      llvm::erase(fewer, key);
      if (project(rows, fewer, column))
        keys = fewer;
    }
    std::map<Tuple, Rational> values = *project(rows, keys, column);
    const ir::Type &type = table.columns[column].type;
    if (keys.empty())
      return to.constant(values.begin()->second, type);
    if (keys.size() == 1 && type.isNumber() && table.columns[keys[0]].type.isNumber())
      if (const Node *line = lineThrough(to, type, values, operands[keys[0]]))
        return line;
    return keys.size() < table.keys ? smaller(to, index, column, keys, values, operands) : nullptr;
  }

  /// The values of a column by some of the keys, if these determine them.
  static std::optional<std::map<Tuple, Rational>>
  project(const std::map<Tuple, const Tuple *> &rows, llvm::ArrayRef<unsigned> keys,
          unsigned column) {
    std::map<Tuple, Rational> values;
    for (const auto &[tuple, row] : rows) {
      Tuple some;
      for (unsigned key : keys)
        some.push_back(tuple[key]);
      if (values.try_emplace(some, (*row)[column]).first->second != (*row)[column])
        return std::nullopt;
    }
    return values;
  }

  /// y0 + slope * (key - x0), if all the values lie on it.
  static const Node *lineThrough(ir::Space &to, const ir::Type &type,
                                 const std::map<Tuple, Rational> &values, const Node *key) {
    const Rational &x0 = values.begin()->first[0], &y0 = values.begin()->second;
    Rational slope = (values.rbegin()->second - y0) / (values.rbegin()->first[0] - x0);
    for (const auto &[x, y] : values)
      if (y != y0 + slope * (x[0] - x0))
        return nullptr;
    std::optional<Dim> dim = type.dim.times(key->type().dim, -1);
    if (!dim)
      return nullptr;
    const Node *product = to.make(Op::Mul, type, {to.constant(slope, ir::Type::number(*dim)), key});
    return to.make(Op::Add, type, {product, to.constant(y0 - slope * x0, type)});
  }

  const Node *smaller(ir::Space &to, unsigned index, unsigned column, llvm::ArrayRef<unsigned> keys,
                      const std::map<Tuple, Rational> &values, Operands operands) {
    const ir::TableDef &table = space_.tables[index];
    ir::TableDef def;
    def.name = table.name + "." + table.columns[column].name;
    def.keys = keys.size();
    def.provenance = table.provenance;
    llvm::SmallVector<const Node *, 3> left;
    for (unsigned key : keys) {
      def.columns.push_back(table.columns[key]);
      left.push_back(operands[key]);
    }
    def.columns.push_back(table.columns[column]);
    for (const auto &[keyValues, value] : values) {
      def.rows.push_back(keyValues);
      def.rows.back().push_back(value);
    }
    unsigned result = def.keys;
    return to.lookup(addTable(to, std::move(def)), result, left);
  }

  /// A new table, or one that was made before; its name is made unique.
  static unsigned addTable(ir::Space &to, ir::TableDef def) {
    std::string base = def.name;
    for (unsigned n = 2;; def.name = base + "." + std::to_string(n++)) {
      auto known = llvm::find_if(to.tables, [&](auto &t) { return t.name == def.name; });
      if (known == to.tables.end()) {
        to.tables.push_back(std::move(def));
        return to.tables.size() - 1;
      }
      if (*known == def)
        return known - to.tables.begin();
    }
  }

  const ir::Space &space_;
  std::vector<unsigned> first_;                          ///< by table, see firstEqual
  std::vector<Rows> rows_;                               ///< by table
  std::map<std::vector<const Node *>, Reached> reached_; ///< by key operands
};

} // namespace

std::unique_ptr<ir::Space> compressTables(const ir::Space &space) {
  Compressor compressor(space);
  auto result = rebuild(space, [&](ir::Space &to, const Node *old, Operands operands) {
    return compressor.rewrite(to, old, operands);
  });
  compressor.dropRows(*result);
  return result;
}

} // namespace wsc::passes
