// Internal to elaboration: the tree of component instances and the class that turns
// expressions into IR.
//
//   Declarations.cpp  units, dimensions, enums, tables, interfaces, types
//   Instances.cpp     components and refinements -> a tree of instances with fields
//   Names.cpp         what a name means where it stands
//   Expressions.cpp   operators, with dimension checking
//   Calls.cpp         functions, match
//   Tables.cpp        table look-up and interpolation
//   Folds.cpp         sum, product, min, max, all, any over ranges, sets and components
//   Domains.cpp       `in ...` -> finite domains
//   Limits.cpp        `in > 0 Hz` -> what a value is held against
//   Integers.cpp      what is certainly an integer
//   Fields.cpp        the value of a field, on demand
//   Choices.cpp       open components: which of several it is
//   Suites.cpp        suites of measurements: fields that rows fill
//   Provenance.cpp    named constants: where a number comes from, how far it is known
//   Indexing.cpp      what the index of names is told
//   Elaborate.cpp     the driver: roles, settings, quantities, constraints, objectives
#pragma once

#include "frontend/Elaborate.h"
#include "frontend/Index.h"
#include "support/Interval.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSet.h"

namespace wsc {

struct Instance;

/// The result of an expression: a node, a component, a table row, or nothing after an error.
struct Value {
  enum Kind { Error, Node, Component, Row };
  Kind kind = Error;
  const ir::Node *node = nullptr;
  Instance *instance = nullptr;
  unsigned table = 0;
  std::vector<const ir::Node *> keys;

  static Value of(const ir::Node *node) { return {node ? Node : Error, node, nullptr, 0, {}}; }
  static Value of(Instance *instance) {
    return {instance ? Component : Error, nullptr, instance, 0, {}};
  }
  explicit operator bool() const { return kind != Error; }
};

/// Where an expression stands: the instance whose fields it sees first, the file whose
/// declarations it sees last, and the arguments of the functions around it.
struct Scope {
  Instance *instance = nullptr;
  const Module *module = nullptr;
  llvm::StringMap<Value> locals;
};

/// An expression in the file it was written in; it is evaluated in the instance it belongs to.
struct Written {
  const ast::Expr *expr = nullptr;
  const Module *module = nullptr;
  const ast::Provenance *provenance = nullptr; ///< of the statement around it, if it can have one
};

/// A field of an instance, with everything that the layers of refinement say about it.
struct Field {
  enum Kind { Param, Let, Nested, Role };
  enum State { Pending, Active, Done };
  struct Opening {
    const ast::Domain *domain;
    const Module *module;
  };

  Kind kind;
  ast::Name name;                      ///< where it is declared
  const ast::TypeExpr *type = nullptr; ///< null for an untyped `let`
  const Module *typeModule = nullptr;
  Written definition;                       ///< Let: the formula; Param: the default
  std::vector<Written> fixes;               ///< Param: `=`, base first
  std::vector<Opening> openings;            ///< Param: `in`, base first
  bool reopened = false;                    ///< Param: a refinement opens it, so no default holds
  Instance *nested = nullptr;               ///< Nested, Role
  const ast::ComponentDecl *base = nullptr; ///< Nested: its declared component

  State state = Pending;
  Value value;
};

/// A component in its place: the merged layers of its declaration, its bases and the blocks
/// that refine it.
struct Instance {
  struct Condition {
    const ast::Member *member;
    const Module *module;
  };
  struct Layer {
    const ast::Block *block;
    const Module *module;
  };

  std::string path; ///< `core`; empty for the chip
  Instance *parent = nullptr;
  const ast::ComponentDecl *decl = nullptr; ///< of a group: what its members refine
  bool isGroup = false;                     ///< its fields are components, and nothing else
  const Module *module = nullptr;           ///< of `decl`
  std::vector<Layer> layers;                ///< base first
  std::vector<Written> extents;             ///< of an array, seen from the parent
  std::vector<Instance *> options;    ///< of an open component: its fields select between these
  const ir::Node *selector = nullptr; ///< which of the options it is
  const ir::Node *onlyIf = nullptr;   ///< of an option nothing else uses: whether it is chosen
  llvm::MapVector<llvm::StringRef, Field> fields;
  std::vector<Condition> conditions;
  llvm::StringMap<Range> conditionNames;

