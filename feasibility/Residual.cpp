// Interval evaluation of constraints with a proof of definedness, and the parts that are left.
#include "feasibility/Residual.h"

#include "feasibility/Whole.h"
#include "llvm/ADT/IntEqClasses.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::feasibility {

using ir::Op;

Residual::Residual(const Problem &problem, Judge &judge)
    : problem_(problem), judge_(judge), params_(problem.paramCount(), Interval::all()) {
  std::vector<const ir::Node *> roots;
  for (unsigned constraint : problem.constraints())
    roots.push_back(problem.space().constraints[constraint].node);
  nodes_ = ir::Space::reachable(roots);
  for (unsigned i = 0; i < nodes_.size(); ++i) {
    const ir::Node *node = nodes_[i];
    slots_[node] = i;
    first_.push_back(operands_.size());
    for (const ir::Node *operand : node->operands())
      operands_.push_back(slots_.lookup(operand));
    if (node->op() == Op::Lookup || node->op() == Op::HasRow)
      tables_.try_emplace(node->index(), problem.tables().get(node->index()));
  }
  whole_ = wholeNodes(problem.space(), nodes_);
  values_.resize(nodes_.size());
  defined_.resize(nodes_.size());
  visited_.resize(nodes_.size());
}

unsigned Residual::root(unsigned constraint) const {
  return slots_.lookup(problem_.space().constraints[constraint].node);
}

const Residual::Piece &Residual::pieceOf(llvm::ArrayRef<unsigned> constraints) {
  constexpr size_t maxPieces = 2000;
  auto it = pieces_.find(constraints.vec());
  if (it != pieces_.end())
    return it->second;
  if (pieces_.size() == maxPieces)
    pieces_.clear();
  std::vector<const ir::Node *> roots;
  for (unsigned constraint : constraints)
    roots.push_back(problem_.space().constraints[constraint].node);
  std::vector<const ir::Node *> nodes = ir::Space::reachable(roots);
  Piece piece{{}, {}, ir::Tape(problem_.space(), nodes, problem_.tables())};
  for (const ir::Node *node : nodes) {
    piece.nodes.push_back(slots_.lookup(node));
    if (node->op() == Op::Le || node->op() == Op::Lt || node->op() == Op::Eq)
      piece.comparisons.push_back(piece.nodes.back());
  }
  judge_.addWork(nodes.size());
  return pieces_.emplace(constraints.vec(), std::move(piece)).first->second;
}

void Residual::evaluate(const Piece &piece, const Box &box) {
  constexpr unsigned nodesPerWork = 24;
  for (unsigned param : piece.tape.params())
    params_[param] = problem_.values(param, box[param]);
  results_.resize(piece.nodes.size());
  RoundUp roundUp;
  piece.tape.evaluate(params_, workspace_, results_);
  for (auto [node, value] : llvm::zip_equal(piece.nodes, results_))
    values_[node] = value;
  judge_.addWork(piece.nodes.size() / nodesPerWork + 1);
}

/// Whether a node has a finite value wherever its operands are within their intervals.
bool Residual::isDefined(unsigned i) const {
  const ir::Node *node = nodes_[i];
  auto x = [&](unsigned k) { return values_[operand(i, k)]; };
  auto defined = [&](unsigned k) -> bool { return defined_[operand(i, k)]; };
  if (!std::isfinite(values_[i].lo) || !std::isfinite(values_[i].hi))
    return false;
  // One operand may be enough.
  switch (node->op()) {
  case Op::And:
  case Op::Or: {
    Interval decisive = Interval::point(node->op() == Op::Or);
    return (defined(0) && defined(1)) || (defined(0) && x(0) == decisive) ||
           (defined(1) && x(1) == decisive);
  }
  case Op::Select:
    return defined(0) && (x(0).certainlyFalse() || defined(1)) &&
           (x(0).certainlyTrue() || defined(2));
  default: break;
  }
  for (unsigned k = 0; k < node->operands().size(); ++k)
    if (!defined(k))
      return false;
  switch (node->op()) {
  case Op::Div: return !x(1).contains(0);
  case Op::Mod: return !x(1).contains(0);
  case Op::Pow: {
    bool whole = x(1).isPoint() && std::floor(x(1).lo) == x(1).lo;
    return x(0).lo > 0 || (x(0).lo == 0 && x(1).lo > 0) ||
           (whole && (x(1).lo >= 0 || !x(0).contains(0)));
  }
  case Op::Sqrt: return x(0).lo >= 0;
  case Op::Log:
  case Op::Log2: return x(0).lo > 0;
  case Op::AtLeast:
    return whole_.contains(node->operand(0)) && whole_.contains(node->operand(1)) && x(1).lo >= 0 &&
           x(2).lo >= 0 && x(2).hi <= 1;
  case Op::Lookup:
    return tables_.at(node->index())
        ->hasRow(ir::TapeTable::Keys<Interval>{values_, operands_.data() + first_[i]})
        .certainlyTrue();
  default: return true;
  }
}

