// What the subcommands share: their registration, the options of several of them, exit codes.
#pragma once

#include "support/Diagnostics.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Timer.h"

namespace wsc::tool {

/// Exit codes, as docs/cli.md lists them.
enum Exit {
  Done = 0,
  Infeasible = 1,
  SpecErrors = 2,
  Unknown = 3,
  WrongUsage = 64,
  InternalBug = 70,
  OutOfMemory = 71,
  OutputFailed = 74,
};

// One subcommand object for each command; functions, so that options of any file can register
// with them while static objects are still being built.
#define COMMAND(identifier, name, summary) llvm::cl::SubCommand &identifier##Command();
#include "tools/wsc/Commands.def"

#define COMMAND(identifier, name, summary) int run_##identifier();
#include "tools/wsc/Commands.def"

/// What `--format` asks for.
enum class Form { Text, Json, Sarif };

/// Options that several subcommands take.
struct CommonOptions {
  std::string file;
  std::vector<std::string> importPaths;
  std::vector<std::string> settings;
  std::string chip, model, workload, strategy;
  Form form;
  uint64_t seed;
  bool seedGiven;
  uint64_t limit;
};
/// Their values after parsing.
CommonOptions commonOptions();

/// A phase of the run, from construction to destruction: what `--time-phases` reports.
struct Phase : llvm::NamedRegionTimer {
  explicit Phase(llvm::StringRef name);
};

/// Writes the diagnostics to standard error (text) or standard output (JSON, SARIF).
void showDiagnostics(const DiagnosticEngine &diagnostics, Form form);

} // namespace wsc::tool