  std::string pathOf(llvm::StringRef field) const {
    return path.empty() ? field.str() : path + "." + field.str();
  }
};

/// What elaborating a program may cost.  A few lines can stand for any number of operations (sums
/// inside sums, functions that call others twice), so the work is counted, in steps of about a
/// tenth of a microsecond and some ten bytes.
struct Budget {
  static constexpr unsigned maxSteps = 10'000'000;
  enum Cost : unsigned { Value = 8, Member = 4, Expression = 4, Instance = 128 };

  uint64_t steps = 0;
  bool exceeded = false;
};

/// The blocks of components and the functions that were checked where they are used.
using Checked = llvm::DenseSet<const void *>;

class Elaborator {
public:
  Elaborator(const Program &program, DiagnosticEngine &diagnostics, Budget &budget,
             Checked &checked, Index *index = nullptr)
      : program_(program), diagnostics_(diagnostics), budget_(budget), checked_(checked),
        index_(index), space_(std::make_unique<ir::Space>()) {}
  ~Elaborator();

  /// The design, complete; null after errors, and where a library leaves open which one it is.
  const ir::Space *run(const Selection &selection);
  std::unique_ptr<ir::Space> takeSpace() { return std::move(space_); }
  /// Checks a component that no role reached; its IR is thrown away.  It may be the base of
  /// others, so its fields need no values.
  void checkAlone(const ast::ComponentDecl &decl);
  /// Checks the constants, tables and enums of the main file, used or not.
  void checkDeclarations();

private:
  using Node = const ir::Node *;
  struct Enumerator {
    const ast::EnumDecl *decl;
    unsigned position;
    const Module *privateTo; ///< null: any file may use it
  };

  /// A part of a role that has the fields of its interface once more: the chip of the prompts.
  struct InterfacePart {
    llvm::StringRef role;
    std::string name, prefix; ///< `prefill`; `strategy.`, nothing for chips
    size_t first, last;       ///< fields of the interface
  };

  // Declarations.cpp
  /// False when a unit or dimension is wrong, so that whatever uses it would be wrong too.
  bool declareUnits();
  bool declareDimension(const ast::DimensionDecl &decl, const Module &module);
  bool declareUnit(const ast::UnitDecl &decl, const Module &module);
  bool declareOffset(const ast::UnitDecl &decl, const Module &module, Unit &unit);
  void declareInterfaces();
  void declareInterfaceField(const ast::InterfaceDecl::Field &field, const std::string &prefix,
                             const Module &module);
  /// Adds the fields of the parts that the spec has.
  void declareParts();
  std::optional<ir::Type> type(const ast::TypeExpr &expr, const Module &module);
  std::optional<ir::Type> type(const ast::Path &path, const Module &module);
  std::optional<Dim> dimension(const ast::TypeExpr &expr, const Module &module);
  bool isInteger(const ast::TypeExpr *expr) const;
  unsigned enumIndex(const ast::EnumDecl &decl);
  /// A name that is not in `taken` yet, where it is put: `Style`, then `Style.2`.
  static std::string unique(std::string name, llvm::StringSet<> &taken);
  std::optional<unsigned> tableIndex(const ast::TableDecl &decl, const Module &module);
  /// Asks whether a component of the module with a similar name was meant.
  void suggestComponent(Diagnostic &d, Range at, const Module &module);
  const ast::ComponentDecl *findComponent(const ast::Path &path, const Module &module,
                                          const Module **owner = nullptr);
  /// The public declaration of an imported file, or null; reports what is private.
  const ast::Decl *imported(const Module &from, const ast::Name &name);

