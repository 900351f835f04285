// Loading: parse, elaborate, passes, as tools/wsc/Pipeline.cpp does.
#include "bench/feasibility/Load.h"

#include "frontend/Elaborate.h"
#include "passes/Pass.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::bench {

namespace {

/// Beside the binary, as for `wsc`.
std::string stdlibPath() {
  static int anchor;
  llvm::SmallString<128> path(llvm::sys::fs::getMainExecutable("wsc-bench", &anchor));
  llvm::sys::path::remove_filename(path);
  llvm::sys::path::append(path, "..", "share", "wsc", "stdlib");
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  return std::string(path);
}

/// The default pipeline with the changes that were asked for.
std::unique_ptr<ir::Space> runPasses(std::unique_ptr<ir::Space> space, const PassChoice &choice) {
  for (const passes::Pass &pass : passes::all()) {
    bool isDefault = pass.kind == passes::Pass::Default && !choice.without.contains(pass.name);
    if (isDefault || choice.with.contains(pass.name))
      space = pass.run(*space);
  }
  return space;
}

} // namespace

Instance load(llvm::StringRef path, const PassChoice &passes) {
  SourceManager sources;
  DiagnosticEngine diagnostics;
  std::unique_ptr<ir::Space> space;
  if (auto program = loadProgram(path, {{}, stdlibPath()}, sources, diagnostics))
    space = elaborate(*program, {}, diagnostics);
  if (!space || diagnostics.hasErrors()) {
    renderText(diagnostics, llvm::errs(), /*colour=*/false);
    exit(2);
  }
  std::string error;
  bool isInfeasible = sources.load(path, error)->text().contains_insensitive("infeasible");
  llvm::StringRef name = llvm::sys::path::stem(path);
  llvm::StringRef folder = llvm::sys::path::filename(llvm::sys::path::parent_path(path));
  return {name.str(), (folder == "random" ? folder : name).str(), isInfeasible,
          runPasses(std::move(space), passes)};
}

} // namespace wsc::bench
