// wsc evaluate --heatmap, --trace: files beside what is printed.
#pragma once

#include "tools/wsc/Evaluation.h"

namespace wsc::tool {

/// Writes the files that the command line asks for, of a design that can run; false after saying
/// why one could not be written, and `exit` is then what to return.
bool writeEvaluationFiles(const EvaluatedDesign &evaluated, Exit &exit);

} // namespace wsc::tool
