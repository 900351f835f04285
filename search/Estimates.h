// Estimates of the objectives of a Space, by less than its evaluator knows.
#pragma once

#include "evaluation/Evaluator.h"
#include "search/Task.h"

namespace wsc::search {

/// What an evaluator makes of objectives and measured requirements, cheaper than the one that is
/// asked.  The Space must outlive the result.
Task::Estimate estimateBy(const ir::Space &space,
                          std::shared_ptr<const evaluation::Evaluator> evaluator);

/// What is known of a design without placing or timing anything: the lower bounds of time
/// (evaluation/Bounds.h, StrategyBounds.h) as if they were reached, and what is computed and always
/// on meanwhile as if it were all energy.  Throughput, iteration time, average power, energy of a
/// token, tokens of a wafer; NaN for other metrics, and of synthetic traffic.
evaluation::Measurement measureByBounds(const evaluation::Design &design);
/// The same of two chips that serve requests together, ttft and tpot with it.
evaluation::Measurement measureByBounds(const evaluation::Pools &pools);

/// Objectives and measured requirements by that.
Task::Estimate estimateByBounds(const ir::Space &space, evaluation::Binding binding);

/// What is known before an evaluator of a fidelity is asked: bounds, and beside what is routed over
/// links the closed forms, which are nearly free then.
Task::Estimate estimateFor(const ir::Space &space, const evaluation::Binding &binding,
                           evaluation::Fidelity fidelity);

/// Processor time at `flow` over that at `cycle` (docs/runs.md has the measurement).
constexpr double flowCost = 0.01;

} // namespace wsc::search
