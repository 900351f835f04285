// The hard requirements of a Space that wait for metrics: what an evaluator has to confirm.
#pragma once

#include "ir/Tape.h"

namespace wsc::search {

std::vector<const ir::Constraint *> measuredRequirements(const ir::Space &space);

/// Which of them hold.
class MeasuredRequirements {
public:
  /// The Space must outlive this.
  explicit MeasuredRequirements(const ir::Space &space);

  /// Those that do not hold, or are undefined, with these values of all parameters and metrics.
  llvm::SmallVector<const ir::Constraint *, 2> missed(llvm::ArrayRef<double> params,
                                                      llvm::ArrayRef<double> metrics) const;

private:
  std::vector<const ir::Constraint *> requirements_;
  ir::Tape tape_;
};

} // namespace wsc::search
