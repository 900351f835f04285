// Evaluating designs of a Space, for the subcommands that do.
#pragma once

#include "evaluation/Evaluator.h"
#include "tools/wsc/Pipeline.h"
#include "llvm/Support/JSON.h"

namespace wsc::tool {

/// Whether there is a chip, a model, a workload and a strategy, so that a design can be evaluated.
bool isWorkloadGiven(const ir::Space &space);

/// The fields that evaluators read; empty after showing which the Space misses.
std::optional<evaluation::Binding> bindFields(Session &session, const ir::Space &space);

/// One design of a spec and what it does.
struct EvaluatedDesign {
  feasibility::Design design;
  evaluation::Binding binding;
  std::optional<evaluation::Design> fields; ///< as evaluators see them; empty when invalid
  std::optional<evaluation::Pools> pools;   ///< where prompts have a chip of their own, with these
  evaluation::Evaluation evaluation;
  double seconds = 0; ///< of processor time that it took
};

/// The metrics that a design has, by name.
llvm::json::Object metricsJson(const ir::Space &space, const evaluation::Measurement &measurement);

/// The lists `breakdown` and `lower_bounds`.
llvm::json::Object itemsJson(const evaluation::Evaluation &evaluation);

/// A value of a breakdown with a readable prefix.
std::string format(const ir::Space &space, double value, evaluation::UnitKind unit);

/// What `--fidelity` asks for.
evaluation::Fidelity chosenFidelity();
bool isFidelityGiven();

/// Loads the spec of the command line, chooses a design and evaluates it.  Empty after showing
/// why that is impossible; `exit` then says what to return.
std::optional<EvaluatedDesign> evaluateSpec(Session &session, Exit &exit);

/// Prints metrics, headline quantities and the breakdown as text or JSON.
/// `extra` is added to the JSON.
void showEvaluation(const Session &session, const feasibility::Design &design,
                    const evaluation::Evaluation &evaluation, llvm::json::Object extra = {});

} // namespace wsc::tool
