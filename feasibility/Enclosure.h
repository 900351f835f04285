// What propagation alone knows: enclosures of fields and quantities over all designs that meet some
// constraints, without search.
#pragma once

#include "feasibility/Propagate.h"

namespace wsc::feasibility {

class Enclosure {
public:
  /// The constraints (which must count) at the fixed point of propagation.  The Problem must
  /// outlive this.
  Enclosure(const Problem &problem, llvm::ArrayRef<unsigned> constraints);

  /// Whether propagation shows that no design meets the constraints.
  bool isEmpty() const { return empty_; }
  /// Fields; unspecified when it is empty.
  const Box &box() const { return box_; }
  /// The range of an expression where it is defined.
  Interval of(const ir::Node *node) const;

private:
  const Problem &problem_;
  Judge judge_;
  Propagation propagation_;
  Box box_;
  bool empty_;
};

} // namespace wsc::feasibility
