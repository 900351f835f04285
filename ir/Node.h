// Types and expression nodes of the IR.
#pragma once

#include "support/Rational.h"
#include "support/Units.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/FoldingSet.h"
#include "llvm/ADT/SmallVector.h"

namespace wsc::ir {

struct Type {
  enum Kind : uint8_t { Number, Bool, Enum };
  Kind kind = Number;
  unsigned enumIndex = 0; ///< into Space::enums, for Enum
  Dim dim;                ///< for Number

  static Type number(Dim dim = {}) { return {Number, 0, dim}; }
  static Type boolean() { return {Bool, 0, {}}; }
  static Type enumeration(unsigned index) { return {Enum, index, {}}; }

  bool isNumber() const { return kind == Number; }
  bool isBool() const { return kind == Bool; }
  bool isEnum() const { return kind == Enum; }
  bool operator==(const Type &) const = default;
};

enum class Op : uint8_t {
#define OP(Name, mnemonic, arity) Name,
#include "ir/Ir.def"
};

llvm::StringRef mnemonic(Op op);
/// -1 for any number of operands.
int arity(Op op);

/// When the value of an expression is known.
enum class BindingTime : uint8_t { Constant, Static, Measured };
llvm::StringRef name(BindingTime time);

/// One expression, immutable and unique within its Space: equal expressions are the same
/// object, so comparing pointers compares expressions.
class Node : public llvm::FoldingSetNode {
public:
  Op op() const { return op_; }
  const Type &type() const { return type_; }
  BindingTime bindingTime() const { return time_; }
  /// Creation order; operands always have smaller numbers than their users.
  unsigned id() const { return id_; }

  llvm::ArrayRef<const Node *> operands() const { return operands_; }
  const Node *operand(unsigned i) const { return operands_[i]; }

  /// Whether this is a number (or truth value, or enumerator), with a name or without.
  bool isConstant() const { return op_ == Op::Constant || op_ == Op::Named; }
  /// Constant, Named: the exact value; of a named constant the nominal one.
  const Rational &value() const { return *value_; }
  /// Named, Param, Metric: index into the Space's list.  Lookup, HasRow: the table.
  unsigned index() const { return index_; }
  /// Lookup: the result column.
  unsigned column() const { return column_; }

  void Profile(llvm::FoldingSetNodeID &id) const;

private:
  friend class Space;
  Node() = default;

  Op op_;
  BindingTime time_;
  Type type_;
  unsigned id_ = 0, index_ = 0, column_ = 0;
  const Rational *value_ = nullptr;
  llvm::ArrayRef<const Node *> operands_;
};

} // namespace wsc::ir
