// The steps that subcommands are made of: from a spec to a Space, a verdict, a design.
#pragma once

#include "feasibility/Boxes.h"
#include "feasibility/Preferences.h"
#include "frontend/Elaborate.h"
#include "tools/wsc/Command.h"

namespace wsc::tool {

/// Everything one run of the program needs to keep alive.
struct Session {
  CommonOptions options = commonOptions();
  bool nameFields = false; ///< every fixed number keeps its name in the Space
  SourceManager sources;
  DiagnosticEngine diagnostics;
  std::unique_ptr<Program> program;     ///< null for IR text
  std::unique_ptr<ir::Space> space;     ///< as written
  std::unique_ptr<ir::Space> optimized; ///< after the default passes; same parameters
};

/// Where imports are looked for: the `-I` folders and the standard library.
SearchPaths searchPaths();

/// Parses a spec and what it imports; null after errors, which are reported.
std::unique_ptr<Program> loadSpecFiles(Session &session);

/// Reads the spec (.wsc) or IR text (.wscir) and elaborates it.  False after errors, which
/// have been shown.
bool loadSpace(Session &session);

/// The verdict of the feasibility engine on the optimized Space, with the seed and the limit of the
/// session.
feasibility::Answer decide(const Session &session, const feasibility::Problem &problem,
                           feasibility::Options options = {});

/// One design: the only one if no field is open, otherwise the one the solver found.  Empty
/// after showing why there is none; `exit` then says what to return.
std::optional<feasibility::Design> chooseDesign(Session &session, Exit &exit);

/// The file of a spec as it was loaded, for showing source lines; null if it is not there.
Range rangeOf(Session &session, const ir::Location &location);

} // namespace wsc::tool
