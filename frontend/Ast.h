// The syntax tree: a .wsc file as written, with places, before any meaning.
//
// Names and literals are slices of the source text, which outlives the tree.
#pragma once

#include "support/Source.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <memory>
#include <variant>
#include <vector>

namespace wsc::ast {

struct Name {
  llvm::StringRef text;
  Range range;
};

/// A dotted path `a.b.c`.
struct Path {
  llvm::SmallVector<Name, 2> parts;
  Range range;
  llvm::StringRef text() const;
};

// ---- expressions ---------------------------------------------------------------------------

enum class ExprKind {
  Number, // text, unit
  Name,   // text
  Field,  // children[0].text
  Call,   // children[0](children[1..])
  Fold,   // children[0](text in domain : children[1]), such as sum(i in 1 .. 8 : f(i))
  Negate,
  Power,
  Mul,
  Div,
  Mod,
  Add,
  Sub,
  Within, // children[0] within children[1] of children[2]
  Le,
  Lt,
  Ge,
  Gt,
  Eq,
  Ne,
  Not,
  And,
  Or,
  Implies,
  If,    // condition, then, else
  Match, // subject, then pattern and value in turn; a null pattern is `else`
};

struct Expr;
struct Domain;
using ExprPtr = std::unique_ptr<Expr>;

struct Expr {
  ExprKind kind;
  Range range;
  Name name; ///< Number: the digits; Name, Field, Fold: the name
  Name unit; ///< Number: the unit, empty for none
  bool parenthesized = false;
  std::vector<ExprPtr> children;
  std::unique_ptr<Domain> domain; ///< Fold: what the name ranges over

  Expr();
  ~Expr();
};

/// `energy/data/length`, or the name of an enum, a component, `int`, `real` or `bool`.
struct TypeExpr {
  struct Factor {
    Path path;    ///< empty for a number
    Name number;  ///< the digits of a number or an exponent, if written
    int exponent; ///< 0 when the digits are no exponent of a dimension
  };
  std::vector<Factor> factors;
  Range range;
};

struct Domain {
  enum Kind { Range, Set, Pow2, Divisors, Multiples, Type, Union, Except, Limits };
  Kind kind;
  wsc::Range range;
  /// Range: lo, hi[, step]; Pow2: lo, hi; Multiples: k, lo, hi; Limits: what is compared with
  std::vector<ExprPtr> exprs;
  std::vector<ExprKind> comparisons;   ///< Limits: one for each, Gt, Ge, Lt or Le
  Path type;                           ///< Type: an enum; of a Fold, components too
  std::unique_ptr<Domain> left, right; ///< Union, Except
};

/// Where a number comes from.
struct Provenance {
  std::string source; ///< `from "..."`
  bool assumed = false;
  ExprPtr lo, hi; ///< `within lo .. hi`
};

// ---- members of components --------------------------------------------------------------------

struct Block;

struct Member {
  enum Kind { Param, Let, Require, Prefer, Fix, Open, Nested, Group, Refine };
  Kind kind;
  Range range;
  std::string doc;
  llvm::SmallVector<Name, 1> names;
  std::unique_ptr<TypeExpr> type; ///< Param, Let
  std::unique_ptr<Domain> domain; ///< Param, Let, Open
  ExprPtr expr;                   ///< default, definition, value or condition
  ExprPtr weight;                 ///< Prefer
  std::string reason;             ///< Require: the `else` text
  bool isOverride = false;        ///< Let
  Path base;                      ///< Nested, Group
  std::vector<ExprPtr> extents;   ///< Nested
  std::unique_ptr<Block> block;   ///< Nested, Group, Refine
  Provenance provenance;
};

struct Block {
  std::vector<Member> members;
};

// ---- declarations --------------------------------------------------------------------------

enum class Role { Component, Technology, Chip, Model, Workload, Strategy, Suite };

struct DimensionDecl {
  Name name;
  std::unique_ptr<TypeExpr> type;
};
struct UnitDecl {
  Name name;
  std::unique_ptr<TypeExpr> type;
  ExprPtr value;
  ExprPtr offset; ///< where its scale starts: 273.15 K for degC
  std::vector<Name> prefixes;
};
struct EnumDecl {
  Name name;
  std::vector<Name> values;
};
struct ConstDecl {
  Name name;
  std::unique_ptr<TypeExpr> type;
  ExprPtr value;
  Provenance provenance;
};
struct Parameter {
  Name name;
  std::unique_ptr<TypeExpr> type;
  bool isLinear = false; ///< of a table's key: interpolated between the rows
};
struct FnDecl {
  Name name;
  std::vector<Parameter> parameters;
  std::unique_ptr<TypeExpr> type;
  ExprPtr body;
  Provenance provenance;
};
struct TableDecl {
  struct Row {
    std::vector<ExprPtr> keys, values;
    Range range;
    Provenance provenance; ///< where it differs from that of the table
  };
  Name name;
  std::vector<Parameter> keys, columns;
  std::vector<Row> rows;
  Provenance provenance;
};
struct InterfaceDecl {
  struct Field {
    Path path;
    TypeExpr type;
    std::unique_ptr<Domain> domain;
    ExprPtr fallback;
    std::string doc;
    bool isMetric;
  };
  Name name;
  std::vector<Field> fields;
};
struct ComponentDecl {
  Role role;
  Name name;
  Path base;        ///< empty for none
  std::string data; ///< Suite: the file with its rows, as written; empty for none
  Range dataRange;
  Block block;
};
struct ExploreDecl {
  struct Objective {
    ExprPtr expr;
    bool maximize;
    Range range;
  };
  struct Setting {
    Name name;
    ExprPtr value;
  };
  Name name; ///< of the keyword when it has none
  std::vector<Objective> objectives;
  std::vector<Setting> settings;
  std::vector<Member> constraints; ///< Require and Prefer
};

struct Decl {
  std::variant<DimensionDecl, UnitDecl, EnumDecl, ConstDecl, FnDecl, TableDecl, InterfaceDecl,
               ComponentDecl, ExploreDecl>
      node;
  Range range;
  std::string doc;
  bool isPrivate = false;
  const Name &name() const;
  template <typename T> const T *as() const { return std::get_if<T>(&node); }
};

struct Import {
  Path path;
  Name alias; ///< the last part of the path unless `as` is given
};

struct File {
  const SourceFile *source;
  Name version; ///< N of `wsc N`, empty when the line is missing
  std::vector<Import> imports;
  std::vector<Decl> decls;
};

} // namespace wsc::ast
