// Diagnostics as SARIF 2.1.0, which code hosts and editors show beside the code: a rule for each
// kind with its explanation as help, a result for each diagnostic, fix-its as replacements.
#include "support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc {

namespace {

using llvm::json::Array;
using llvm::json::Object;

Object textObject(llvm::StringRef text) { return Object{{"text", text.str()}}; }

/// Files below the current folder by their relative path, as code hosts want them, others as
/// `file://` addresses; what cannot stand in an address is escaped.
std::string uriOf(const SourceFile &file) {
  llvm::SmallString<128> here;
  llvm::StringRef path = file.path();
  if (llvm::sys::path::is_absolute(path) && !llvm::sys::fs::current_path(here)) {
    here += '/';
    path.consume_front(here);
  }
  std::string uri = llvm::sys::path::is_absolute(path) ? "file://" : "";
  for (char c : path)
    if (llvm::isAlnum(c) || llvm::StringRef("-._~/").contains(c))
      uri += c;
    else
      uri += llvm::formatv("%{0:X-2}", static_cast<unsigned>(static_cast<unsigned char>(c))).str();
  return uri;
}

/// A 1-based column in code points.
unsigned codePointColumn(const SourceFile &file, SourceFile::Position at) {
  llvm::StringRef before = file.line(at.line).take_front(at.column - 1);
  unsigned beyond = at.column - 1 - before.size(); // a place behind the line break
  return 1 + beyond + llvm::count_if(before, [](unsigned char c) { return (c & 0xC0) != 0x80; });
}

Object regionOf(Range range) {
  const SourceFile &file = *range.file;
  auto begin = file.position(range.begin), end = file.position(range.end);
  return Object{{"startLine", begin.line},
                {"startColumn", codePointColumn(file, begin)},
                {"endLine", end.line},
                {"endColumn", codePointColumn(file, end)}};
}

Object artifact(Range range) { return Object{{"uri", uriOf(*range.file)}}; }

Object location(Range range, llvm::StringRef message) {
  Object location;
  if (range)
    location["physicalLocation"] =
        Object{{"artifactLocation", artifact(range)}, {"region", regionOf(range)}};
  if (!message.empty())
    location["message"] = textObject(message);
  return location;
}

Object fixOf(const Diagnostic &d) {
  Array replacements;
  for (const FixIt &fix : d.fixes)
    replacements.push_back(Object{{"deletedRegion", regionOf(fix.range)},
                                  {"insertedContent", textObject(fix.replacement)}});
  Object change{{"artifactLocation", artifact(d.fixes.front().range)},
                {"replacements", std::move(replacements)}};
  return Object{{"description", textObject(d.help)}, {"artifactChanges", Array{std::move(change)}}};
}

Object resultOf(const Diagnostic &d) {
  std::string message = d.message;
  if (!d.help.empty())
    message += "\n\nhelp: " + d.help;
  Object result{{"ruleId", name(d.kind)},
                {"ruleIndex", static_cast<int>(d.kind)},
                {"level", toString(severity(d.kind))},
                {"message", textObject(message)}};
  if (d.primary.range)
    result["locations"] = Array{location(d.primary.range, d.primary.text)};
  Array related;
  for (const Label &label : d.related)
    related.push_back(location(label.range, label.text));
  if (!related.empty())
    result["relatedLocations"] = std::move(related);
  if (!d.fixes.empty())
    result["fixes"] = Array{fixOf(d)};
  return result;
}

std::string firstSentence(llvm::StringRef text) {
  size_t stop = std::min(text.find(". "), text.find(".\n"));
  std::string sentence = text.take_front(stop).rtrim('.').str() + ".";
  std::replace(sentence.begin(), sentence.end(), '\n', ' ');
  return sentence;
}

/// Every kind is a rule, used or not, so that a kind has the same index in every log.
Array rules() {
  Array rules;
  for (DiagKind kind : allDiagKinds()) {
    llvm::StringRef text = explanation(kind).trim();
    rules.push_back(Object{{"id", name(kind)},
                           {"shortDescription", textObject(firstSentence(text))},
                           {"help", Object{{"text", text}, {"markdown", text}}},
                           {"defaultConfiguration", Object{{"level", toString(severity(kind))}}}});
  }
  return rules;
}

} // namespace

void renderSarif(const DiagnosticEngine &engine, llvm::StringRef version, llvm::raw_ostream &out) {
  Array results;
  for (const Diagnostic *d : engine.sorted())
    results.push_back(resultOf(*d));
  Object driver{{"name", "wsc"}, {"version", version}, {"rules", rules()}};
  Object run{{"tool", Object{{"driver", std::move(driver)}}},
             {"columnKind", "unicodeCodePoints"},
             {"results", std::move(results)}};
  Object log{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
             {"version", "2.1.0"},
             {"runs", Array{std::move(run)}}};
  out << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(log)));
}

} // namespace wsc
