// Renaming: every use in every file that is loaded, and nothing else.  The result is elaborated
// before it is proposed: a rename after which some name would mean something else is refused.
#include "lsp/Features.h"

#include "frontend/Parse.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::lsp {

namespace {

struct Edit {
  Range range;
  std::string text;
  unsigned lead; ///< how far into the new text the name stands
};
using Edits = std::map<std::string, std::vector<Edit>>; // by path, in order

ResponseError refuse(std::string why) { return {ResponseError::RequestFailed, std::move(why)}; }

/// Whether a text is a name and nothing but a name.
bool isName(llvm::StringRef text) {
  SourceManager sources;
  DiagnosticEngine diagnostics;
  auto file = parseFile(*sources.add("", "wsc 1\nconst " + text.str() + " = 1\n"), diagnostics);
  return file && file->decls.size() == 1 && file->decls[0].name().text == text;
}

unsigned moved(unsigned offset, const std::vector<Edit> &edits) {
  unsigned result = offset;
  for (const Edit &edit : edits)
    if (edit.range.end <= offset)
      result += edit.text.size() - (edit.range.end - edit.range.begin);
    else if (edit.range.begin == offset)
      result += edit.lead;
  return result;
}

std::string apply(llvm::StringRef text, const std::vector<Edit> &edits) {
  std::string result;
  unsigned done = 0;
  for (const Edit &edit : edits) {
    result += text.slice(done, edit.range.begin).str() + edit.text;
    done = edit.range.end;
  }
  return result + text.drop_front(done).str();
}

/// What every name means, as text that does not depend on which analysis says so.
std::vector<std::string> meanings(const Analysis &analysis, const Edits &edits) {
  static const std::vector<Edit> none;
  auto place = [&](Range range) {
    std::string path = range.file->path().str();
    auto it = edits.find(path);
    return path + ":" + std::to_string(moved(range.begin, it == edits.end() ? none : it->second));
  };
  std::vector<std::string> result;
  for (const Index::Use &use : analysis.index->uses())
    result.push_back(place(use.at) + " -> " + place(use.definition));
  llvm::sort(result);
  return result;
}

/// Whether an import is called by the end of its path here.
bool isImportPath(const Workspace &workspace, Range name) {
  for (const Analysis *analysis : workspace.analyses())
    for (const auto &module : analysis->program->modules)
      for (const ast::Import &import : module->file->imports)
        if (import.alias.range.file->path() == name.file->path() &&
            import.alias.range.begin == name.begin && import.path.range.end == name.end)
          return true;
  return false;
}

} // namespace

/// The symbol at a position, if it may be renamed, and where it is written there.
static std::variant<Index::Use, ResponseError>
renamed(const Workspace &workspace, const Document &document, Position position) {
  auto place = workspace.locate(document, position);
  auto use = place ? place->analysis->index->at(*place->file, place->offset) : std::nullopt;
  const Symbol *symbol = use ? place->analysis->index->symbol(use->definition) : nullptr;
  if (!symbol)
    return refuse("nothing here has a name that is declared somewhere");
  llvm::StringRef written = use->at.file->text().slice(use->at.begin, use->at.end);
  if (written != symbol->text())
    return refuse("`" + written.str() + "` is a role, which has no other name");
  if (workspace.isLibrary(symbol->name.file->path()))
    return refuse("`" + written.str() + "` is declared in the standard library");
  if (!workspace.isCurrent())
    return refuse("first mend the syntax errors, so that no use is missed");
  return *use;
}

Reply prepareRename(Workspace &workspace, const Document &document, Position position) {
  auto found = renamed(workspace, document, position);
  if (auto *error = std::get_if<ResponseError>(&found))
    return std::move(*error);
  Range at = std::get<Index::Use>(found).at;
  return json::Object{{"range", toJson(at.file->text(), at.begin, at.end)},
                      {"placeholder", at.file->text().slice(at.begin, at.end)}};
}

Reply rename(Workspace &workspace, const Document &document, Position position,
             llvm::StringRef name) {
  auto found = renamed(workspace, document, position);
  if (auto *error = std::get_if<ResponseError>(&found))
    return std::move(*error);
  if (!isName(name))
    return refuse("`" + name.str() + "` cannot be a name");
  Range definition = std::get<Index::Use>(found).definition;
  llvm::StringRef old = definition.file->text().slice(definition.begin, definition.end);
  workspace.analyseClosedFiles();
  Edits edits;
  for (Range range : usesOf(workspace, document, position, /*withDeclaration=*/true)) {
    llvm::StringRef written = range.file->text().slice(range.begin, range.end);
    if (written != old)
      continue; // by way of a role
    // `import a.b` becomes `import a.b as name`.
    bool isPath = range.begin == definition.begin && isImportPath(workspace, range);
    std::string lead = isPath ? old.str() + " as " : "";
    edits[range.file->path().str()].push_back(
        {range, lead + name.str(), static_cast<unsigned>(lead.size())});
  }
  // Elaborates the result.
  std::map<std::string, std::string> texts;
  for (const auto &[path, list] : edits)
    texts[path] = apply(list.front().range.file->text(), list);
  for (const std::string &path : workspace.ownFiles()) {
    auto before = workspace.analyse(path, {}), after = workspace.analyse(path, texts);
    if (!before->index)
      continue;
    if (!after->index || after->diagnostics.errorCount() > before->diagnostics.errorCount() ||
        meanings(*before, edits) != meanings(*after, {}))
      return refuse("`" + name.str() + "` already means something where `" + old.str() +
                    "` is used");
  }
  json::Object changes;
  for (const auto &[path, list] : edits) {
    json::Array inFile;
    for (const Edit &edit : list)
      inFile.push_back(
          json::Object{{"range", toJson(edit.range.file->text(), edit.range.begin, edit.range.end)},
                       {"newText", edit.text}});
    changes[workspace.uri(path)] = std::move(inFile);
  }
  return json::Object{{"changes", std::move(changes)}};
}

} // namespace wsc::lsp
