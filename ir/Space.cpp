// The Space's node factories and look-ups.
#include "ir/Space.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cstring>

namespace wsc::ir {

namespace {
struct OpInfo {
  const char *mnemonic;
  int arity;
};
const OpInfo ops[] = {
#define OP(Name, mnemonic, arity) {mnemonic, arity},
#include "ir/Ir.def"
};

void profile(llvm::FoldingSetNodeID &id, Op op, const Type &type, unsigned index, unsigned column,
             const Rational *value, llvm::ArrayRef<const Node *> operands) {
  id.AddInteger(static_cast<unsigned>(op));
  id.AddInteger(static_cast<unsigned>(type.kind));
  id.AddInteger(type.enumIndex);
  uint64_t dim[Dim::maxBases / sizeof(uint64_t)];
  static_assert(sizeof dim == Dim::maxBases);
  std::memcpy(dim, type.dim.exponents().data(), sizeof dim);
  for (uint64_t exponents : dim)
    id.AddInteger(exponents);
  id.AddInteger(index);
  id.AddInteger(column);
  // By the limbs of numerator and denominator: a canonical rational has one form.
  if (value)
    for (mpz_srcptr part : {value->get_num_mpz_t(), value->get_den_mpz_t()}) {
      id.AddInteger(mpz_sgn(part));
      id.AddInteger(mpz_size(part));
      for (size_t i = 0; i < mpz_size(part); ++i)
        id.AddInteger(static_cast<unsigned long long>(mpz_getlimbn(part, i)));
    }
  for (const Node *operand : operands)
    id.AddPointer(operand);
}
} // namespace

llvm::StringRef mnemonic(Op op) { return ops[static_cast<int>(op)].mnemonic; }
int arity(Op op) { return ops[static_cast<int>(op)].arity; }

llvm::StringRef name(BindingTime time) {
  switch (time) {
  case BindingTime::Constant: return "constant";
  case BindingTime::Static: return "static";
  case BindingTime::Measured: return "measured";
  }
  llvm_unreachable("covered switch");
}

void Node::Profile(llvm::FoldingSetNodeID &id) const {
  profile(id, op_, type_, index_, column_, value_, operands_);
}

bool TableDef::operator==(const TableDef &other) const {
  return name == other.name && keys == other.keys && rows == other.rows;
}

Param::Param(std::string name, Type type, std::vector<Rational> domain, Location location)
    : name(std::move(name)), type(type), domain(std::move(domain)), location(location) {
  for (const Rational &value : this->domain) {
    auto [nearest, side] = nearestDouble(value);
    values.push_back(nearest);
    isRounded |= side != 0;
  }
}

std::optional<unsigned> Param::indexOf(const Rational &value) const {
  auto it = std::lower_bound(domain.begin(), domain.end(), value);
  if (it == domain.end() || *it != value)
    return std::nullopt;
  return it - domain.begin();
}

const Node *Space::unique(Op op, Type type, unsigned index, unsigned column, const Rational *value,
                          llvm::ArrayRef<const Node *> operands) {
  llvm::FoldingSetNodeID id;
  profile(id, op, type, index, column, value, operands);
  void *position;
  if (Node *known = nodes_.FindNodeOrInsertPos(id, position))
    return known;
  Node *node = new (allocator_) Node();
  node->op_ = op;
  node->type_ = type;
  node->id_ = nextId_++;
  node->index_ = index;
  node->column_ = column;
  if (value)
    node->value_ = &rationals_.emplace_back(*value);
  node->operands_ = operands.copy(allocator_);
  node->time_ = op == Op::Param    ? BindingTime::Static
                : op == Op::Metric ? BindingTime::Measured
                                   : BindingTime::Constant;
  for (const Node *operand : operands)
    node->time_ = std::max(node->time_, operand->bindingTime());
  nodes_.InsertNode(node, position);
  return node;
}

const Node *Space::constant(const Rational &value, Type type) {
  return unique(Op::Constant, type, 0, 0, &value, {});
}
const Node *Space::named(unsigned index) {
  return unique(Op::Named, constants[index].type, index, 0, &constants[index].value, {});
}
const Node *Space::param(unsigned index) {
  return unique(Op::Param, params[index].type, index, 0, nullptr, {});
}
const Node *Space::metric(unsigned index) {
  return unique(Op::Metric, metrics[index].type, index, 0, nullptr, {});
}
const Node *Space::make(Op op, Type type, llvm::ArrayRef<const Node *> operands) {
  return unique(op, type, 0, 0, nullptr, operands);
}
const Node *Space::lookup(unsigned table, unsigned column, llvm::ArrayRef<const Node *> keys) {
  return unique(Op::Lookup, tables[table].columns[column].type, table, column, nullptr, keys);
}
const Node *Space::hasRow(unsigned table, llvm::ArrayRef<const Node *> keys) {
  return unique(Op::HasRow, Type::boolean(), table, 0, nullptr, keys);
}
const Node *Space::withOperands(const Node *node, llvm::ArrayRef<const Node *> operands) {
  return unique(node->op(), node->type(), node->index(), node->column(),
                node->isConstant() ? &node->value() : nullptr, operands);
}

const Quantity *Space::findQuantity(llvm::StringRef wanted) const {
  for (const Quantity &quantity : quantities)
    if (quantity.name == wanted)
      return &quantity;
  return nullptr;
}

std::vector<const Node *> Space::reachable(llvm::ArrayRef<const Node *> roots) {
  llvm::DenseSet<const Node *> seen;
  std::vector<const Node *> stack(roots.begin(), roots.end()), result;
  while (!stack.empty()) {
    const Node *node = stack.back();
    stack.pop_back();
    if (!seen.insert(node).second)
      continue;
    result.push_back(node);
    stack.insert(stack.end(), node->operands().begin(), node->operands().end());
  }
  llvm::sort(result, [](auto *a, auto *b) { return a->id() < b->id(); });
  return result;
}

std::vector<const Node *> Space::reachable() const {
  std::vector<const Node *> roots;
  for (const Quantity &quantity : quantities)
    roots.push_back(quantity.node);
  for (const Constraint &constraint : constraints)
    roots.push_back(constraint.node);
  for (const Objective &objective : objectives)
    roots.push_back(objective.node);
  for (const InterfaceField &field : interface)
    if (field.fallback)
      roots.push_back(field.fallback);
  return reachable(roots);
}

double Space::designCount() const {
  double count = 1;
  for (const Param &param : params)
    count *= param.domain.size();
  return count;
}

std::unique_ptr<Space> Space::cloneDeclarations() const {
  auto copy = std::make_unique<Space>();
  copy->name = name;
  copy->budget = budget;
  copy->units = units;
  copy->enums = enums;
  copy->tables = tables;
  copy->constants = constants;
  copy->params = params;
  copy->metrics = metrics;
  return copy;
}

std::string formatValue(const Space &space, const Type &type, double value) {
  if (type.isBool())
    return value ? "true" : "false";
  if (type.isEnum()) {
    const auto &values = space.enums[type.enumIndex].values;
    return value >= 0 && value < values.size() ? values[static_cast<size_t>(value)] : "undefined";
  }
  return space.units.format(value, type.dim);
}

} // namespace wsc::ir
