// products: factors that several products have in common are multiplied first, so that they are
// one node whose bounds serve all of them: a * b * c and b * d * a share a * b.  Pairs are taken
// greedily, the most frequent first.  Parts of a product with users of their own stay as they are.
//
//   before   mul (mul %a, %b), %c ; mul (mul %b, %d), %a
//   after    %p = mul %a, %b ; mul %p, %c ; mul %p, %d
#include "passes/Pass.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include <map>

namespace wsc::passes {

namespace {

using ir::Node;
using ir::Op;

/// Longer products are left alone.
constexpr size_t maxFactors = 32;

class ProductSharer {
public:
  explicit ProductSharer(const ir::Space &space) {
    findChains(space);
    while (auto pair = mostFrequentPair())
      replace(*pair);
  }

  const Node *rewrite(ir::Space &to, const Node *old, llvm::ArrayRef<const Node *> operands) {
    auto it = chains_.find(old);
    const Node *result = nullptr;
    if (it != chains_.end() && it->second.isChanged)
      result = product(to, it->second.factors);
    if (!result)
      result = to.withOperands(old, operands);
    rebuilt_[old] = result;
    return result;
  }

private:
  /// A factor is a node of the old Space, or a pair of factors.
  using Factor = unsigned;
  using Pair = std::pair<Factor, Factor>;
  struct Chain {
    std::vector<Factor> factors;
    bool isChanged = false;
  };

  void findChains(const ir::Space &space) {
    std::vector<const Node *> nodes = space.reachable();
    llvm::DenseMap<const Node *, unsigned> users;
    llvm::DenseSet<const Node *> inProduct;
    for (const Node *node : nodes)
      for (const Node *operand : node->operands()) {
        ++users[operand];
        if (node->op() == Op::Mul)
          inProduct.insert(operand);
      }
    for (const ir::Quantity &quantity : space.quantities)
      ++users[quantity.node];
    auto isInner = [&](const Node *node) {
      return node->op() == Op::Mul && users.lookup(node) == 1 && inProduct.contains(node);
    };
    for (const Node *node : nodes) {
      if (node->op() != Op::Mul || isInner(node))
        continue;
      Chain chain;
      llvm::SmallVector<const Node *, 8> open(llvm::reverse(node->operands()));
      while (!open.empty()) {
        const Node *factor = open.pop_back_val();
        if (isInner(factor))
          open.append({factor->operand(1), factor->operand(0)});
        else
          chain.factors.push_back(leaf(factor));
      }
      if (chain.factors.size() <= maxFactors)
        chains_[node] = std::move(chain);
    }
  }

  Factor leaf(const Node *node) {
    auto [it, isNew] = leaves_.try_emplace(node, nodes_.size());
    if (isNew) {
      nodes_.push_back(node);
      pairs_.emplace_back();
    }
    return it->second;
  }

  /// A pair of different factors that at least two products have.
  std::optional<Pair> mostFrequentPair() const {
    std::map<Pair, unsigned> counts;
    for (const auto &[head, chain] : chains_) {
      std::vector<Factor> factors = chain.factors;
      llvm::sort(factors);
      factors.erase(std::unique(factors.begin(), factors.end()), factors.end());
      for (unsigned i = 0; i < factors.size(); ++i)
        for (unsigned j = i + 1; j < factors.size(); ++j)
          ++counts[{factors[i], factors[j]}];
    }
    auto best =
        llvm::max_element(counts, [](const auto &a, const auto &b) { return a.second < b.second; });
    if (best == counts.end() || best->second < 2)
      return std::nullopt;
    return best->first;
  }

  void replace(Pair pair) {
    Factor joint = nodes_.size();
    nodes_.push_back(nullptr);
    pairs_.push_back(pair);
    for (auto &[head, chain] : chains_) {
      auto a = llvm::find(chain.factors, pair.first), b = llvm::find(chain.factors, pair.second);
      if (a == chain.factors.end() || b == chain.factors.end())
        continue;
      // Products of just these two are the pair.
      chain.isChanged |= chain.factors.size() > 2;
      *std::min(a, b) = joint;
      chain.factors.erase(std::max(a, b));
    }
  }

  /// Null if a dimension on the way is out of range.
  const Node *product(ir::Space &to, llvm::ArrayRef<Factor> factors) const {
    const Node *result = nullptr;
    for (Factor factor : factors) {
      const Node *next = nodes_[factor]
                             ? rebuilt_.lookup(nodes_[factor])
                             : product(to, {pairs_[factor].first, pairs_[factor].second});
      if (!next)
        return nullptr;
      std::optional<Dim> dim =
          result ? result->type().dim.times(next->type().dim) : next->type().dim;
      if (!dim)
        return nullptr;
      result = result ? to.make(Op::Mul, ir::Type::number(*dim), {result, next}) : next;
    }
    return result;
  }

  llvm::DenseMap<const Node *, Factor> leaves_;
  std::vector<const Node *> nodes_; ///< by factor, null for pairs
  std::vector<Pair> pairs_;         ///< by factor
  std::map<const Node *, Chain> chains_;
  llvm::DenseMap<const Node *, const Node *> rebuilt_;
};

} // namespace

std::unique_ptr<ir::Space> shareProducts(const ir::Space &space) {
  ProductSharer sharer(space);
  auto result =
      rebuild(space, [&](ir::Space &to, const Node *old, llvm::ArrayRef<const Node *> operands) {
        return sharer.rewrite(to, old, operands);
      });
  return shareCommutative(*result);
}

} // namespace wsc::passes
