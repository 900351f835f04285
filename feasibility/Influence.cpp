// One at a time: every field over its domain, every constant by a tenth.
#include "feasibility/Influence.h"

#include "ir/Ranges.h"
#include "ir/Rebuild.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::feasibility {

namespace {

/// Whether a number is rather that of a field than one of many like it in formulas.
bool isTelling(const ir::Node *node) {
  return node->op() == ir::Op::Constant && node->type().isNumber() &&
         (!node->type().dim.isNumber() || !isInteger(node->value()) || abs(node->value()) > 16);
}

/// The quantity alone, in a Space where each fixed field whose value is its own is a named
/// constant.  The fields are those of the original.
std::unique_ptr<ir::Space> withNamedFields(const ir::Space &space, const ir::Node *quantity) {
  llvm::DenseMap<const ir::Node *, std::vector<const ir::Quantity *>> holders;
  for (const ir::Quantity &field : space.quantities)
    if (isTelling(field.node) && field.location)
      holders[field.node].push_back(&field);
  auto result = space.cloneDeclarations();
  auto map = ir::rebuildNodes(
      *result, ir::Space::reachable(quantity),
      [&](ir::Space &to, const ir::Node *node, llvm::ArrayRef<const ir::Node *> operands) {
        auto it = holders.find(node);
        if (it == holders.end() || it->second.size() != 1)
          return to.withOperands(node, operands);
        to.constants.push_back({it->second.front()->name, node->type(), node->value()});
        return to.named(to.constants.size() - 1);
      });
  result->quantities.push_back({"", map.lookup(quantity), {}});
  return result;
}

class Sweep {
public:
  Sweep(const ir::Space &space, llvm::ArrayRef<double> point)
      : tape_(space, space.quantities.front().node, ir::Tape::Constants::Open), point_(point),
        metrics_(space.metrics.size(), NAN) {
    for (const ir::NamedConstant &constant : space.constants)
      point_.push_back(toDouble(constant.value));
  }

  llvm::ArrayRef<unsigned> params() const { return tape_.params(); }
  double value(unsigned slot) const { return point_[slot]; }

  /// The difference between the greatest and the least value while one slot takes others.
  double swing(unsigned slot, llvm::ArrayRef<double> values) {
    double kept = point_[slot], least = INFINITY, greatest = -INFINITY;
    auto look = [&](double value) {
      point_[slot] = value;
      double result;
      tape_.evaluate(point_, metrics_, result);
      if (std::isfinite(result))
        least = std::min(least, result), greatest = std::max(greatest, result);
    };
    constexpr size_t most = 64;
    size_t step = 1 + values.size() / most;
    for (size_t i = 0; i < values.size(); i += step)
      look(values[i]);
    look(values.back());
    look(kept);
    point_[slot] = kept;
    return greatest > least ? greatest - least : 0;
  }

private:
  ir::Tape tape_;
  std::vector<double> point_, metrics_;
};

} // namespace

std::vector<Influence> influencesOf(const ir::Space &space, const ir::Node *quantity,
                                    llvm::ArrayRef<ir::Param> domains,
                                    llvm::ArrayRef<double> point) {
  auto named = withNamedFields(space, quantity);
  Sweep sweep(*named, point);
  std::vector<Influence> result;
  auto add = [&](Influence::Kind kind, const std::string &name, const ir::Type &type, unsigned slot,
                 llvm::ArrayRef<double> values) {
    if (double swing = sweep.swing(slot, values); swing > 0)
      result.push_back({kind, name, type, sweep.value(slot), swing});
  };
  for (unsigned slot : sweep.params())
    if (slot < space.params.size())
      add(Influence::Kind::Field, domains[slot].name, domains[slot].type, slot,
          domains[slot].values);
  for (unsigned constant : ir::constantsOf(named->quantities.front().node)) {
    const ir::NamedConstant &fixed = named->constants[constant];
    unsigned slot = space.params.size() + constant;
    double value = sweep.value(slot);
    add(Influence::Kind::Fixed, fixed.name, fixed.type, slot, {value * 0.9, value * 1.1});
  }
  llvm::stable_sort(result, [](const Influence &a, const Influence &b) {
    return std::pair(a.kind, -a.swing) < std::pair(b.kind, -b.swing);
  });
  return result;
}

} // namespace wsc::feasibility
