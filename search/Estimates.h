// Estimates of the objectives of a Space, by less than its evaluator knows.
#pragma once

#include "evaluation/Evaluator.h"
#include "search/Task.h"

namespace wsc::search {

/// What an evaluator makes of the objectives, cheaper than the one that is asked.  The Space must
/// outlive the result.
Task::Estimate estimateBy(const ir::Space &space,
                          std::shared_ptr<const evaluation::Evaluator> evaluator);

/// What the lower bounds of time say: throughput and iteration time at best (evaluation/Bounds.h).
/// No other metric has an estimate.
Task::Estimate estimateByBounds(const ir::Space &space, evaluation::Binding binding);

} // namespace wsc::search