  // Instances.cpp
  Instance *instantiate(const ast::ComponentDecl &decl, const Module &module, std::string path,
                        Instance *parent);
  bool addLayers(const ast::ComponentDecl &decl, const Module &module,
                 std::vector<Instance::Layer> &layers);
  void collect(Instance &instance);
  void collectLayer(Instance &instance, const Instance::Layer &layer);
  void collectParam(Instance &instance, const ast::Member &member, const Module &module);
  void collectLet(Instance &instance, const ast::Member &member, const Module &module);
  void collectFix(Instance &instance, const ast::Member &member, const Module &module);
  void collectOpen(Instance &instance, const ast::Member &member, const Module &module);
  void collectNested(Instance &instance, const ast::Member &member, const Module &module);
  void collectGroup(Instance &instance, const ast::Member &member, const Module &module);
  void collectRefine(Instance &instance, const ast::Member &member, const Module &module);
  void collectCondition(Instance &instance, const ast::Member &member, const Module &module);
  /// How often an array repeats in one direction: a pure number.
  Node extent(const Instance &array, const Written &written);
  /// How many copies there are of a component, of all members of a group together.
  Node copies(const Instance &instance);
  Field *declare(Instance &instance, const ast::Name &name, Field::Kind kind);
  /// The field that a refinement speaks of, or null after an error.
  Field *known(Instance &instance, const ast::Name &name);
  Diagnostic &unknownField(Instance &instance, const ast::Name &name);
  /// The shared instance of a component that is used as a value.
  /// `onlyIf`: the choice for which it counts; without, it always does.
  Instance *shared(const ast::ComponentDecl &decl, const Module &module, const std::string &path,
                   Node onlyIf = nullptr);
  bool refines(const ast::ComponentDecl &decl, const Module &module,
               const ast::ComponentDecl &base);

  // Names.cpp
  /// The innermost instance around an expression that has a field of this name, or null.
  static Instance *holder(llvm::StringRef field, const Scope &scope);
  Value name(const ast::Name &name, const Scope &scope, const ir::Type *expected);
  Value member(const ast::Expr &expr, const Scope &scope);
  /// `import.Name`, `Enum.value` or `import.Enum.value`, where the left side is no value.
  std::optional<Value> qualified(const ast::Expr &expr, const Scope &scope);
  Value declared(const ast::Decl &decl, const Module &module, const ast::Name &name);
  Value constant(const ast::ConstDecl &decl, const Module &module);
  std::optional<Value> enumerator(const ast::Name &name, const ir::Type *expected,
                                  const Module &module);
  void indexEnumerators();
  const ast::Decl *findDecl(const ast::Expr &callee, const Scope &scope, const Module **owner);
  bool isHiddenByImport(const ast::Name &import, const ast::Name &name);
  bool missesSurroundings(const ast::Name &name, const Scope &scope);
  void unknownName(const ast::Name &name, const Scope &scope, const ir::Type *expected = nullptr);

  // Expressions.cpp
  Value expression(const ast::Expr &expr, const Scope &scope, const ir::Type *expected = nullptr);
  Value operation(const ast::Expr &expr, const Scope &scope, const ir::Type *expected);
  Node number(const ast::Expr &expr, const Scope &scope, const ir::Type *expected = nullptr);
  Node condition(const ast::Expr &expr, const Scope &scope);
  Node asNode(Value value, const ast::Expr &expr);
  Node literal(const ast::Expr &expr, bool negative = false);
  void unknownUnit(const ast::Expr &expr, const std::string &wrong);
  /// Whether this is a literal such as `85 degC`, whose unit has a zero of its own.
  bool isAffine(const ast::Expr &expr) const;
  /// Reports such a literal where only a difference makes sense.
  bool refuseAffine(const ast::Expr &operand);
  /// The literal of that kind that an operand is, or that the field it names is given as; or null.
  const ast::Expr *pointOf(const ast::Expr &operand, const Scope &scope) const;
  /// Reports a sum of two of them by name.
  bool refusePoints(const ast::Expr &left, const ast::Expr &right, const Scope &scope);
  Node arithmetic(const ast::Expr &expr, const Scope &scope);
  /// x * y^n, reported where it has no dimension.
  std::optional<Dim> productDimension(Dim x, Dim y, int n, Range at);
  Node powerOf(const ast::Expr &expr, const Scope &scope);
  Node comparison(const ast::Expr &expr, const Scope &scope);
  Node compare(ast::ExprKind kind, Node a, Node b, const ast::Expr &left, const ast::Expr &right,
               Range at);
  Node within(const ast::Expr &expr, const Scope &scope);
  Node choice(const ast::Expr &expr, const Scope &scope, const ir::Type *expected);
  bool sameDimension(Node a, Node b, const ast::Expr &left, const ast::Expr &right, Range at,
                     llvm::StringRef what);
  /// One of two quantities that do not fit together, as written; a declaration has no text.
  struct Side {
    Dim dim;
    std::string text;
  };
  /// Says by which factor they differ, if that is a short story.
  void explainDifference(Diagnostic &d, const Side &left, const Side &right);
  /// Checks a value against a declared type; reports at `at`.
  bool conforms(Node node, const ir::Type &type, Range at, llvm::StringRef what, Range declared);
  Node binary(ir::Op op, ir::Type type, Node a, Node b) { return space_->make(op, type, {a, b}); }
  std::string describe(const ir::Type &type) const;
  /// The value of a constant: exact where that is a short rational, else the nearest double.
  std::optional<Rational> constantValue(Node node);
  bool canBe(Node subject, const Rational &value);
  std::optional<Rational> exactValue(Node node);
  std::optional<Rational> requireConstant(Node node, Range at, llvm::StringRef what);
  /// Reports a constant that has no value, such as the root of -1.
  bool defined(Node node, Range at);
  /// Whether the branch that is being elaborated is never taken.
  bool isDeadBranch();

