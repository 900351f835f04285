// Double precision with a margin.
#include "feasibility/Screen.h"

#include "feasibility/Whole.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include <cmath>
#include <numeric>

namespace wsc::feasibility {

using ir::Op;

/// Values closer than this, relative to their size, may be equal.
static constexpr double margin = 1e-9;
/// Of a table of values.
static constexpr uint64_t maxCombinations = 4096;

static std::vector<const ir::Node *> rootsOf(const Problem &problem) {
  std::vector<const ir::Node *> roots;
  for (unsigned constraint : problem.constraints())
    roots.push_back(problem.space().constraints[constraint].node);
  return roots;
}

Screen::Screen(const Problem &problem, Judge &judge)
    : problem_(problem), judge_(judge), nodes_(ir::Space::reachable(rootsOf(problem))),
      tape_(problem.space(), rootsOf(problem), problem.tables()), tables_(nodes_.size()),
      values_(nodes_.size()), at_(problem.paramCount()),
      stale_((nodes_.size() + 63) / 64, ~uint64_t(0)),
      reach_(problem.paramCount(), Bits(stale_.size())), users_(problem.paramCount()) {
  for (auto [i, node] : llvm::enumerate(nodes_))
    slots_[node] = i;
  for (unsigned i = 0; i < nodes_.size(); ++i) {
    ir::Tape tape(problem.space(), nodes_[i], problem.tables());
    tables_[i].params.append(tape.params().begin(), tape.params().end());
    for (unsigned param : tape.params())
      reach_[param][i / 64] |= uint64_t(1) << i % 64;
  }
  for (unsigned constraint : problem.constraints()) {
    Test &test = tests_.emplace_back();
    test.constraint = constraint;
    test.root = slots_.lookup(problem.space().constraints[constraint].node);
    for (unsigned param : problem.cone(constraint))
      users_[param].push_back(tests_.size() - 1);
    if (isSmall(problem.cone(constraint))) {
      double points = problem.conePoints(constraint);
      test.decisions.resize(points, -1);
      continue;
    }
    watch(test);
    test.nodes.resize(stale_.size());
    test.frontierNodes.resize(stale_.size());
    need(test.nodes, test.root);
    for (const Pair &pair : test.pairs)
      need(test.nodes, pair.left), need(test.nodes, pair.right);
    for (uint64_t word : test.nodes)
      test.size += llvm::popcount(word);
    for (unsigned node : test.frontier)
      need(test.frontierNodes, node);
  }
  order_.resize(tests_.size());
  std::iota(order_.begin(), order_.end(), 0);
}

/// Finds the frontier of a test; returns the expressions above it.
llvm::DenseSet<const ir::Node *>
Screen::aboveFrontier(Test &test, const llvm::DenseSet<const ir::Node *> &whole) const {
  llvm::DenseSet<const ir::Node *> above, frontier;
  std::vector<const ir::Node *> open{nodes_[test.root]};
  while (!open.empty()) {
    const ir::Node *node = open.back();
    open.pop_back();
    bool isNumber = node->type().isNumber() && whole.contains(node);
    if (node->op() == Op::Param || (isNumber && !node->isConstant())) {
      if (frontier.insert(node).second)
        test.frontier.push_back(slots_.lookup(node));
    } else if (above.insert(node).second) {
      llvm::append_range(open, node->operands());
    }
  }
  return above;
}

/// What must not be close, and whether doubles say nothing at all.
void Screen::watch(Test &test) const {
  std::vector<const ir::Node *> nodes = ir::Space::reachable(nodes_[test.root]);
  llvm::DenseSet<const ir::Node *> whole = wholeNodes(problem_.space(), nodes),
                                   above = aboveFrontier(test, whole);
  auto areWhole = [&](llvm::ArrayRef<const ir::Node *> nodes) {
    return llvm::all_of(nodes, [&](const ir::Node *node) { return whole.contains(node); });
  };
  for (const ir::Node *node : nodes) {
    auto watch = [&](const ir::Node *left, const ir::Node *right, bool toWhole) {
      test.pairs.push_back(
          {slots_.lookup(left), slots_.lookup(right), toWhole, !above.contains(node)});
    };
    if (areWhole(node->operands())) // doubles are exact, as they are for whole numbers
      continue;
    switch (node->op()) {
    case Op::Le:
    case Op::Lt:
    case Op::Eq: watch(node->operand(0), node->operand(1), false); break;
    case Op::Floor:
    case Op::Ceil:
    case Op::Round:
      // The quotient of whole numbers below 2^51 is rounded to a half or a whole number where it is
      // one only.
      if (node->operand(0)->op() != Op::Div || !areWhole(node->operand(0)->operands()))
        watch(node->operand(0), node->operand(0), true);
      break;
    case Op::Mod: test.isDoubtful = true; break;
    case Op::AtLeast:
      test.isDoubtful |= !whole.contains(node->operand(0)) || !whole.contains(node->operand(1));
      break;
    case Op::Lookup:
    case Op::HasRow:
      test.isDoubtful |= !llvm::all_of(
          node->operands(), [&](auto *o) { return o->op() == Op::Param || whole.contains(o); });
      break;
    default: break;
    }
  }
}

// ---- tables -----------------------------------------------------------------------------------

bool Screen::isSmall(llvm::ArrayRef<unsigned> params) const {
  return pointCount(params, problem_.domains()) <= maxCombinations;
}

/// The number of the present combination of some parameters, the last of them fastest.
unsigned Screen::combination(llvm::ArrayRef<unsigned> params) const {
  unsigned result = 0;
  for (unsigned param : params)
    result = result * problem_.domainSize(param) + at_[param];
  return result;
}

/// Adds a node to a set, with what has to be evaluated before.
void Screen::need(Bits &nodes, unsigned node) {
  uint64_t bit = uint64_t(1) << node % 64;
  if (nodes[node / 64] & bit)
    return;
  nodes[node / 64] |= bit;
  constexpr unsigned maxParams = 2;
  const Table &table = tables_[node];
  if (!nodes_[node]->operands().empty() && !table.params.empty() &&
      table.params.size() <= maxParams && isSmall(table.params))
    return fill(node);
  for (const ir::Node *operand : nodes_[node]->operands())
    need(nodes, slots_.lookup(operand));
}

void Screen::fill(unsigned node) {
  Table &table = tables_[node];
  if (!table.values.empty())
    return;
  ir::Tape tape(problem_.space(), nodes_[node]);
  std::vector<double> point(problem_.paramCount()), metrics(problem_.space().metrics.size(), NAN);
  forEachPoint(table.params, problem_.domains(), [&](llvm::ArrayRef<unsigned> choice) {
    for (unsigned param : table.params)
      point[param] = problem_.value(param, choice[param]);
    tape.evaluate(point, metrics, table.values.emplace_back());
    return true;
  });
}

// ---- evaluation -------------------------------------------------------------------------------

/// Goes to another design, of which nothing is evaluated yet.
void Screen::move(llvm::ArrayRef<unsigned> choice) {
  for (unsigned param = 0; param < choice.size(); ++param) {
    if (choice[param] == at_[param])
      continue;
    at_[param] = choice[param];
    for (unsigned word = 0; word < stale_.size(); ++word)
      stale_[word] |= reach_[param][word];
    for (unsigned test : users_[param])
      tests_[test].isStale = true;
  }
}

void Screen::update(const Bits &nodes) {
  for (unsigned word = 0; word < nodes.size(); ++word)
    for (uint64_t left = nodes[word] & stale_[word]; left; left &= left - 1) {
      unsigned i = 64 * word + llvm::countr_zero(left);
      const Table &table = tables_[i];
      if (!table.values.empty())
        values_[i] = table.values[combination(table.params)];
      else if (nodes_[i]->op() == Op::Param)
        values_[i] = problem_.value(nodes_[i]->index(), at_[nodes_[i]->index()]);
      else
        values_[i] = tape_.evaluateNode(i, values_);
      stale_[word] &= ~(left & -left);
      ++evaluated_;
    }
}

bool Screen::decide(Test &test) {
  if (!test.decisions.empty()) {
    int8_t &decision = test.decisions[combination(problem_.cone(test.constraint))];
    if (decision < 0)
      decision = judge_.at(test.constraint, at_).holds;
    return decision;
  }
  if (test.isDoubtful)
    return judge_.at(test.constraint, at_).holds;
  update(test.nodes);
  bool isClose = false;
  for (auto [left, right, toWhole, isBelow] : test.pairs) {
    double a = values_[left], b = toWhole ? std::round(2 * a) / 2 : values_[right];
    // Halves, for the sake of `round`.
    if (!(std::fabs(a - b) <= margin * (std::fabs(a) + std::fabs(b))))
      continue;
    if (isBelow)
      return judge_.at(test.constraint, at_).holds;
    isClose = true;
  }
  if (isClose)
    return remember(test);
  return values_[test.root] == 1; // undefined does not hold
}

/// What Judge says, who is asked once for all designs with the same values at the frontier.
bool Screen::remember(Test &test) {
  update(test.frontierNodes);
  constexpr double exact = 1e15;
  std::vector<double> key;
  for (unsigned node : test.frontier)
    key.push_back(values_[node]);
  bool isExact = llvm::all_of(key, [](double value) { return std::fabs(value) < exact; });
  auto it = isExact ? test.remembered.find(key) : test.remembered.end();
  if (it != test.remembered.end())
    return it->second;
  bool holds = judge_.at(test.constraint, at_).holds;
  if (isExact && test.remembered.size() < maxCombinations)
    test.remembered.emplace(std::move(key), holds);
  return holds;
}

bool Screen::holds(llvm::ArrayRef<unsigned> choice) {
  constexpr unsigned callsPerOrder = 2000, nodesPerWork = 256;
  if (++calls_ % callsPerOrder == 0)
    llvm::sort(order_, [&](unsigned a, unsigned b) {
      return std::pair(tests_[a].costOfFailure(), a) < std::pair(tests_[b].costOfFailure(), b);
    });
  if (evaluated_ >= nodesPerWork) {
    judge_.addWork(evaluated_ / nodesPerWork);
    evaluated_ %= nodesPerWork;
  }
  move(choice);
  for (unsigned i : order_) {
    Test &test = tests_[i];
    if (test.isStale) {
      test.isStale = false;
      test.verdict = decide(test);
      ++test.asked;
      test.failed += !test.verdict;
      ++evaluated_;
    }
    if (!test.verdict)
      return false;
  }
  return true;
}

} // namespace wsc::feasibility
