// Expressions as people write them, for comparing specs definition by definition.
#pragma once

#include "ir/Space.h"
#include "llvm/ADT/DenseMap.h"

namespace wsc::report {

class Formulas {
public:
  explicit Formulas(const ir::Space &space);

  /// `wafer.power <= 15 kW`.  Named fields inside stand for themselves, so that the text changes
  /// with this definition only, not with what it rests on; the outermost node is always taken
  /// apart.
  std::string of(const ir::Node *node) const;

private:
  std::string operand(const ir::Node *node, unsigned &room) const;
  std::string text(const ir::Node *node, unsigned &room) const;

  const ir::Space &space_;
  llvm::DenseMap<const ir::Node *, const ir::Quantity *> names_;
};

} // namespace wsc::report
