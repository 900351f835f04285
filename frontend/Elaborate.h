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
  /// Which suite of measurements; empty: the last one there is.
  std::string suite = {};
  /// Every number that a field is fixed at is a named constant, whether it says where it comes from
  /// or not, so that it can be varied.
  bool nameFields = false;
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

/// A suite of measurements of the main file: what a row is and what it is compared with.
struct SuiteDecl {
  std::string name;
  std::string
      data;        ///< the file with its rows as written, its own or that of its base; may be empty
  Range place;     ///< of its name
  Range dataPlace; ///< of the data, else of the name
};
/// The suites of the main file that no other refines, as written.
std::vector<SuiteDecl> suitesOf(const Program &program);

/// Whether the main file declares a chip, model, workload or strategy: without, it is a library,
/// which can be checked but not decided.
bool declaresDesign(const Program &program);

/// Reports the same errors, and notes in `index` what every name stands for.  In a library every
/// component is looked at by itself: a chip there is a template, not the design.  The index keeps
/// the Space that is returned; null after errors, and where there is no one design.
const ir::Space *elaborate(const Program &program, DiagnosticEngine &diagnostics, Index &index,
                           bool isLibrary);

} // namespace wsc
