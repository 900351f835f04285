// Independent components: constraints that share no parameter, directly or through others, are
// separate problems.  A design meets all of them where it meets each.
#pragma once

#include "ir/Space.h"

namespace wsc::ir {

struct Component {
  std::vector<unsigned> constraints; ///< indices into Space::constraints, ascending
  std::vector<unsigned> params;      ///< ascending; empty for a constraint without any
};

/// The partition of some constraints and of all parameters, by connected components, in the order
/// of their first parameters; a parameter that no constraint mentions is a component of its own,
/// without constraints.
std::vector<Component> components(const Space &space, llvm::ArrayRef<unsigned> constraints);

/// The parameters that an expression depends on, ascending.
std::vector<unsigned> paramsOf(const Node *node);

/// The conditions that a condition is a conjunction of, in order; itself where it is none.
std::vector<const Node *> conjunctsOf(const Node *condition);

} // namespace wsc::ir
