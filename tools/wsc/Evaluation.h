// Evaluating designs of a Space, for the subcommands that do.
#pragma once

#include "evaluation/Evaluator.h"
#include "tools/wsc/Pipeline.h"

namespace wsc::tool {

/// The evaluator for a Space; null after showing which fields it misses.
std::unique_ptr<evaluation::Evaluator> makeEvaluator(Session &session, const ir::Space &space);

/// Prints metrics, headline quantities and the breakdown as text or JSON.
void showEvaluation(const Session &session, const feasibility::Design &design,
                    const evaluation::Evaluation &evaluation);

} // namespace wsc::tool
