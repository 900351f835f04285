// Candidates by domains and names, each then proved: the swapped expressions, with the operands
// of sums and products in one order, must be the same nodes.
#include "ir/Symmetry.h"

#include "ir/Rebuild.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <map>
#include <set>

namespace wsc::ir {

namespace {

/// Expressions in a normal form, over parameters that may be exchanged.
class Normalizer {
public:
  explicit Normalizer(const Space &space) : to_(space.cloneDeclarations()) {
    for (const Constraint &constraint : space.constraints)
      if (!constraint.isMeasured())
        roots_.push_back({constraint.node, constraint.weight});
    for (const Objective &objective : space.objectives)
      if (objective.node->bindingTime() != BindingTime::Measured)
        roots_.push_back({objective.node, objective.maximize ? -1.0 : -2.0});
    std::vector<const Node *> nodes;
    for (const Root &root : roots_)
      nodes.push_back(root.node);
    nodes_ = Space::reachable(nodes);
    identity_ = normalForm({});
  }

  bool isUnchangedBy(const Swap &swap) { return normalForm(swap) == identity_; }

private:
  struct Root {
    const Node *node;
    double role; ///< what it is for: a weight, or a direction
    auto operator<=>(const Root &) const = default;
  };

  std::multiset<Root> normalForm(const Swap &swap) {
    llvm::DenseMap<unsigned, unsigned> exchanged;
    for (auto [a, b] : swap)
      exchanged[a] = b, exchanged[b] = a;
    NodeMap map = rebuildNodes(
        *to_, nodes_, [&](Space &to, const Node *node, llvm::ArrayRef<const Node *> operands) {
          if (node->op() == Op::Param && exchanged.count(node->index()))
            return to.param(exchanged.lookup(node->index()));
          return normalized(node, {operands.begin(), operands.end()});
        });
    std::multiset<Root> result;
    for (const Root &root : roots_)
      result.insert({map.lookup(root.node), root.role});
    return result;
  }

  /// A chain of one commutative operation becomes one in the order of its terms.
  const Node *normalized(const Node *node, llvm::SmallVector<const Node *, 4> operands) {
    switch (node->op()) {
    case Op::Add:
    case Op::Mul:
    case Op::Min:
    case Op::Max:
    case Op::And:
    case Op::Or: break;
    case Op::Eq:
      if (operands[1]->id() < operands[0]->id())
        std::swap(operands[0], operands[1]);
      return to_->withOperands(node, operands);
    default: return to_->withOperands(node, operands);
    }
    llvm::SmallVector<const Node *, 8> terms;
    for (const Node *operand : operands)
      if (auto it = chains_.find(operand); operand->op() == node->op() && it != chains_.end())
        llvm::append_range(terms, it->second);
      else
        terms.push_back(operand);
    constexpr unsigned maxTerms = 64;
    if (terms.size() > maxTerms)
      return to_->withOperands(node, operands);
    llvm::sort(terms, [](auto *a, auto *b) { return a->id() < b->id(); });
    const Node *chain = terms[0];
    for (const Node *term : llvm::drop_begin(terms))
      chain = join(node, chain, term);
    chains_[chain] = terms;
    return chain;
  }

  const Node *join(const Node *like, const Node *a, const Node *b) {
    Type type = like->type();
    if (like->op() == Op::Mul)
      type = Type::number(a->type().dim * b->type().dim);
    return to_->make(like->op(), type, {a, b});
  }

  std::unique_ptr<Space> to_;
  std::vector<Root> roots_;
  std::vector<const Node *> nodes_;
  llvm::DenseMap<const Node *, llvm::SmallVector<const Node *, 8>> chains_;
  std::multiset<Root> identity_;
};

bool isAlike(const Param &a, const Param &b) { return a.type == b.type && a.domain == b.domain; }

/// Adds the parts that differ in segment `i` of their names: `a.x.rows` and `a.y.rows`.
void addParts(const Space &space, std::vector<Swap> &candidates) {
  // By prefix and the rest: the segments in between, with their parameters.
  using Part = std::map<std::string, unsigned>; // by the rest of the name
  std::map<std::string, std::map<std::string, Part>> parts;
  for (unsigned p = 0; p < space.params.size(); ++p) {
    llvm::SmallVector<llvm::StringRef, 6> segments;
    llvm::StringRef(space.params[p].name).split(segments, '.');
    for (unsigned i = 0; i + 1 < segments.size(); ++i)
      parts[llvm::join(segments.begin(), segments.begin() + i, ".")][segments[i].str()]
           [llvm::join(segments.begin() + i + 1, segments.end(), ".")] = p;
  }
  for (const auto &[prefix, siblings] : parts)
    for (auto a = siblings.begin(); a != siblings.end(); ++a)
      for (auto b = std::next(a); b != siblings.end(); ++b) {
        Swap swap;
        for (const auto &[rest, param] : a->second)
          if (auto other = b->second.find(rest);
              other != b->second.end() && isAlike(space.params[param], space.params[other->second]))
            swap.push_back(std::minmax(param, other->second));
        if (swap.size() < 2 || swap.size() != a->second.size() || swap.size() != b->second.size())
          continue;
        llvm::sort(swap);
        candidates.push_back(std::move(swap));
      }
}

} // namespace

std::vector<Swap> symmetries(const Space &space) {
  std::vector<Swap> candidates, result;
  for (unsigned a = 0; a < space.params.size(); ++a)
    for (unsigned b = a + 1; b < space.params.size(); ++b)
      if (isAlike(space.params[a], space.params[b]))
        candidates.push_back({{a, b}});
  addParts(space, candidates);
  Normalizer normalizer(space);
  for (Swap &swap : candidates) {
    auto known = [&](auto pair) { return llvm::is_contained(result, Swap{pair}); };
    bool isProduct = swap.size() > 1 && llvm::all_of(swap, known);
    if (!isProduct && normalizer.isUnchangedBy(swap))
      result.push_back(std::move(swap));
  }
  return result;
}

} // namespace wsc::ir
