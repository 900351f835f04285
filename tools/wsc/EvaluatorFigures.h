// The same figure from wsc and from another evaluator.
#pragma once

#include "tools/wsc/Command.h"
#include "tools/wsc/EmissionFolder.h"

namespace wsc::tool {

struct ComparedFigure {
  std::string evaluator; ///< the target
  std::string name, unit;
  std::optional<double> expected; ///< by wsc; empty where it has no such figure
  std::optional<double> computed; ///< by the evaluator; empty where it has none

  /// How far the evaluator is from wsc, as a share of what wsc expects.
  std::optional<double> deviation() const;
};

/// Of one emission: what wsc expects, in its order, then what else the evaluator has.
std::vector<ComparedFigure> figuresOf(const EmissionRecord &record);

/// A line each.
void showFigures(llvm::ArrayRef<ComparedFigure> figures, llvm::raw_ostream &out);

} // namespace wsc::tool