  // Calls.cpp
  Value call(const ast::Expr &expr, const Scope &scope);
  static std::vector<llvm::StringRef> builtinNames();
  bool arguments(const ast::Expr &expr, unsigned count, llvm::StringRef name);
  Node builtin(llvm::StringRef name, const ast::Expr &expr, const Scope &scope);
  Value function(const ast::FnDecl &fn, const Module &module, const ast::Expr &expr,
                 const Scope &scope);
  Value functionBody(const ast::FnDecl &fn, const Scope &scope);
  /// Checks the body of a function with typed parameters that nothing calls.
  void checkFunction(const ast::FnDecl &fn, const Module &module);
  Node match(const ast::Expr &expr, const Scope &scope, const ir::Type *expected);

  // Tables.cpp
  Value tableRow(const ast::TableDecl &table, const Module &module, const ast::Expr &expr,
                 const Scope &scope);
  Node column(const Value &row, const ast::Name &name);
  Node cell(const Value &row, unsigned column);
  /// That a table has what is looked up: a row, or rows on both sides of a linear key.
  Node hasRow(const Value &row);
  /// The rows that share their exact keys, by the linear key.
  struct Curve;
  std::vector<Curve> curves(const Value &row);
  Node interpolate(const Value &row, const Curve &curve, unsigned column);
  bool checkLinearKeys(const ast::TableDecl &decl, const ir::TableDef &def);

  // Folds.cpp
  Node fold(const ast::Expr &expr, const Scope &scope);
  /// One value that the name of a fold takes.
  struct Item {
    Value value;
    Node guard = nullptr;  ///< whether it takes part; null: always
    Node copies = nullptr; ///< how often it counts; null: once
  };
  using Items = std::optional<std::vector<Item>>;
  Items items(const ast::Expr &fold, const Scope &scope);
  Items rangeItems(const ast::Domain &range, const Scope &scope);
  Items domainItems(const ast::Domain &domain, const Scope &scope);
  Items componentItems(const ast::Domain &domain, Instance &instance);
  Node accumulate(ir::Op op, Node sofar, Node term, const Item &item);
  Node product(Node sofar, Node term, const Item &item, const ast::Expr &body);
  Node extremum(ir::Op op, Node sofar, Node term, const Item &item, Node &started);
  /// A dotted name of a fold as an expression, where it begins with a field or a local.
  ast::ExprPtr asExpression(const ast::Path &path, const Scope &scope);

  // Integers.cpp
  bool isIntegral(Node node);
  /// Checks a value against the `int` of its declaration.
  bool conformsToInt(Node node, const ast::TypeExpr *declared, Range at, llvm::StringRef what);

