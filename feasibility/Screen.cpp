// Double precision with a margin.
#include "feasibility/Screen.h"

#include "feasibility/Whole.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::feasibility {

using ir::Op;

/// Values closer than this, relative to their size, may be equal.
static constexpr double margin = 1e-9;

Screen::Screen(const Problem &problem, Judge &judge)
    : problem_(problem), judge_(judge), params_(problem.paramCount()),
      metrics_(problem.space().metrics.size(), NAN) {
  for (unsigned constraint : problem.constraints())
    tests_.push_back(compile(constraint));
}

Screen::Test Screen::compile(unsigned constraint) const {
  const ir::Space &space = problem_.space();
  const ir::Node *root = space.constraints[constraint].node;
  std::vector<const ir::Node *> nodes = ir::Space::reachable(root), wanted{root};
  llvm::DenseSet<const ir::Node *> whole = wholeNodes(space, nodes);
  std::vector<Test::Pair> pairs;
  bool isDoubtful = false;
  auto watch = [&](const ir::Node *left, const ir::Node *right, bool toWhole) {
    unsigned first = wanted.size();
    wanted.insert(wanted.end(), {left, right});
    pairs.push_back({first, first + 1, toWhole});
  };
  for (const ir::Node *node : nodes) {
    bool isExact = llvm::all_of(node->operands(), [&](auto *o) { return whole.contains(o); });
    if (isExact) // as whole numbers are in doubles
      continue;
    switch (node->op()) {
    case Op::Le:
    case Op::Lt:
    case Op::Eq: watch(node->operand(0), node->operand(1), false); break;
    case Op::Floor:
    case Op::Ceil:
    case Op::Round: watch(node->operand(0), node->operand(0), true); break;
    case Op::Mod: isDoubtful = true; break;
    case Op::AtLeast:
      isDoubtful |= !whole.contains(node->operand(0)) || !whole.contains(node->operand(1));
      break;
    case Op::Lookup:
    case Op::HasRow:
      isDoubtful |= !llvm::all_of(
          node->operands(), [&](auto *o) { return o->op() == Op::Param || whole.contains(o); });
      break;
    default: break;
    }
  }
  std::vector<bool> depends(problem_.paramCount());
  for (unsigned param : problem_.cone(constraint))
    depends[param] = true;
  return {constraint, ir::Tape(space, wanted), std::move(pairs), std::move(depends), isDoubtful};
}

bool Screen::holds(const Test &test, llvm::ArrayRef<unsigned> choice) {
  constexpr unsigned nodesPerWork = 256;
  if (test.isDoubtful)
    return judge_.at(test.constraint, choice).holds;
  values_.resize(std::max<size_t>(values_.size(), test.tape.rootCount()));
  test.tape.evaluate(params_, metrics_, values_);
  nodes_ += test.tape.size();
  if (nodes_ >= nodesPerWork) {
    judge_.addWork(nodes_ / nodesPerWork);
    nodes_ %= nodesPerWork;
  }
  for (auto [left, right, toWhole] : test.pairs) {
    double a = values_[left], b = toWhole ? std::round(2 * a) / 2 : values_[right];
    // Halves, for the sake of `round`.
    if (std::fabs(a - b) <= margin * (std::fabs(a) + std::fabs(b)))
      return judge_.at(test.constraint, choice).holds;
  }
  return values_[0] == 1; // undefined does not hold
}

bool Screen::holds(llvm::ArrayRef<unsigned> choice) {
  return holdsAll(choice, [](const Test &) { return true; });
}

bool Screen::holds(llvm::ArrayRef<unsigned> choice, llvm::ArrayRef<unsigned> changed) {
  return holdsAll(choice, [&](const Test &test) {
    return llvm::any_of(changed, [&](unsigned param) { return test.depends[param]; });
  });
}

bool Screen::holdsAll(llvm::ArrayRef<unsigned> choice,
                      llvm::function_ref<bool(const Test &)> isAsked) {
  constexpr unsigned callsPerOrder = 2000;
  if (++calls_ % callsPerOrder == 0)
    llvm::sort(tests_, [](const Test &a, const Test &b) {
      return std::pair(a.costOfFailure(), a.constraint) <
             std::pair(b.costOfFailure(), b.constraint);
    });
  for (unsigned i = 0; i < choice.size(); ++i)
    params_[i] = problem_.value(i, choice[i]);
  for (Test &test : tests_)
    if (isAsked(test)) {
      ++test.asked;
      if (!holds(test, choice)) {
        ++test.failed;
        return false;
      }
    }
  return true;
}

} // namespace wsc::feasibility
