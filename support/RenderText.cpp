// Diagnostics as text for people.
#include "support/Snippet.h"

namespace wsc {

namespace {

using llvm::raw_ostream;

void renderPlace(Range range, raw_ostream &out) {
  if (!range)
    return;
  auto [line, column] = range.file->position(range.begin);
  out << range.file->path() << ':' << line << ':' << column << ": ";
}

void renderOne(const Diagnostic &d, raw_ostream &out, bool colour) {
  renderPlace(d.primary.range, out);
  {
    Coloured c(out, colour,
               severity(d.kind) == Severity::Error ? raw_ostream::RED : raw_ostream::MAGENTA);
    out << toString(severity(d.kind)) << ": ";
  }
  out << d.message << " [" << name(d.kind) << "]\n";
  renderSnippet(d.primary.range, out, colour);
  for (const Label &label : d.related) {
    renderPlace(label.range, out);
    out << "note: " << label.text << '\n';
    renderSnippet(label.range, out, colour);
  }
  if (d.help.empty())
    return;
  {
    Coloured c(out, colour, raw_ostream::GREEN);
    out << "help: " << d.help << '\n';
  }
  renderFixes(d.fixes, out, colour);
}

} // namespace

void renderText(const DiagnosticEngine &engine, raw_ostream &out, bool colour) {
  for (const Diagnostic *d : engine.sorted())
    renderOne(*d, out, colour);
  if (unsigned n = engine.errorCount()) {
    constexpr unsigned max = DiagnosticEngine::maxErrors;
    if (n > max)
      out << "more than " << max << " errors, the first " << max << " found are shown\n";
    else
      out << n << (n == 1 ? " error\n" : " errors\n");
  }
}

} // namespace wsc