  // Domains.cpp
  /// A bound of a domain: a constant, or the range it can take over the open fields.
  struct Bound {
    Node node;
    Rational lo, hi;
  };
  struct Limit {
    ast::ExprKind comparison; ///< as in ast::Domain
    Bound bound;
  };
  /// A list of values, or limits.
  struct Values {
    std::vector<Rational> list; ///< ascending, distinct
    std::vector<Limit> limits;
    Node membership = nullptr; ///< a condition on `self` when the domain depends on fields

    /// Whether a value is in the domain; where that depends on fields, whether it can be.
    bool contains(const Rational &value) const;
  };
  std::optional<Values> domain(const ast::Domain &domain, const Scope &scope, const ir::Type &type,
                               bool integer, Node self);
  std::optional<Values> rangeDomain(const ast::Domain &domain, const Scope &scope,
                                    const ir::Type &type, Node self);
  std::optional<Values> setDomain(const ast::Domain &domain, const Scope &scope,
                                  const ir::Type &type);
  std::optional<Values> divisorsDomain(const ast::Domain &domain, const Scope &scope, Node self);
  std::optional<Values> spacedDomain(const ast::Domain &domain, const Scope &scope,
                                     const ir::Type &type, Node self);
  void warnOfPrefix(const ast::Expr &bound, const Rational &hi, const Rational &last,
                    const Rational &next, Dim dim);
  std::optional<Values> typeDomain(const ast::Domain &domain, const Scope &scope,
                                   const ir::Type &type);
  std::optional<Values> combinedDomain(const ast::Domain &domain, const Scope &scope,
                                       const ir::Type &type, bool integer, Node self);
  /// That `self` is one of the values.
  Node memberOf(const Values &values, const ir::Type &type, Node self);
  /// Reports the range `lo .. hi` where lo is greater.
  void backwards(Range domain, const ast::Expr &lo, const ast::Expr &hi);
  /// Encloses the values of a node over the box of all designs.
  Interval rangeOf(Node node) const;
  std::optional<Bound> bound(const ast::Expr &expr, const Scope &scope, const ir::Type &type);

  // Limits.cpp
  std::optional<Values> limitsDomain(const ast::Domain &domain, const Scope &scope,
                                     const ir::Type &type, Node self);
  Node withinLimits(const Values &values, Node self);
  /// Requires limits of a value that follows from open fields, unless its range is within them.
  void requireLimits(const Instance &instance, const std::string &path, const Values &values,
                     Node node, Range at);
  /// Reports a value that is not in a domain.
  Diagnostic &outside(const ast::Domain &domain, const Rational &value, const ir::Type &type,
                      llvm::StringRef name, Range at);

  // Fields.cpp
  /// Any value of a type, for checking what has no values yet; of a Space that is thrown away.
  Node placeholder(const ir::Type &type, const ast::Name &name);
  Value fieldValue(Instance &instance, Field &field);
  Value paramValue(Instance &instance, Field &field);
  Value letValue(Instance &instance, Field &field);
  Value componentValue(Instance &instance, Field &field, const Written &written);
  /// A layer may name only a refinement of the component that the one before named.
  bool narrowsComponent(Instance &instance, Field &field, const Written &earlier,
                        const Written &later);
  Node fixedValue(Instance &instance, Field &field, const ir::Type &type);
  Node openValue(Instance &instance, Field &field, const ir::Type &type);
  bool checkAgainstDomain(Instance &instance, Field &field, const ir::Type &type, Node node,
                          Range at);
  /// That the value of a field is in one of its domains.  Of one that follows from open fields this
  /// is a requirement, unless its range says so already.
  bool checkAgainst(const ast::Domain &domain, const Values &values, Instance &instance,
                    const Field &field, Node node, Range at);
  /// The values that the layers of a domain leave; empty after an error.
  std::vector<Rational> openValues(Instance &instance, Field &field, const ir::Type &type,
                                   llvm::ArrayRef<Values> layers);

