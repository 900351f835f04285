// wsc: designing wafer-scale chips.  Finds the subcommand and runs it.
#include "tools/wsc/Command.h"

#include "support/Rounding.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"
#include <unistd.h>

using namespace wsc::tool;

static const struct {
  llvm::cl::SubCommand &(*command)();
  int (*run)();
} commands[] = {
#define COMMAND(identifier, name, summary) {identifier##Command, run_##identifier},
#include "tools/wsc/Commands.def"
};

/// A full disk or a closed pipe must not look like a verdict.
static int finish(int exit) {
  llvm::outs().flush();
  llvm::TimerGroup::printAll(llvm::errs()); // nothing without --time-phases
  if (!llvm::outs().has_error())
    return exit;
  llvm::errs() << "error: cannot write the output: " << llvm::outs().error().message() << '\n';
  llvm::outs().clear_error();
  return OutputFailed;
}

/// Without memory nothing can be shown but this.
[[noreturn]] static void outOfMemory(void *, const char *, bool) {
  static constexpr char text[] = "error: out of memory; a lower `--limit` takes less\n";
  [[maybe_unused]] ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
  _exit(OutOfMemory);
}

int main(int argc, char **argv) {
  llvm::install_bad_alloc_error_handler(outOfMemory);
  llvm::install_out_of_memory_new_handler();
  llvm::cl::SetVersionPrinter([](llvm::raw_ostream &out) { out << "wsc " WSC_VERSION "\n"; });
  if (!llvm::cl::ParseCommandLineOptions(
          argc, argv, "wsc: a compiler for designing wafer-scale chips\n", &llvm::errs()))
    return WrongUsage;
  if (!wsc::roundsUpward())
    llvm::errs() << "warning: this processor does not round upward when told to (emulators such as "
                    "valgrind do not): answers are not proved\n";
  for (const auto &entry : commands)
    if (entry.command())
      return finish(entry.run());
  llvm::cl::PrintHelpMessage();
  return WrongUsage;
}
