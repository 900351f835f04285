// Two clients of the diagnostics data: text for people and JSON for programs.
#include "support/Diagnostics.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>

namespace wsc {

namespace {

using llvm::raw_ostream;

class Coloured {
public:
  Coloured(raw_ostream &out, bool enabled, raw_ostream::Colors colour)
      : out_(out), enabled_(enabled) {
    if (enabled_)
      out_.changeColor(colour, /*Bold=*/true);
  }
  ~Coloured() {
    if (enabled_)
      out_.resetColor();
  }

private:
  raw_ostream &out_;
  bool enabled_;
};

void renderPlace(Range range, raw_ostream &out) {
  if (!range)
    return;
  auto [line, column] = range.file->position(range.begin);
  out << range.file->path() << ':' << line << ':' << column << ": ";
}

llvm::StringRef word(Severity severity) {
  return severity == Severity::Error ? "error" : "warning";
}

void renderOne(const Diagnostic &d, raw_ostream &out, bool colour) {
  renderPlace(d.primary.range, out);
  {
    Coloured c(out, colour, severity(d.kind) == Severity::Error ? raw_ostream::RED
                                                               : raw_ostream::MAGENTA);
    out << word(severity(d.kind)) << ": ";
  }
  out << d.message << " [" << name(d.kind) << "]\n";
  renderSnippet(d.primary.range, out, colour);
  for (const Label &label : d.related) {
    renderPlace(label.range, out);
    out << "note: " << label.text << '\n';
    renderSnippet(label.range, out, colour);
  }
  if (!d.help.empty()) {
    Coloured c(out, colour, raw_ostream::GREEN);
    out << "help: " << d.help << '\n';
  }
}

llvm::json::Object placeToJson(Range range) {
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

} // namespace

void renderSnippet(Range range, raw_ostream &out, bool colour) {
  if (!range)
    return;
  auto [line, column] = range.file->position(range.begin);
  llvm::StringRef text = range.file->line(line);
  // A machine-written line can be megabytes long: show a window around the place.
  constexpr unsigned window = 160;
  unsigned skip = column > window ? column - window / 2 : 0;
  text = text.substr(skip, window);
  column -= skip;
  std::string number = std::to_string(line);
  out << "  " << number << " | " << text << '\n' << std::string(number.size() + 2, ' ') << " | ";
  for (unsigned i = 1; i < column; ++i)
    out << (i <= text.size() && text[i - 1] == '\t' ? '\t' : ' ');
  unsigned room = text.size() + 1 > column ? text.size() + 1 - column : 1;
  unsigned length = std::clamp(range.end - range.begin, 1u, std::max(room, 1u));
  Coloured c(out, colour, raw_ostream::GREEN);
  out << '^' << std::string(length - 1, '~') << '\n';
}

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

void renderJson(const DiagnosticEngine &engine, raw_ostream &out) {
  llvm::json::Array list;
  for (const Diagnostic *d : engine.sorted()) {
    llvm::json::Object object = placeToJson(d->primary.range);
    object["kind"] = name(d->kind);
    object["severity"] = word(severity(d->kind));
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
    list.push_back(std::move(object));
  }
  out << llvm::formatv("{0:2}\n", llvm::json::Value(llvm::json::Object{
                                      {"format_version", 1}, {"diagnostics", std::move(list)}}));
}

} // namespace wsc
