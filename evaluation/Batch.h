// Many designs at once.
#pragma once

#include "evaluation/Evaluator.h"

namespace wsc::evaluation {

/// The metrics of designs (parameter values, as for Evaluator::measure) on so many threads.  Each
/// is what measure() gives alone, to the bit, whatever the number of threads.
std::vector<Measurement> measureAll(const Evaluator &evaluator,
                                    llvm::ArrayRef<std::vector<double>> designs, unsigned threads);

} // namespace wsc::evaluation
