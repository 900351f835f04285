// Random Spaces for property tests: declarations of every kind and a growing pool of well-typed
// expressions.
#pragma once

#include "ir/Space.h"

#include <random>

namespace wsc::ir {

class RandomSpace {
public:
  explicit RandomSpace(uint64_t seed);

  /// Adds `count` nodes with operations drawn from `ops`.
  void grow(llvm::ArrayRef<Op> ops, unsigned count);
  /// Names for some nodes of the pool: quantities, constraints, objectives, defaults.
  void addRoots();

  uint64_t below(uint64_t bound) { return random_() % bound; }
  llvm::ArrayRef<const Node *> pool() const { return pool_; }

  Space space;

private:
  void addUnits();
  void addTable();
  void addConstants();
  void addParam(std::string name, Type type, std::vector<Rational> domain);
  const Node *any() { return pool_[below(pool_.size())]; }
  const Node *anyOf(const Type &type);
  const Node *anyNumber();
  const Node *combine(Op op);
  const Node *lookup(Op op);
  Location anyLocation();

  std::mt19937_64 random_;
  std::vector<const Node *> pool_;
};

} // namespace wsc::ir