  // Provenance.cpp
  /// A constant that has a name, as a node that remembers where it comes from; any other value
  /// as it is.
  Node named(std::string name, Node node, Range at, Range typeAt, const ast::Provenance &provenance,
             const Scope &scope);
  /// The same for the value of a field.
  Node namedField(Instance &instance, const Field &field, const Written &written, Node node);
  /// `within lo .. hi`; empty without one and after an error.
  std::optional<std::pair<Rational, Rational>> knownRange(llvm::StringRef name,
                                                          const ir::Type &type, Range typeAt,
                                                          const ast::Provenance &provenance,
                                                          const Scope &scope);
  /// What the ranges of the constants in a constant expression leave of it.
  std::optional<std::pair<Rational, Rational>> inheritedRange(Node node);
  static bool isStated(const ast::Provenance &provenance) {
    return !provenance.source.empty() || provenance.assumed || provenance.lo;
  }

  /// A new open field; null, and reported, when there are too many.
  Node newParam(const std::string &path, const ir::Type &type, std::vector<Rational> domain,
                Range at);
  Instance *componentOfField(const ast::Expr &expr, const Scope &scope, const Field &field);
  /// The name of a component that is used as a value.
  std::string roleName(const ast::ComponentDecl &decl, const std::string &path);

  // Choices.cpp
  struct Option {
    const ast::Expr *expr;
    const ast::ComponentDecl *decl = nullptr;
    const Module *module = nullptr;
  };
  /// The component that an expression names, of the type of the field, or null after an error.
  const ast::ComponentDecl *namedComponent(const Field &field, const ast::Expr &expr,
                                           const Scope &scope, const Module **owner);
  const ast::ComponentDecl *optionNamed(const Field &field, const ast::Name &name,
                                        const Scope &scope, const Module **owner);
  void suggestValue(Diagnostic &d, const Field &field, const ast::Expr &expr, const Module &module);
  std::optional<std::vector<Option>> options(Instance &instance, const Field &field,
                                             const Field::Opening &opening);
  bool isOption(Instance &instance, const Field &field, const ast::ComponentDecl &decl, Range at);
  Value openComponent(Instance &instance, Field &field);
  /// Makes an instance a choice, and its parts with it.
  void choose(Instance &choice, Node selector, std::vector<Instance *> options);
  Value chosenValue(Instance &choice, Field &field);
  /// That a choice is its option of this number.
  Node isChosen(Node selector, unsigned option);
  void guardRequirements();

  // Suites.cpp
  void buildSuite(const Selection &selection);
  /// Whether rows fill the field: of a suite, without a domain, and nothing fixes it.
  bool isColumn(const Instance &instance, const Field &field) const;
  Node columnValue(Instance &instance, Field &field, const ir::Type &type);
  /// Reports `from` behind a component that is no suite.
  void checkRows();

  // Indexing.cpp: nothing happens without an index.
  void used(Range at, Range definition);
  void usedField(const ast::Name &name, Instance &instance);
  void usedPath(const ast::Path &path, const Module &module, const ast::Decl &decl);
  void usedImport(const ast::Name &name, const Module &module);
  void usedGlobal(Symbol::Kind kind, const ast::Name &name);
  void usedColumn(unsigned table, const ast::Name &name);
  void usedUnits(const ast::Name &unit);
  /// Adds the values that are known only at the end.
  void settleIndex();
  /// Whether completion asks what could stand here.
  bool isPlaceholder(llvm::StringRef name) const;
  void offerFields(const Instance &instance, bool refinableOnly = false);
  void offerNames(const Scope &scope, const ir::Type *expected);
  /// Types for a path that ends in the placeholder.
  void offerTypes(const ast::Path &path, const Module &module);
  void offerComponents(const ast::Expr &expr, const Module &module);
  void offerColumns(unsigned table);
  void offerUnits();
  void offerDeclarations(const Module &module, bool values);

