// Where a name is declared and where it is used.
#include "lsp/Features.h"

#include "llvm/ADT/STLExtras.h"

namespace wsc::lsp {

namespace {

/// The import whose path covers a place, if one does.
const ast::Import *importAt(const Place &place) {
  for (const auto &module : place.analysis->program->modules)
    if (module->file->source == place.file)
      for (const ast::Import &import : module->file->imports)
        if (import.path.range.begin <= place.offset && place.offset <= import.path.range.end)
          return &import;
  return nullptr;
}

/// The beginning of the file that an import names.
Range fileOf(const Place &place, llvm::StringRef alias) {
  for (const auto &module : place.analysis->program->modules)
    if (module->file->source == place.file)
      if (const Module *target = module->imports.lookup(alias))
        return {target->file->source, 0, 0};
  return {};
}

/// The same name in another analysis is the name at the same place of the same file.
bool isSame(Range a, Range b) {
  return a.begin == b.begin && a.end == b.end && a.file->path() == b.file->path();
}

} // namespace

json::Value definition(const Workspace &workspace, const Document &document, Position position) {
  auto place = workspace.locate(document, position);
  if (!place)
    return nullptr;
  Range target;
  if (const ast::Import *import = importAt(*place))
    target = fileOf(*place, import->alias.text);
  else if (auto use = place->analysis->index->at(*place->file, place->offset)) {
    target = use->definition;
    if (const Symbol *symbol = place->analysis->index->symbol(target);
        symbol && symbol->kind == Symbol::Import)
      target = fileOf(*place, symbol->text());
  }
  if (!target)
    return nullptr;
  auto location = workspace.location(target);
  return location ? std::move(*location) : json::Value(nullptr);
}

json::Value references(Workspace &workspace, const Document &document, Position position,
                       bool withDeclaration) {
  workspace.analyseClosedFiles();
  json::Array result;
  for (Range range : usesOf(workspace, document, position, withDeclaration))
    if (auto location = workspace.location(range))
      result.push_back(std::move(*location));
  return result;
}

json::Value highlights(const Workspace &workspace, const Document &document, Position position) {
  json::Array result;
  for (Range range : usesOf(workspace, document, position, /*withDeclaration=*/true))
    if (range.file->path() == document.path)
      if (auto here = workspace.range(range))
        result.push_back(json::Object{{"range", std::move(*here)}});
  return result;
}

std::vector<Range> usesOf(const Workspace &workspace, const Document &document, Position position,
                          bool withDeclaration) {
  auto place = workspace.locate(document, position);
  auto use = place ? place->analysis->index->at(*place->file, place->offset) : std::nullopt;
  if (!use)
    return {};
  Range definition = use->definition;
  std::vector<Range> result;
  auto add = [&](Range range) {
    if (llvm::none_of(result, [&](Range known) { return isSame(known, range); }))
      result.push_back(range);
  };
  if (withDeclaration)
    add(definition);
  for (const Analysis *analysis : workspace.analyses())
    for (const Index::Use &other : analysis->index->uses())
      if (isSame(other.definition, definition) && !isSame(other.at, definition))
        add(other.at);
  llvm::sort(result, [](Range a, Range b) {
    int order = a.file->path().compare(b.file->path());
    return order ? order < 0 : a.begin < b.begin;
  });
  return result;
}

} // namespace wsc::lsp
