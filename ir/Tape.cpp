// Compilation of expressions to a Tape, and its evaluation in three arithmetics (Apply.h).
#include "ir/Tape.h"

#include "ir/Apply.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::ir {

using kernel::Exact;

// ---- compilation ------------------------------------------------------------------------

/// For a Tape that shares its tables with none.
static TapeTables &own(TapeTables &&tables) { return tables; }

Tape::Tape(const Space &space, llvm::ArrayRef<const Node *> roots, Constants constants)
    : Tape(space, roots, own(TapeTables(space)), constants) {}

Tape::Tape(const Space &space, llvm::ArrayRef<const Node *> roots, TapeTables &tables,
           Constants constants)
    : space_(&space), tables_(space.tables.size()) {
  llvm::DenseMap<const Node *, unsigned> slots;
  llvm::DenseSet<unsigned> used;
  for (const Node *node : Space::reachable(roots)) {
    slots[node] = code_.size();
    code_.push_back(compile(node, constants));
    code_.back().first = operands_.size();
    for (const Node *operand : node->operands())
      operands_.push_back(slots.lookup(operand));
    if (node->op() == Op::Param)
      params_.push_back(node->index());
    if (node->op() == Op::Metric)
      metrics_.push_back(node->index());
    if (node->op() == Op::Lookup || node->op() == Op::HasRow)
      used.insert(node->index());
  }
  for (const Node *root : roots)
    roots_.push_back(slots.lookup(root));
  for (unsigned table : used)
    tables_[table] = tables.get(table);
  llvm::sort(params_);
  llvm::sort(metrics_);
}

Tape::Instruction Tape::compile(const Node *node, Constants constants) const {
  Instruction code{node->op(), node->index(), node->column()};
  if (node->op() == Op::Named) {
    code.op = constants == Constants::Open ? Op::Param : Op::Constant;
    code.index += space_->params.size();
  }
  code.count = node->operands().size();
  code.enclosure = node->type().isBool() ? Interval::truth(true, true) : Interval::all();
  if (node->isConstant()) {
    code.constant = toDouble(node->value());
    code.enclosure = enclose(node->value());
    code.exact = &node->value();
  }
  if (node->op() == Op::Param)
    code.rounded = space_->params[node->index()].isRounded;
  return code;
}

// ---- evaluation -------------------------------------------------------------------------

/// A node from its operands in `values`.
template <typename V>
static LLVM_ATTRIBUTE_ALWAYS_INLINE V
applyTo(Op op, unsigned index, unsigned column, const unsigned *operands, llvm::ArrayRef<V> values,
        llvm::ArrayRef<std::shared_ptr<const TapeTable>> tables) {
  return apply<V>(
      op, [&](unsigned i) -> const V & { return values.data()[operands[i]]; },
      [&](Op op) -> V {
        const TapeTable::Keys<V> keys{values, operands};
        return op == Op::Lookup ? tables[index]->lookup(column, keys) : tables[index]->hasRow(keys);
      });
}

/// Not inlined: results then come back in registers.  Inlined, the compiler assembles an
/// Interval on the stack by halves and reads it back whole, which stalls (11 ns a node instead of
/// 7).
template <typename V>
LLVM_ATTRIBUTE_NOINLINE V Tape::apply(const Instruction &code, llvm::ArrayRef<V> values) const {
  return applyTo<V>(code.op, code.index, code.column, operands_.data() + code.first, values,
                    tables_);
}

/// Inlined, as passing the arguments would take as long as most operations.
LLVM_ATTRIBUTE_ALWAYS_INLINE double Tape::evaluateNode(const Instruction &code,
                                                       llvm::ArrayRef<double> params,
                                                       llvm::ArrayRef<double> metrics,
                                                       llvm::ArrayRef<double> values) const {
  switch (code.op) {
  case Op::Constant: return code.constant;
  case Op::Param: return params[code.index];
  case Op::Metric: return metrics[code.index];
  default:
    return applyTo<double>(code.op, code.index, code.column, operands_.data() + code.first, values,
                           tables_);
  }
}

void Tape::evaluate(llvm::ArrayRef<double> params, llvm::ArrayRef<double> metrics,
                    llvm::MutableArrayRef<double> results) const {
  llvm::SmallVector<double, 512> values;
  values.resize_for_overwrite(code_.size());
  for (unsigned i = 0; i < code_.size(); ++i)
    values[i] = evaluateNode(code_[i], params, metrics, values);
  for (unsigned i = 0; i < roots_.size(); ++i)
    results[i] = values[roots_[i]];
}

/// A parameter's values are given as nearest doubles; this covers the exact ones.
static Interval widen(Interval a) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  return {std::nextafter(a.lo, -inf), std::nextafter(a.hi, inf)};
}

void Tape::evaluate(llvm::ArrayRef<Interval> params, std::vector<Interval> &workspace,
                    llvm::MutableArrayRef<Interval> results) const {
  if (workspace.size() < code_.size())
    workspace.resize(code_.size());
  Interval *value = workspace.data();
  for (const Instruction &code : code_) {
    if (code.op == Op::Constant || code.op == Op::Metric)
      *value++ = code.enclosure;
    else if (code.op == Op::Param)
      *value++ = code.rounded ? widen(params[code.index]) : params[code.index];
    else
      *value++ = apply<Interval>(code, workspace);
  }
  for (unsigned i = 0; i < roots_.size(); ++i)
    results[i] = workspace[roots_[i]];
}

Interval Tape::evaluateNode(unsigned i, llvm::ArrayRef<Interval> values) const {
  const Instruction &code = code_[i];
  switch (code.op) {
  case Op::Constant: return code.enclosure;
  case Op::Param:
  case Op::Metric: return values[i];
  default: return apply<Interval>(code, values);
  }
}

double Tape::evaluateNode(unsigned i, llvm::ArrayRef<double> values) const {
  const bool isKept = code_[i].op == Op::Param || code_[i].op == Op::Metric;
  return isKept ? values[i] : evaluateNode(code_[i], {}, {}, values);
}

std::optional<Rational> Tape::evaluateExactly(unsigned root,
                                              llvm::ArrayRef<Rational> params) const {
  unsigned last = roots_[root];
  llvm::BitVector needed(last + 1);
  needed.set(last);
  for (unsigned i = last + 1; i-- > 0;)
    if (needed[i])
      for (unsigned k = 0; k < code_[i].count; ++k)
        needed.set(operands_[code_[i].first + k]);

  std::vector<Exact> values(last + 1);
  for (unsigned i : needed.set_bits()) {
    const Instruction &code = code_[i];
    if (code.op == Op::Constant)
      values[i] = *code.exact;
    else if (code.op == Op::Param)
      values[i] = params[code.index];
    else if (code.op != Op::Metric)
      values[i] = apply<Exact>(code, values);
  }
  return values[last];
}

std::vector<Interval> designBox(const Space &space) {
  std::vector<Interval> box;
  for (const Param &param : space.params)
    box.push_back({param.values.front(), param.values.back()});
  return box;
}

} // namespace wsc::ir
