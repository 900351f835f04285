// Compilation and evaluation of expressions at points.
#include "ir/PointProgram.h"

#include "ir/Apply.h"
#include "llvm/ADT/STLExtras.h"
#include <numeric>

namespace wsc::ir {

PointProgram::PointProgram(const Space &space, llvm::ArrayRef<const Node *> roots) {
  TapeTables tables(space);
  for (const Node *node : Space::reachable(roots)) {
    llvm::SmallVector<unsigned, 4> operands;
    for (const Node *operand : node->operands())
      operands.push_back(slots_.lookup(operand));
    slots_[node] = all_.size();
    compile(node, operands, tables);
  }
}

LLVM_ATTRIBUTE_ALWAYS_INLINE double PointProgram::evaluate(const Instruction &code,
                                                           llvm::ArrayRef<double> values) const {
  return apply<double>(
      code.op, [&](unsigned i) { return values.data()[code.operands[i]]; },
      [&](Op op) {
        const Lookup &lookup = lookups_[code.operands[0]];
        const TapeTable::Keys<double> keys{values, lookup.keys.data()};
        return op == Op::Lookup ? lookup.table->lookup(lookup.column, keys)
                                : lookup.table->hasRow(keys);
      });
}

void PointProgram::compile(const Node *node, llvm::ArrayRef<unsigned> operands,
                           TapeTables &tables) {
  const unsigned place = all_.size();
  Instruction &code = all_.emplace_back(Instruction{node->op(), place, {}});
  constants_.push_back(kernel::undefined);
  if (node->op() == Op::Param || node->op() == Op::Metric) {
    kinds_.push_back(Kind::Open);
    if (node->op() == Op::Param)
      params_.push_back({place, node->index()});
    return;
  }
  if (node->isConstant()) {
    kinds_.push_back(Kind::Constant);
    constants_.back() = toDouble(node->value());
    return;
  }
  if (node->op() == Op::Lookup || node->op() == Op::HasRow) {
    code.operands[0] = lookups_.size();
    lookups_.push_back({tables.get(node->index()), node->column(), operands.vec()});
  } else {
    llvm::copy(operands, code.operands.begin());
  }
  const bool isConstant = llvm::all_of(operands, [&](unsigned i) { return this->isConstant(i); });
  kinds_.push_back(isConstant ? Kind::Constant : Kind::Computed);
  if (!isConstant)
    return;
  constants_[place] = evaluate(code, constants_);
}

PointProgram::Part PointProgram::add(llvm::ArrayRef<Step> steps) {
  const Part part{unsigned(steps_.size()), unsigned(steps_.size() + steps.size())};
  for (const Step &step : steps) {
    const unsigned begin = code_.size();
    for (unsigned node : step.nodes)
      if (kinds_[node] == Kind::Computed)
        code_.push_back(all_[node]);
    steps_.push_back({begin, unsigned(code_.size()), step.requirement.value_or(none)});
  }
  return part;
}

PointProgram::Part PointProgram::addAll() {
  std::vector<unsigned> nodes(all_.size());
  std::iota(nodes.begin(), nodes.end(), 0);
  return add(Step{std::move(nodes)});
}

void PointProgram::load(llvm::ArrayRef<double> params, llvm::MutableArrayRef<double> values) const {
  for (const auto &[place, index] : params_)
    values[place] = params[index];
}

std::optional<unsigned> PointProgram::run(Part part, llvm::MutableArrayRef<double> values) const {
  double *const value = values.data();
  for (unsigned i = part.begin; i != part.end; ++i) {
    const CompiledStep &step = steps_.data()[i];
    const Instruction *const end = code_.data() + step.end;
    for (const Instruction *code = code_.data() + step.begin; code != end; ++code)
      value[code->result] = evaluate(*code, values);
    if (step.requirement != none && value[step.requirement] != 1)
      return step.requirement;
  }
  return std::nullopt;
}

} // namespace wsc::ir