  // Elaborate.cpp
  void buildRoles(const Selection &selection);
  /// For a file of models and nothing to run them on: each that no other refines, by its own name.
  void buildModels();
  void buildModelOfWorkload();
  Instance *role(llvm::StringRef word, ast::Role role, const std::string &wanted);
  void applySettings(const Selection &selection);
  void applySetting(const Selection::Setting &setting);
  void elaborateInstance(Instance &instance);
  void elaborateConditions(Instance &instance);
  void elaborateConstraint(const ast::Member &member, const Scope &scope, std::string name,
                           bool mayMeasure);
  /// Adds a constraint that the compiler derived.
  void require(const Instance *owner, std::string name, Node node, std::string reason, Range at);
  /// Adds a constraint that an expression needs, where the branches around it are taken.
  void requireWhereUsed(const Scope &scope, std::string name, Node node, std::string reason,
                        Range at);
  /// Gives derived constraints names of their own: the spec's requirements have the first choice.
  void nameDerived();
  void elaborateExplore();
  void elaborateBudget(const ast::Expr &expr, const Scope &scope);
  void checkInterface();
  /// Holds a field that evaluators read against what they take.
  void checkInterfaceField(Instance &instance, Field &field, size_t interfaceField);
  static Range placeOf(const Field &field);
  const ast::ExploreDecl *explore() const;
  /// An editor shows libraries too, which need not say what design they speak of.
  bool isLibrary() const { return index_ && !explore(); }
  const ir::Node *metricIn(Node node) const;

  /// Reports that `name` is defined by way of itself; `first` is where the way round begins.
  void cyclic(const std::string &name, Range at, llvm::ArrayRef<std::pair<std::string, Range>> way);

  /// Counts work; false, and reported once, when there has been too much.
  bool spend(unsigned steps, Range at);

  ir::Location location(Range range) const;
  llvm::StringRef text(Range range) const {
    return range.file->text().slice(range.begin, range.end);
  }
  std::string text(const ast::Expr &expr) const;
  /// Reports an error; one in another file than the component that is elaborated names that, too.
  Diagnostic &error(DiagKind kind, Range range, std::string message);

  const Program &program_;
  DiagnosticEngine &diagnostics_;
  Budget &budget_;
  Checked &checked_;
  Index *index_;
  bool alone_ = false;
  bool nameFields_ = false;
  bool lenient_ = false;     ///< a plain component without its surroundings: names may be missing
  bool roleMissing_ = false; ///< a role is wrong or ambiguous, and that is reported
  unsigned depth_ = 0;       ///< of expressions inside one another, by way of definitions too
  std::unique_ptr<ir::Space> space_;

  Instance root_;
  std::vector<std::unique_ptr<Instance>> instances_;
  llvm::DenseMap<const ast::ComponentDecl *, Instance *> shared_;
  llvm::StringSet<> paths_, enumNames_, tableNames_,
      constantNames_;                   ///< taken; files may repeat a name
  std::vector<Instance *> sharedOrder_; ///< as first used
  llvm::DenseMap<const ast::EnumDecl *, unsigned> enumIndices_;
  llvm::DenseMap<const ast::TableDecl *, std::optional<unsigned>> tableIndices_;
  llvm::DenseMap<unsigned, unsigned> linearKeys_; ///< of tables that have one
  llvm::DenseMap<Node, bool> integral_;
  llvm::DenseMap<const ast::ConstDecl *, Value> constants_;
  std::vector<std::pair<std::string, Range>> active_; ///< definitions being evaluated
  const Instance *inside_ = nullptr;                  ///< of the field or requirement at work
  std::string insideOf_;                              ///< its path
  std::vector<const ast::FnDecl *> calls_;
  std::vector<const ast::ComponentDecl *> nesting_;
  std::vector<Node> guards_;               ///< conditions of the branches around an expression
  llvm::StringMap<Range> constraintNames_; ///< of the spec's own requirements
  std::vector<InterfacePart> interfaceParts_;
  std::vector<Field::Opening> interfaceDomains_; ///< of each field of the interface; null for none
  std::vector<unsigned> derived_;                ///< constraints that the compiler added
  std::vector<std::pair<unsigned, const Instance *>> owners_; ///< of constraints
  llvm::DenseSet<Node> requiredWhereUsed_; ///< such as that a table has a row, or limits
  llvm::StringMap<llvm::SmallVector<Enumerator, 1>> enumerators_;
  llvm::StringMap<std::variant<Unit, std::string>> unitsRead_; ///< what UnitTable::parseUnit said
  std::vector<std::unique_ptr<ast::Expr>> settings_;           ///< values of `--set`
  struct UsedField {
    Range at;
    Instance *instance;
    llvm::StringRef name;
  };
  std::vector<UsedField> usedFields_; ///< their values are known at the end
};

} // namespace wsc
