// The options that several subcommands share.
#include "tools/wsc/Command.h"

#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace wsc::tool {

#define COMMAND(identifier, name, summary)                                                         \
  cl::SubCommand &identifier##Command() {                                                          \
    static cl::SubCommand command(name, summary);                                                  \
    return command;                                                                                \
  }
#include "tools/wsc/Commands.def"

// The commands that read one spec.
#define SPEC_COMMANDS                                                                              \
  cl::sub(checkCommand()), cl::sub(boundsCommand()), cl::sub(countCommand()),                      \
      cl::sub(evaluateCommand()), cl::sub(exploreCommand()), cl::sub(emitCommand()),               \
      cl::sub(compareCommand()), cl::sub(optCommand()), cl::sub(sampleCommand()),                  \
      cl::sub(sensitivityCommand()), cl::sub(sourcesCommand()), cl::sub(sweepCommand())

static cl::list<std::string> importPaths("I", cl::Prefix, cl::value_desc("dir"),
                                         cl::desc("A folder to look for imports in (repeatable)"),
                                         SPEC_COMMANDS, cl::sub(lockCommand()),
                                         cl::sub(lspCommand()), cl::sub(validateCommand()));
static cl::list<std::string> settings("set", cl::value_desc("field=value"),
                                      cl::desc("Fix an open field (repeatable)"), SPEC_COMMANDS);
static cl::opt<std::string> chip("chip", cl::value_desc("name"),
                                 cl::desc("Which chip, where the file has several"), SPEC_COMMANDS);
static cl::opt<std::string> model("model", cl::value_desc("name"), cl::desc("Which model"),
                                  SPEC_COMMANDS);
static cl::opt<std::string> workload("workload", cl::value_desc("name"), cl::desc("Which workload"),
                                     SPEC_COMMANDS);
static cl::opt<std::string> strategy("strategy", cl::value_desc("name"), cl::desc("Which strategy"),
                                     SPEC_COMMANDS);
static cl::opt<Form> form("format", cl::desc("The form of the output:"), cl::init(Form::Text),
                          cl::values(clEnumValN(Form::Text, "text", "for people"),
                                     clEnumValN(Form::Json, "json", "for programs"),
                                     clEnumValN(Form::Sarif, "sarif",
                                                "what is wrong, for code hosts (SARIF 2.1.0)")),
                          SPEC_COMMANDS, cl::sub(lockCommand()), cl::sub(validateCommand()),
                          cl::sub(reportCommand()), cl::sub(diffCommand()));
static cl::opt<uint64_t> seed("seed", cl::init(1), cl::value_desc("n"),
                              cl::desc("Seed of everything random (default 1)"), SPEC_COMMANDS);
static cl::opt<uint64_t> limit("limit", cl::init(20'000'000), cl::value_desc("n"),
                               cl::desc("Work limit of the solver, in constraint evaluations "
                                        "(default 20000000)"),
                               SPEC_COMMANDS);
static cl::opt<bool> timePhases("time-phases", cl::desc("Print what each phase took, to stderr"),
                                SPEC_COMMANDS);

Phase::Phase(llvm::StringRef name)
    : NamedRegionTimer(name, name, "wsc", "Phases of wsc", timePhases) {}

// One positional argument a command; `opt --list` and `emit --list` need none.
static cl::opt<std::string> file(cl::Positional, cl::Required, cl::desc("FILE"),
                                 cl::sub(checkCommand()), cl::sub(boundsCommand()),
                                 cl::sub(countCommand()), cl::sub(evaluateCommand()),
                                 cl::sub(sampleCommand()), cl::sub(sensitivityCommand()),
                                 cl::sub(sourcesCommand()), cl::sub(sweepCommand()));
static cl::opt<std::string> optionalFile(cl::Positional, cl::desc("[FILE]"), cl::sub(optCommand()),
                                         cl::sub(exploreCommand()));

CommonOptions commonOptions() {
  return {file.empty() ? optionalFile : file,
          {importPaths.begin(), importPaths.end()},
          {settings.begin(), settings.end()},
          chip,
          model,
          workload,
          strategy,
          form,
          seed,
          seed.getNumOccurrences() != 0,
          limit};
}

/// On a terminal that can, unless the user asked for none (no-color.org).
static bool wantsColour() {
  const char *none = getenv("NO_COLOR");
  return !(none && *none) && llvm::errs().has_colors();
}

void showDiagnostics(const DiagnosticEngine &diagnostics, Form form) {
  switch (form) {
  case Form::Text: return renderText(diagnostics, llvm::errs(), wantsColour());
  case Form::Json: return renderJson(diagnostics, llvm::outs());
  case Form::Sarif: return renderSarif(diagnostics, WSC_VERSION, llvm::outs());
  }
}

} // namespace wsc::tool
