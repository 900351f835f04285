// Diagnostics as JSON for programs.
#include "support/Diagnostics.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc {

static llvm::json::Object placeToJson(Range range) {
  llvm::json::Object place;
  if (!range)
    return place;
  auto begin = range.file->position(range.begin), end = range.file->position(range.end);
  place["file"] = range.file->path();
  place["line"] = begin.line;
  place["column"] = begin.column;
  place["end_line"] = end.line;
  place["end_column"] = end.column;
  return place;
}

void renderJson(const DiagnosticEngine &engine, llvm::raw_ostream &out) {
  llvm::json::Array list;
  for (const Diagnostic *d : engine.sorted()) {
    llvm::json::Object object = placeToJson(d->primary.range);
    object["kind"] = name(d->kind);
    object["severity"] = toString(severity(d->kind));
    object["message"] = d->message;
    if (!d->help.empty())
      object["help"] = d->help;
    llvm::json::Array notes;
    for (const Label &label : d->related) {
      llvm::json::Object note = placeToJson(label.range);
      note["message"] = label.text;
      notes.push_back(std::move(note));
    }
    if (!notes.empty())
      object["notes"] = std::move(notes);
    llvm::json::Array fixes;
    for (const FixIt &fix : d->fixes) {
      llvm::json::Object edit = placeToJson(fix.range);
      edit["replacement"] = fix.replacement;
      fixes.push_back(std::move(edit));
    }
    if (!fixes.empty())
      object["fixes"] = std::move(fixes);
    list.push_back(std::move(object));
  }
  out << llvm::formatv("{0:2}\n", llvm::json::Value(llvm::json::Object{
                                      {"format_version", 1}, {"diagnostics", std::move(list)}}));
}

} // namespace wsc
