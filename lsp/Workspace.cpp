// Keeping analyses up to date with the open documents.
#include "lsp/Workspace.h"

#include "frontend/Elaborate.h"
#include "lsp/Verdict.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include <set>

namespace wsc::lsp {

const SourceFile *Analysis::file(llvm::StringRef path) const {
  if (program)
    for (const auto &module : program->modules)
      if (module->file->source->path() == path)
        return module->file->source;
  return nullptr;
}

// ---- documents -------------------------------------------------------------------------------

std::vector<json::Value> Workspace::open(Document document) {
  std::string path = document.path;
  entries_[path].document = std::move(document);
  return update(path);
}

std::vector<json::Value> Workspace::change(Document &document) { return update(document.path); }

std::vector<json::Value> Workspace::close(llvm::StringRef uri) {
  std::string path = pathOf(uri);
  entries_.erase(path);
  return update(path);
}

std::vector<json::Value> Workspace::refresh() {
  closed_.clear();
  for (auto &[path, entry] : entries_)
    analyse(entry);
  return publish("");
}

Document *Workspace::document(llvm::StringRef uri) {
  auto it = entries_.find(pathOf(uri));
  return it == entries_.end() ? nullptr : &it->second.document;
}

const Document *Workspace::documentAt(llvm::StringRef path) const {
  auto it = entries_.find(path.str());
  return it == entries_.end() ? nullptr : &it->second.document;
}

// ---- analyses --------------------------------------------------------------------------------

std::unique_ptr<Analysis> Workspace::analyse(const std::string &path,
                                             const std::map<std::string, std::string> &texts) {
  auto result = std::make_unique<Analysis>();
  for (const auto &[open, entry] : entries_)
    if (!texts.count(open))
      result->sources.add(open, entry.document.text);
  for (const auto &[other, text] : texts)
    result->sources.add(other, text);
  result->program = loadProgram(path, paths_, result->sources, result->diagnostics, &cache_);
  if (result->program) {
    result->index = std::make_unique<Index>(*result->program);
    result->design =
        elaborate(*result->program, result->diagnostics, *result->index, isLibrary(path));
  }
  return result;
}

void Workspace::analyse(Entry &entry) {
  if (entry.latest && entry.latest->program)
    entry.good = std::move(entry.latest);
  entry.latest = analyse(entry.document.path, {});
  if (entry.latest->program)
    entry.good.reset();
  entry.isDecided = !entry.latest->design || !declaresDesign(*entry.latest->program);
}

bool Workspace::isDecided() const {
  return llvm::all_of(entries_, [](auto &entry) { return entry.second.isDecided; });
}

std::vector<json::Value> Workspace::decideNext() {
  for (auto &[path, entry] : entries_)
    if (!std::exchange(entry.isDecided, true)) {
      reportConflict(*entry.latest, entry.session);
      return publish("");
    }
  return {};
}

std::vector<json::Value> Workspace::update(llvm::StringRef path) {
  closed_.clear();
  for (auto &[own, entry] : entries_)
    // What has no program may lack the very file that changed.
    if (own == path || !entry.latest || !entry.latest->program || entry.latest->file(path))
      analyse(entry);
  return publish(path);
}

std::vector<const Analysis *> Workspace::analyses() const {
  std::vector<const Analysis *> result;
  for (const auto &[path, entry] : entries_)
    if (const Analysis *analysis = entry.known())
      result.push_back(analysis);
  for (const auto &[path, analysis] : closed_)
    if (analysis->index)
      result.push_back(analysis.get());
  return result;
}

std::vector<std::string> Workspace::ownFiles() const {
  std::set<std::string> result;
  for (const Analysis *analysis : analyses())
    for (const auto &module : analysis->program->modules)
      if (llvm::StringRef path = module->file->source->path(); !isLibrary(path))
        result.insert(path.str());
  return {result.begin(), result.end()};
}

void Workspace::analyseClosedFiles() {
  for (const std::string &path : ownFiles())
    if (!documentAt(path) && !closed_.count(path))
      closed_[path] = analyse(path, {});
}

bool Workspace::isLibrary(llvm::StringRef path) const {
  auto real = [](llvm::StringRef path) {
    llvm::SmallString<256> result;
    return llvm::sys::fs::real_path(path, result) ? path.str() : std::string(result);
  };
  return path.starts_with(paths_.stdlib + "/") ||
         llvm::StringRef(real(path)).starts_with(real(paths_.stdlib) + "/");
}

bool Workspace::isCurrent() const {
  return llvm::all_of(entries_,
                      [](auto &entry) { return entry.second.latest->program != nullptr; });
}

const Analysis *Workspace::analysisOf(const Document &document) const {
  auto it = entries_.find(document.path);
  return it == entries_.end() ? nullptr : it->second.known();
}

const DiagnosticEngine *Workspace::diagnosticsOf(const Document &document) const {
  auto it = entries_.find(document.path);
  return it == entries_.end() || !it->second.latest ? nullptr : &it->second.latest->diagnostics;
}

// ---- places ----------------------------------------------------------------------------------

/// The offset in `to` of what stands at an offset of `from`; nothing where the texts differ.
static std::optional<unsigned> carry(unsigned offset, llvm::StringRef from, llvm::StringRef to) {
  if (from == to)
    return offset;
  size_t common = std::min(from.size(), to.size()), prefix = 0, suffix = 0;
  while (prefix < common && from[prefix] == to[prefix])
    ++prefix;
  while (suffix < common - prefix && from[from.size() - 1 - suffix] == to[to.size() - 1 - suffix])
    ++suffix;
  if (offset <= prefix)
    return offset;
  if (offset >= from.size() - suffix)
    return offset + to.size() - from.size();
  return std::nullopt;
}

std::optional<Place> Workspace::locate(const Document &document, Position position) const {
  unsigned offset = offsetOf(document.text, position);
  auto in = [&](const Analysis *analysis) -> std::optional<Place> {
    const SourceFile *file = analysis ? analysis->file(document.path) : nullptr;
    auto there = file ? carry(offset, document.text, file->text()) : std::nullopt;
    if (!there)
      return std::nullopt;
    return Place{analysis, file, *there};
  };
  if (auto place = in(analysisOf(document)))
    return place;
  for (const Analysis *analysis : analyses())
    if (auto place = in(analysis))
      return place;
  return std::nullopt;
}

std::optional<json::Value> Workspace::range(Range range) const {
  llvm::StringRef text = range.file->text();
  const Document *document = documentAt(range.file->path());
  llvm::StringRef present = document ? llvm::StringRef(document->text) : text;
  auto begin = carry(range.begin, text, present), end = carry(range.end, text, present);
  if (!begin || !end || *end < *begin)
    return std::nullopt;
  return toJson(present, *begin, *end);
}

std::optional<json::Value> Workspace::location(Range range) const {
  auto inFile = this->range(range);
  if (!inFile)
    return std::nullopt;
  return json::Object{{"uri", uri(range.file->path())}, {"range", std::move(*inFile)}};
}

std::string Workspace::uri(llvm::StringRef path) const {
  const Document *document = documentAt(path);
  return document ? document->uri : uriOf(path);
}

// ---- diagnostics -----------------------------------------------------------------------------

json::Value Workspace::diagnosticToJson(const Diagnostic &d, Range at) const {
  std::string message = d.message + (d.help.empty() ? "" : "\nhelp: " + d.help);
  json::Object result{
      {"range", toJson(at.file->text(), at.begin, at.end)},
      {"severity", severity(d.kind) == Severity::Error ? 1 : 2},
      {"code", name(d.kind)},
      {"source", "wsc"},
      {"message", json::fixUTF8(message)},
  };
  json::Array related;
  for (const Label &label : d.related)
    if (label.range)
      related.push_back(json::Object{
          {"location", json::Object{{"uri", uri(label.range.file->path())},
                                    {"range", toJson(label.range.file->text(), label.range.begin,
                                                     label.range.end)}}},
          {"message", json::fixUTF8(label.text)}});
  if (!related.empty())
    result["relatedInformation"] = std::move(related);
  return result;
}

std::vector<json::Value> Workspace::publish(llvm::StringRef changed) {
  // A file may be part of several programs; what any of them says about it is shown once.
  std::map<std::string, json::Array> byPath;
  for (const auto &[path, entry] : entries_) {
    byPath[path];
    SourceFile empty(path, "");
    for (const Diagnostic *d : entry.latest->diagnostics.sorted()) {
      Range at = d->primary.range ? d->primary.range : Range{&empty, 0, 0};
      json::Array &list = byPath[at.file->path().str()];
      json::Value diagnostic = diagnosticToJson(*d, at);
      if (!llvm::is_contained(list, diagnostic))
        list.push_back(std::move(diagnostic));
    }
  }
  for (const auto &[path, list] : published_)
    byPath[path]; // gone: to be cleared
  std::vector<json::Value> messages;
  for (auto &[path, list] : byPath) {
    const Document *document = documentAt(path);
    auto told = published_.find(path);
    bool same = told != published_.end() && told->second == list;
    if (same && !(document && path == changed))
      continue;
    json::Object params{{"uri", uri(path)}, {"diagnostics", json::Array(list)}};
    if (document)
      params["version"] = document->version;
    messages.push_back(json::Object{{"jsonrpc", "2.0"},
                                    {"method", "textDocument/publishDiagnostics"},
                                    {"params", std::move(params)}});
    if (list.empty() && !document)
      published_.erase(path);
    else
      published_[path] = std::move(list);
  }
  return messages;
}

} // namespace wsc::lsp