/// Collects the open parameters that a node depends on, and what else its value depends on.
///
/// What is a constant on the box counts as one, even if it is a square root or an exponential:
/// interval and double evaluation see no difference.  Judge::at might, where such a value is
/// rational at one point and not at another and the margin is within rounding (`borderline`).
void Residual::visit(unsigned i, const Box &box, std::vector<unsigned> &params, std::string *key) {
  if (std::exchange(visited_[i], visit_) == visit_)
    return;
  auto append = [&](unsigned tag, double value) {
    if (!key)
      return;
    key->append(reinterpret_cast<const char *>(&tag), sizeof tag);
    key->append(reinterpret_cast<const char *>(&value), sizeof value);
  };
  const ir::Node *node = nodes_[i];
  if (node->op() == Op::Param) {
    if (!box[node->index()].isPoint())
      params.push_back(node->index());
    else
      append(i, box[node->index()].lo);
    return;
  }
  if (node->operands().empty())
    return;
  if (isConstant(i))
    return append(i, values_[i].lo + 0.0); // no negative zero
  unsigned skipped = UINT_MAX;
  if (node->op() == Op::Select && isConstant(operand(i, 0)))
    skipped = values_[operand(i, 0)].certainlyTrue() ? 2 : 1;
  for (unsigned k = 0; k < node->operands().size(); ++k)
    if (k != skipped)
      visit(operand(i, k), box, params, key);
}

std::optional<std::vector<Part>> Residual::split(llvm::ArrayRef<unsigned> constraints,
                                                 const Box &box) {
  const Piece &piece = pieceOf(constraints);
  evaluate(piece, box);
  for (unsigned i : piece.nodes)
    defined_[i] = isDefined(i);
  std::vector<std::pair<unsigned, unsigned>> open; // constraints, each with one of its parameters
  llvm::IntEqClasses classes(problem_.paramCount());
  std::vector<unsigned> params, choice;
  for (unsigned constraint : constraints) {
    Interval truth = values_[root(constraint)];
    if (truth.certainlyFalse())
      return std::nullopt;
    if (truth.certainlyTrue() && defined_[root(constraint)])
      continue;
    params.clear();
    ++visit_;
    visit(root(constraint), box, params, nullptr);
    if (!params.empty()) {
      open.emplace_back(constraint, params.front());
      for (unsigned param : params)
        classes.join(params.front(), param);
      continue;
    }
    choice.clear();
    for (Range range : box)
      choice.push_back(range.lo);
    if (!judge_.at(constraint, choice).holds)
      return std::nullopt;
  }
  std::map<unsigned, Part> parts; // by the leader of their parameters
  for (auto [constraint, param] : open)
    parts[classes.findLeader(param)].constraints.push_back(constraint);
  std::vector<Part> result;
  for (auto &[leader, part] : parts) {
    ++visit_;
    std::string constants;
    for (unsigned constraint : part.constraints)
      visit(root(constraint), box, part.params, &constants);
    llvm::sort(part.params);
    std::vector<unsigned> words{unsigned(part.constraints.size()), unsigned(part.params.size())};
    llvm::append_range(words, part.constraints);
    for (unsigned param : part.params)
      llvm::append_range(words, std::array{param, box[param].lo, box[param].hi});
    part.key.assign(reinterpret_cast<const char *>(words.data()), words.size() * sizeof(unsigned));
    part.key += constants;
    result.push_back(std::move(part));
  }
  return result;
}

/// The open parameter that is read first; UINT_MAX without one.
unsigned Residual::firstOpen(unsigned i, const Box &box) const {
  if (nodes_[i]->op() == Op::Param)
    return box[nodes_[i]->index()].isPoint() ? UINT_MAX : nodes_[i]->index();
  for (unsigned k = 0; k < nodes_[i]->operands().size(); ++k)
    if (unsigned param = firstOpen(operand(i, k), box); param != UINT_MAX)
      return param;
  return UINT_MAX;
}

/// How far the two sides of a comparison overlap; 0 when it is decided.
double Residual::blur(unsigned i) const {
  if (values_[i].isPoint())
    return 0;
  Interval left = values_[operand(i, 0)], right = values_[operand(i, 1)];
  return (left.hi - left.lo) + (right.hi - right.lo);
}

unsigned Residual::bestSplit(const Part &part, Box box) {
  const Piece &piece = pieceOf(part.constraints);
  evaluate(piece, box);
  struct Comparison {
    unsigned node;
    double blur;
    unsigned first; ///< Eq: the first open parameter
  };
  std::vector<Comparison> undecided;
  for (unsigned i : piece.comparisons)
    if (double width = blur(i); width > 0)
      undecided.push_back({i, width, firstOpen(i, box)});
  // How much of the blur is left.  An equality is undecided to the end; it is best taken parameter
  // by parameter, since products and sums of those that are fixed are all that matters then.
  auto score = [&](unsigned param, Range half) {
    Range kept = std::exchange(box[param], half);
    evaluate(piece, box);
    box[param] = kept;
    for (unsigned constraint : part.constraints)
      if (values_[root(constraint)].certainlyFalse())
        return 0.0;
    double sum = 0;
    for (auto [node, width, first] : undecided) {
      double left = blur(node);
      if (left > 0 && nodes_[node]->op() == Op::Eq)
        sum += first == param ? 0.5 : 1;
      else
        sum += std::isfinite(width) ? left / width : std::isfinite(left) ? 0.5 : 1;
    }
    return sum;
  };
  unsigned best = part.params.front();
  double least = INFINITY;
  for (unsigned param : part.params) {
    unsigned middle = box[param].lo + (box[param].hi - box[param].lo) / 2;
    double sum = score(param, {box[param].lo, middle}) + score(param, {middle + 1, box[param].hi});
    if (sum < least)
      least = sum, best = param;
  }
  return best;
}

bool Residual::holds(const Part &part, const Box &point) {
  const Piece &piece = pieceOf(part.constraints);
  evaluate(piece, point);
  for (unsigned constraint : part.constraints)
    if (values_[root(constraint)].certainlyFalse())
      return false;
  std::vector<unsigned> choice;
  for (Range range : point)
    choice.push_back(range.lo);
  for (unsigned constraint : part.constraints)
    if (!judge_.at(constraint, choice).holds)
      return false;
  return true;
}

} // namespace wsc::feasibility
