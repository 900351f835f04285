// Growing the graph of a cover, and counting its designs.
#include "feasibility/Cover.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include <cmath>

namespace wsc::feasibility {

/// Parts with at most so many points are decided point by point.
static constexpr uint64_t tablePoints = 64;
/// Some 500 bytes each.
static constexpr size_t maxNodes = 500'000;

Cover::Cover(const Problem &problem, Judge &judge)
    : problem_(problem), judge_(judge), propagation_(problem, judge), residual_(problem, judge) {
  std::vector<unsigned> params;
  for (unsigned param = 0; param < problem.fieldCount(); ++param)
    params.push_back(param);
  root_ = product(problem.constraints(), params, problem.domains());
  number();
}

// ---- growing ----------------------------------------------------------------------------------

/// What constraints leave of a box, in some of its parameters; nothing if that is empty.
std::optional<Cover::Product> Cover::product(llvm::ArrayRef<unsigned> constraints,
                                             llvm::ArrayRef<unsigned> params, Box box) {
  if (!propagation_.narrow(constraints, box))
    return std::nullopt;
  std::optional<std::vector<Part>> parts = residual_.split(constraints, box);
  if (!parts)
    return std::nullopt;
  Product result;
  std::vector<bool> constrained(problem_.paramCount());
  for (Part &part : *parts) {
    for (unsigned param : part.params)
      constrained[param] = true;
    result.nodes.push_back(nodeOf(std::move(part), box));
  }
  for (unsigned param : params)
    if (!constrained[param])
      result.ranges.push_back({param, box[param]});
  return result;
}

unsigned Cover::nodeOf(Part part, const Box &box) {
  auto [it, isNew] = known_.try_emplace(part.key, nodes_.size());
  if (isNew) {
    part.key.clear();
    Node &node = nodes_.emplace_back();
    node.part = std::move(part);
    node.box = box;
  }
  return it->second;
}

void Cover::divide(unsigned index) {
  if (pointCount(nodes_[index].part.params, nodes_[index].box) <= tablePoints)
    return tabulate(nodes_[index]);
  Part part = std::move(nodes_[index].part); // `nodes_` grows below
  Box box = std::move(nodes_[index].box);
  std::vector<Product> products;
  unsigned param = residual_.bestSplit(part, box);
  Range range = box[param];
  unsigned middle = range.lo + (range.hi - range.lo) / 2;
  for (Range half : {Range{range.lo, middle}, Range{middle + 1, range.hi}}) {
    box[param] = half;
    if (auto left = product(part.constraints, part.params, box))
      products.push_back(std::move(*left));
  }
  nodes_[index].kind = Kind::Choice;
  nodes_[index].products = std::move(products);
}

void Cover::tabulate(Node &node) {
  Box point = node.box;
  uint64_t bit = 1;
  forEachPoint(node.part.params, node.box, [&](llvm::ArrayRef<unsigned> choice) {
    for (unsigned param : node.part.params)
      point[param] = {choice[param], choice[param]};
    if (residual_.holds(node.part, point))
      node.table |= bit;
    bit <<= 1;
    return true;
  });
  node.kind = Kind::Table;
}

void Cover::refine(uint64_t workLimit) {
  auto mayGoOn = [&] { return judge_.work() < workLimit && !stopIsWanted; };
  while (!exact_ && mayGoOn() && nodes_.size() < maxNodes) {
    std::vector<unsigned> leaves = largestLeaves();
    exact_ = leaves.empty();
    for (unsigned leaf : leaves)
      if (mayGoOn())
        divide(leaf);
  }
  number();
}

std::vector<unsigned> Cover::operandsFirst() const {
  std::vector<unsigned> order;
  if (!root_)
    return order;
  std::vector<bool> seen(nodes_.size());
  std::vector<std::pair<unsigned, bool>> stack; // nodes; whether what is below has been visited
  auto push = [&](const Product &product) {
    for (unsigned node : product.nodes)
      stack.emplace_back(node, false);
  };
  push(*root_);
  while (!stack.empty()) {
    auto [index, isDone] = stack.back();
    stack.pop_back();
    if (isDone)
      order.push_back(index);
    if (isDone || seen[index])
      continue;
    seen[index] = true;
    stack.emplace_back(index, true);
    for (const Product &product : nodes_[index].products)
      push(product);
  }
  return order;
}

/// log2(2^a + 2^b)
static double logSum(double a, double b) {
  if (a < b)
    std::swap(a, b);
  return std::isinf(b) ? a : a + std::log2(1 + std::exp2(b - a));
}

/// Sets `log` of all nodes and products.
void Cover::measure(llvm::ArrayRef<unsigned> order) {
  auto measure = [&](Product &product) {
    product.log = 0;
    for (const Lemma::Bound &bound : product.ranges)
      product.log += std::log2(bound.range.size());
    for (unsigned node : product.nodes)
      product.log += nodes_[node].log;
  };
  for (unsigned index : order) {
    Node &node = nodes_[index];
    switch (node.kind) {
    case Kind::Table: node.log = std::log2(llvm::popcount(node.table)); break;
    case Kind::Leaf:
      node.log = 0;
      for (unsigned param : node.part.params)
        node.log += std::log2(node.box[param].size());
      break;
    case Kind::Choice:
      node.log = -INFINITY;
      for (Product &product : node.products) {
        measure(product);
        node.log = logSum(node.log, product.log);
      }
    }
  }
  if (root_)
    measure(*root_);
}

/// The leaves through which most designs of the cover go.
std::vector<unsigned> Cover::largestLeaves() {
  constexpr unsigned nodesPerWork = 16;
  std::vector<unsigned> order = operandsFirst();
  measure(order);
  judge_.addWork(order.size() / nodesPerWork);
  if (!root_ || std::isinf(root_->log))
    return {};
  // The share of all designs that goes through each node.
  std::vector<double> shares(nodes_.size());
  for (unsigned node : root_->nodes)
    shares[node] = 1;
  std::vector<std::pair<double, unsigned>> leaves;
  for (unsigned index : llvm::reverse(order)) {
    const Node &node = nodes_[index];
    if (node.kind == Kind::Leaf && shares[index] > 0)
      leaves.emplace_back(-shares[index], index);
    for (const Product &product : node.products)
      if (!std::isinf(product.log))
        for (unsigned below : product.nodes)
          shares[below] += shares[index] * std::exp2(product.log - node.log);
  }
  size_t some = std::min(leaves.size(), 16 + order.size() / 16);
  std::partial_sort(leaves.begin(), leaves.begin() + some, leaves.end());
  std::vector<unsigned> result;
  for (size_t i = 0; i < some; ++i)
    result.push_back(leaves[i].second);
  return result;
}

// ---- counting ---------------------------------------------------------------------------------

/// Counts the designs of every node.
void Cover::number() {
  std::vector<unsigned> order = operandsFirst();
  measure(order);
  std::vector<Natural> certain(nodes_.size());
  auto multiply = [&](Product &product, Natural &certainly) {
    product.designs = 1;
    for (const Lemma::Bound &bound : product.ranges)
      product.designs *= (unsigned long)bound.range.size();
    certainly = product.designs;
    for (unsigned node : product.nodes)
      product.designs *= nodes_[node].designs, certainly *= certain[node];
  };
  for (unsigned index : order) {
    Node &node = nodes_[index];
    switch (node.kind) {
    case Kind::Table:
      node.designs = (unsigned long)llvm::popcount(node.table);
      certain[index] = node.designs;
      break;
    case Kind::Leaf:
      node.designs = 1;
      for (unsigned param : node.part.params)
        node.designs *= (unsigned long)node.box[param].size();
      break;
    case Kind::Choice:
      node.designs = 0;
      for (Product &product : node.products) {
        Natural certainly;
        multiply(product, certainly);
        node.designs += product.designs;
        certain[index] += certainly;
      }
    }
  }
  lower_ = upper_ = 0;
  if (root_) {
    multiply(*root_, lower_);
    upper_ = root_->designs;
  }
  exact_ = lower_ == upper_;
  encode(order);
}

} // namespace wsc::feasibility
