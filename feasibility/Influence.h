// What carries a quantity: the fields and constants that it moves with at a design.
#pragma once

#include "ir/Space.h"

namespace wsc::feasibility {

struct Influence {
  enum class Kind {
    Field, ///< open: `swing` is from the least to the greatest value over its domain
    Fixed, ///< a field with a value, or a named constant: `swing` is for a change by 10 %
  };
  Kind kind;
  std::string name;
  ir::Type type;
  double value; ///< at the design
  double swing; ///< of the quantity, in its base unit
};

/// Those that move the quantity of a Space at a point, over domains of its fields: open fields
/// first, then by how much.  Fixed fields are known by their value, so that only those whose value
/// no other field has are found.
std::vector<Influence> influencesOf(const ir::Space &space, const ir::Node *quantity,
                                    llvm::ArrayRef<ir::Param> domains,
                                    llvm::ArrayRef<double> point);

} // namespace wsc::feasibility
