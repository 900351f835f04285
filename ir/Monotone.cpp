// One sweep over the nodes for each parameter that the roots depend on.
#include "ir/Monotone.h"

#include "ir/Slope.h"
#include "llvm/ADT/DenseMap.h"

namespace wsc::ir {

llvm::StringRef name(Trend trend) {
  switch (trend) {
  case Trend::Unknown: return "unknown";
  case Trend::Constant: return "constant";
  case Trend::Increasing: return "increasing";
  case Trend::Decreasing: return "decreasing";
  }
  llvm_unreachable("covered switch");
}

static Trend trendOf(const Moving &moving) {
  if (moving.isStill())
    return Trend::Constant;
  return moving.isUp() ? Trend::Increasing : moving.isDown() ? Trend::Decreasing : Trend::Unknown;
}

/// The parameter itself.
static Moving growing(Interval value) {
  return {value, Interval::point(1), value.lo > 0 ? Interval::point(1) : Interval::all()};
}

Monotone::Monotone(const Space &space, llvm::ArrayRef<const Node *> roots,
                   llvm::ArrayRef<Interval> box)
    : trends_(roots.size(), std::vector(space.params.size(), Trend::Constant)) {
  std::vector<const Node *> nodes = Space::reachable(roots);
  llvm::DenseMap<const Node *, unsigned> slots;
  for (const Node *node : nodes)
    slots.try_emplace(node, slots.size());

  RoundUp rounding;
  Tape tape(space, nodes);
  std::vector<Interval> values(nodes.size()), workspace;
  tape.evaluate(box, workspace, values);
  std::vector<Moving> moving(nodes.size());

  for (unsigned param : tape.params()) {
    llvm::SmallVector<Moving, 4> operands;
    for (unsigned i = 0; i < nodes.size(); ++i) {
      operands.clear();
      for (const Node *operand : nodes[i]->operands())
        operands.push_back(moving[slots.lookup(operand)]);
      bool grows = nodes[i]->op() == Op::Param && nodes[i]->index() == param;
      moving[i] = grows ? growing(values[i]) : move(space, nodes[i], values[i], operands);
    }
    for (unsigned root = 0; root < roots.size(); ++root)
      trends_[root][param] = trendOf(moving[slots.lookup(roots[root])]);
  }
}

std::vector<Interval> Monotone::face(unsigned root, llvm::ArrayRef<Interval> box,
                                     bool greatest) const {
  std::vector<Interval> result = box.vec();
  for (unsigned param = 0; param < box.size(); ++param) {
    Trend trend = trends_[root][param];
    if (trend != Trend::Unknown)
      result[param] =
          Interval::point((trend == Trend::Decreasing) == greatest ? box[param].lo : box[param].hi);
  }
  return result;
}

Interval encloseByFaces(const Monotone &monotone, const Tape &tape, unsigned root,
                        llvm::ArrayRef<Interval> box, std::vector<Interval> &workspace) {
  std::vector<Interval> results(tape.rootCount());
  tape.evaluate(monotone.face(root, box, false), workspace, results);
  double least = results[root].lo;
  tape.evaluate(monotone.face(root, box, true), workspace, results);
  return {least, results[root].hi};
}

} // namespace wsc::ir
