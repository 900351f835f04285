// Changes to a document: its canonical layout.
#include "frontend/Format.h"
#include "lsp/Features.h"

namespace wsc::lsp {

Reply formatting(const Document &document) {
  SourceManager sources;
  DiagnosticEngine diagnostics;
  auto text = format(*sources.add(document.path, document.text), diagnostics);
  if (!text)
    return ResponseError{ResponseError::RequestFailed,
                         "the file has syntax errors, so it has no layout"};
  if (*text == document.text)
    return json::Array{};
  // One edit from the first to the last byte that differ, so that the cursor stays where it is.
  llvm::StringRef from = document.text, to = *text;
  auto isBoundary = [](llvm::StringRef s, size_t i) {
    return i >= s.size() || (static_cast<unsigned char>(s[i]) & 0xC0) != 0x80;
  };
  size_t common = std::min(from.size(), to.size()), prefix = 0, suffix = 0;
  while (prefix < common && from[prefix] == to[prefix])
    ++prefix;
  while (!isBoundary(from, prefix) || !isBoundary(to, prefix))
    --prefix;
  while (suffix < common - prefix && from[from.size() - 1 - suffix] == to[to.size() - 1 - suffix])
    ++suffix;
  while (suffix && (!isBoundary(from, from.size() - suffix) || !isBoundary(to, to.size() - suffix)))
    --suffix;
  return json::Array{json::Object{{"range", toJson(from, prefix, from.size() - suffix)},
                                  {"newText", to.slice(prefix, to.size() - suffix)}}};
}

} // namespace wsc::lsp
