// The Space: the one representation of a spec after elaboration.  A search space has open
// parameters, a design has none; both are the same object.
//
// It owns everything it mentions: units, enums, tables, parameters with finite domains, a
// hash-consed expression DAG, named quantities, named constraints and objectives.
#pragma once

#include "ir/Node.h"
#include "llvm/Support/Allocator.h"
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace wsc::ir {

/// Where something was written, as text, so that it survives printing.
struct Location {
  std::string file;
  unsigned line = 0, column = 0, length = 0;
  explicit operator bool() const { return line != 0; }
  bool operator==(const Location &) const = default;
};

/// Who says so.
struct Provenance {
  std::string source;     ///< `from "..."`, empty without one
  bool assumed = false;   ///< the spec says itself that nobody published it
  Location location = {}; ///< where it is written
};

/// A number of the spec that has a name: a `const`, or a field with a value of its own that says
/// where it comes from (`technology.bond_yield`).
struct NamedConstant {
  std::string name;
  Type type;      ///< a number
  Rational value; ///< the nominal one
  /// What it is known to be within, the nominal value inside.
  std::optional<std::pair<Rational, Rational>> range = {};
  Provenance provenance = {};
};

struct EnumDef {
  std::string name;
  std::vector<std::string> values;
};

/// A table: `keys` columns select a row, the others are results.  Key rows are unique.
struct TableDef {
  struct Column {
    std::string name;
    Type type;
  };
  std::string name;
  unsigned keys = 0;
  std::vector<Column> columns;             ///< keys first
  std::vector<std::vector<Rational>> rows; ///< in base units
  Provenance provenance = {};
  std::vector<std::string> rowSources = {}; ///< of each row its own, or nothing for all

  bool operator==(const TableDef &) const;
};

/// An open field and its finite domain, values ascending and distinct.
struct Param {
  std::string name;
  Type type;
  std::vector<Rational> domain;
  std::vector<double> values; ///< `domain` rounded to double
  bool isRounded = false;     ///< whether a value of `domain` is not a double
  Location location;          ///< of the `in` that opens it

  Param(std::string name, Type type, std::vector<Rational> domain, Location location);
  std::optional<unsigned> indexOf(const Rational &value) const;
};

/// A named field: `wafer.power`.  Every field of the spec is one, open, fixed or derived.
struct Quantity {
  std::string name;
  const Node *node;
  Location location;
};

struct Constraint {
  std::string name;
  const Node *node;   ///< of type bool
  std::string reason; ///< the `else` text, may be empty
  Location location;
  double weight = 0; ///< 0: must hold; otherwise the weight of a `prefer`

  bool isHard() const { return weight == 0; }
  bool isMeasured() const { return node->bindingTime() == BindingTime::Measured; }
};

struct Objective {
  std::string name; ///< the expression as written
  const Node *node;
  bool maximize;
  Location location;
};

/// A quantity that an evaluator reports: declared in stdlib/interfaces.wsc.
struct MetricDef {
  std::string name;
  Type type;
  std::string meaning;
};

/// A field that an evaluator reads: declared in stdlib/interfaces.wsc.
struct InterfaceField {
  std::string path; ///< `chip.reticle.peak`
  Type type;
  std::string meaning;
  const Node *fallback; ///< null: required
};

class Space {
public:
  Space() = default;
  Space(const Space &) = delete;
  Space &operator=(const Space &) = delete;

  std::string name;
  std::optional<unsigned> budget; ///< evaluations of a search, where the spec states it
  UnitTable units;
  std::vector<EnumDef> enums;
  std::vector<TableDef> tables;
  std::vector<NamedConstant> constants;
  std::vector<Param> params;
  std::vector<MetricDef> metrics;
  std::vector<InterfaceField> interface;
  std::vector<Quantity> quantities;
  std::vector<Constraint> constraints;
  std::vector<Objective> objectives;

  // Node factories: each returns the unique node; operands must belong to this Space.
  const Node *constant(const Rational &value, Type type = Type::number());
  const Node *truth(bool value) { return constant(value ? 1 : 0, Type::boolean()); }
  const Node *named(unsigned index);
  const Node *param(unsigned index);
  const Node *metric(unsigned index);
  const Node *make(Op op, Type type, llvm::ArrayRef<const Node *> operands);
  const Node *lookup(unsigned table, unsigned column, llvm::ArrayRef<const Node *> keys);
  const Node *hasRow(unsigned table, llvm::ArrayRef<const Node *> keys);
  /// The same operation as `node` on other operands.
  const Node *withOperands(const Node *node, llvm::ArrayRef<const Node *> operands);

  const Quantity *findQuantity(llvm::StringRef name) const;

  /// Nodes that quantities, constraints, objectives and interface defaults reach, operands
  /// first.
  std::vector<const Node *> reachable() const;
  /// The same below given roots.
  static std::vector<const Node *> reachable(llvm::ArrayRef<const Node *> roots);

  /// The number of raw designs: the product of the domain sizes.
  double designCount() const;

  /// An empty Space with the same declarations (units, enums, tables, constants, params,
  /// metrics), for passes that rebuild the expressions.
  std::unique_ptr<Space> cloneDeclarations() const;

private:
  const Node *unique(Op op, Type type, unsigned index, unsigned column, const Rational *value,
                     llvm::ArrayRef<const Node *> operands);

  llvm::BumpPtrAllocator allocator_;
  llvm::FoldingSet<Node> nodes_;
  std::deque<Rational> rationals_;
  unsigned nextId_ = 0;
};

/// The value of a domain element as users write it: `weight_stationary`, `48 kB`, `true`.
std::string formatValue(const Space &space, const Type &type, double value);

} // namespace wsc::ir
