// Elaboration: a program becomes one flat ir::Space.  Names are resolved, units checked,
// refinements merged, functions inlined, components expanded into named quantities.
#pragma once

#include "frontend/Program.h"
#include "ir/Space.h"

namespace wsc {

class Index;

/// What the command line adds to a spec.
struct Selection {
  /// `--chip NAME` and the like, by role; empty: the `explore` block or the only one there is.
  std::string chip, model, workload, strategy;
  /// `--set FIELD=VALUE`.
  struct Setting {
    std::string field;
    const SourceFile *value; ///< the text of VALUE as a file of its own, for diagnostics
  };
  std::vector<Setting> settings;
};

/// Null when there were errors, all of which are reported.
std::unique_ptr<ir::Space> elaborate(const Program &program, const Selection &selection,
                                     DiagnosticEngine &diagnostics);

/// Whether the main file declares a chip, model, workload or strategy: without, it is a library,
/// which can be checked but not decided.
bool declaresDesign(const Program &program);

/// Reports the same errors, and notes in `index` what every name stands for.  In a library every
/// component is looked at by itself: a chip there is a template, not the design.
void elaborate(const Program &program, DiagnosticEngine &diagnostics, Index &index, bool isLibrary);

} // namespace wsc
