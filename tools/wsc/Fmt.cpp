// wsc fmt: the canonical layout of spec files, in place.
#include "frontend/Format.h"
#include "tools/wsc/Command.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace wsc::tool {

static cl::list<std::string> files(cl::Positional, cl::OneOrMore, cl::desc("FILE..."),
                                   cl::sub(fmtCommand()));
static cl::opt<bool> checkOnly("check", cl::desc("Change nothing; exit 2 if a file would change"),
                               cl::sub(fmtCommand()));

/// Writes through a temporary file, so that an interrupted run leaves the old text.
static bool replaceFile(llvm::StringRef path, llvm::StringRef text) {
  auto error = llvm::writeToOutput(path, [&](llvm::raw_ostream &out) {
    out << text;
    return llvm::Error::success();
  });
  if (!error)
    return true;
  llvm::errs() << "error: cannot write `" << path << "`: " << llvm::toString(std::move(error))
               << '\n';
  return false;
}

int run_fmt() {
  SourceManager sources;
  DiagnosticEngine diagnostics;
  bool fine = true;
  for (const std::string &path : files) {
    std::string error;
    const SourceFile *source = sources.load(path, error);
    if (!source) {
      diagnostics.report(DiagKind::FileUnreadable, {}, "cannot read `" + path + "`: " + error);
      continue;
    }
    auto text = format(*source, diagnostics);
    if (!text)
      continue;
    if (path == "-")
      llvm::outs() << *text;
    else if (*text != source->text() && checkOnly) {
      llvm::outs() << path << '\n';
      fine = false;
    } else if (*text != source->text())
      fine &= replaceFile(path, *text);
  }
  showDiagnostics(diagnostics, Form::Text);
  return fine && !diagnostics.hasErrors() ? Done : SpecErrors;
}

} // namespace wsc::tool
