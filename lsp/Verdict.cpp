// From a program to the conflict of its requirements, as a diagnostic.
#include "lsp/Verdict.h"

#include "feasibility/Explain.h"
#include "passes/Pass.h"

namespace wsc::lsp {

/// A place of the IR in the files of an analysis; null if it is not there.
static Range rangeOf(const Analysis &analysis, const ir::Location &location) {
  const SourceFile *file = location ? analysis.file(location.file) : nullptr;
  if (!file)
    return {};
  unsigned begin = file->line(location.line).data() - file->text().data() + location.column - 1;
  return {file, begin, begin + location.length};
}

void reportConflict(Analysis &analysis, feasibility::Session &session) {
  std::unique_ptr<ir::Space> prepared = passes::runDefault(*analysis.design);
  const ir::Space &space = *prepared; // the session keeps it
  feasibility::Answer answer = session.decide(std::move(prepared));
  if (answer.verdict != feasibility::Verdict::Infeasible)
    return;
  const SourceFile *main = analysis.program->main->file->source;
  Range at;
  for (unsigned index : llvm::reverse(answer.core))
    if (Range range = rangeOf(analysis, space.constraints[index].location); range.file == main)
      at = range;
  Diagnostic &finding = analysis.diagnostics.report(
      DiagKind::Infeasible, at ? at : Range{main, 0, 0}, feasibility::headline(answer.core.size()));
  for (unsigned index : answer.core) {
    const ir::Constraint &constraint = space.constraints[index];
    finding.note(rangeOf(analysis, constraint.location),
                 "`" + constraint.name + "`" +
                     (constraint.reason.empty() ? "" : ": " + constraint.reason));
  }
  finding.suggest(
      answer.coreIsMinimal
          ? "`wsc check` says by how much, and which changes would help"
          : "perhaps not each of them is needed for the conflict: `wsc check` says more");
}

} // namespace wsc::lsp
