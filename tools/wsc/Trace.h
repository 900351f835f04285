// wsc evaluate --trace: an iteration in time, in the Trace Event Format that Perfetto and
// chrome://tracing read.
//
// One lane for what happens when, and one for each level and resource.  Work of a kind is shown in
// full for the first micro-batch and the first step, and is the same in all others.
#pragma once

#include "evaluation/Bind.h"
#include "evaluation/Iteration.h"
#include "llvm/Support/JSON.h"

namespace wsc::tool {

/// `{"traceEvents": [...]}`, with times in microseconds.
llvm::json::Object traceOf(const evaluation::Design &design,
                           const evaluation::Iteration &iteration);

} // namespace wsc::tool
