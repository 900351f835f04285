// wsc import: a description in another format as a spec.
#include "frontend/Format.h"
#include "frontend/Parse.h"
#include "importers/Importer.h"
#include "tools/wsc/Command.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace wsc::tool {

static cl::opt<std::string> file(cl::Positional, cl::Required, cl::desc("FILE"),
                                 cl::sub(importCommand()));
static cl::opt<std::string> from("from", cl::value_desc("format"),
                                 cl::desc("hf, llmcompass or calculon; by default told by content"),
                                 cl::sub(importCommand()));
static cl::opt<std::string> declared("name", cl::value_desc("name"),
                                     cl::desc("What to call the model or chip"),
                                     cl::sub(importCommand()));
static cl::opt<std::string> output("o", cl::value_desc("file"), cl::init("-"),
                                   cl::desc("The spec to write; by default standard output"),
                                   cl::sub(importCommand()));

namespace {

int wrongFormat() {
  std::string known;
  for (const importers::Importer &importer : importers::all())
    known += "\n  " + importer.name.str() + ": " + importer.summary.str();
  llvm::errs() << "error: there is no format `" << from << "`\nhelp: known are" << known << '\n';
  return WrongUsage;
}

/// Whether a word may name a declaration.
bool isName(const std::string &word, SourceManager &sources) {
  DiagnosticEngine quiet;
  ast::ExprPtr expr = parseExpression(*sources.add("--name", word), quiet);
  return expr && expr->kind == ast::ExprKind::Name && !expr->parenthesized;
}

/// The imported spec in canonical layout.
std::optional<std::string> importSpec(const importers::Importer *importer, SourceManager &sources,
                                      DiagnosticEngine &diagnostics) {
  std::string error;
  const SourceFile *source = sources.load(file, error);
  if (!source) {
    diagnostics.report(DiagKind::FileUnreadable, {}, "cannot read `" + file + "`: " + error);
    return std::nullopt;
  }
  auto text = importers::importFile(*source, importer, declared, diagnostics);
  return text ? format(*sources.add("imported spec", *text), diagnostics) : std::nullopt;
}

} // namespace

int run_import() {
  const importers::Importer *importer = importers::find(from);
  if (!from.empty() && !importer)
    return wrongFormat();
  SourceManager sources;
  DiagnosticEngine diagnostics;
  if (!declared.empty() && !isName(declared, sources)) {
    llvm::errs() << "error: `" << declared << "` cannot be the name of a declaration\n"
                 << "help: a name has letters, digits and `_`, and is no word of the language\n";
    return WrongUsage;
  }
  auto text = importSpec(importer, sources, diagnostics);
  showDiagnostics(diagnostics, Form::Text);
  if (!text)
    return SpecErrors;
  auto failed = llvm::writeToOutput(output, [&](llvm::raw_ostream &out) {
    out << *text;
    return llvm::Error::success();
  });
  if (!failed)
    return Done;
  llvm::errs() << "error: cannot write `" << output << "`: " << llvm::toString(std::move(failed))
               << '\n';
  return OutputFailed;
}

} // namespace wsc::tool
