// Code actions: the fix-its of diagnostics as edits.
#include "lsp/Features.h"

namespace wsc::lsp {

json::Value codeActions(const Workspace &workspace, const Document &document, Position from,
                        Position to) {
  json::Array result;
  const DiagnosticEngine *engine = workspace.diagnosticsOf(document);
  if (!engine)
    return result;
  unsigned begin = offsetOf(document.text, from), end = offsetOf(document.text, to);
  for (const Diagnostic *d : engine->sorted()) {
    Range at = d->primary.range;
    if (d->fixes.empty() || !at || at.file->path() != document.path || at.begin > end ||
        at.end < begin)
      continue;
    Range file = d->fixes.front().range; // all of one file
    json::Array edits;
    for (const FixIt &fix : d->fixes)
      edits.push_back(
          json::Object{{"range", toJson(fix.range.file->text(), fix.range.begin, fix.range.end)},
                       {"newText", json::fixUTF8(fix.replacement)}});
    result.push_back(json::Object{
        {"title", json::fixUTF8(d->help)},
        {"kind", "quickfix"},
        {"isPreferred", true},
        {"diagnostics", json::Array{workspace.diagnosticToJson(*d, at)}},
        {"edit", json::Object{{"changes", json::Object{{workspace.uri(file.file->path()),
                                                        std::move(edits)}}}}}});
  }
  return result;
}

} // namespace wsc::lsp
