// Names without meaning: the reference needs to know where a name is declared, not what it is.
#include "docgen/Library.h"

#include "llvm/ADT/STLExtras.h"

namespace wsc::docgen {

const ast::Decl *Module::find(llvm::StringRef name) const {
  for (const ast::Decl &decl : file->decls)
    if (decl.name().text == name && anchorOf(decl) == name)
      return &decl;
  return nullptr;
}

std::string Module::summary() const {
  // The comment that opens the file, up to its first empty line.
  std::string result;
  for (const Token &token : tokens) {
    if (token.kind != Token::Comment) {
      if (!result.empty() || token.text == "import")
        break;
      continue;
    }
    llvm::StringRef text = token.text.drop_while([](char c) { return c == '/'; }).trim();
    if (token.text.starts_with("///") || text.empty() ||
        (!result.empty() && token.newlinesBefore > 1))
      break;
    result += (result.empty() ? "" : " ") + text.str();
  }
  return result;
}

std::string anchorOf(const ast::Decl &decl) {
  const std::string name = decl.name().text.str();
  if (decl.as<ast::UnitDecl>())
    return "unit." + name;
  if (decl.as<ast::DimensionDecl>())
    return "dimension." + name;
  if (decl.as<ast::InterfaceDecl>())
    return "interface." + name;
  return name;
}

bool Library::add(std::string name, const SourceFile &source, DiagnosticEngine &diagnostics) {
  auto module = std::make_unique<Module>();
  module->name = std::move(name);
  module->source = &source;
  module->file = parseFile(source, diagnostics);
  if (!module->file)
    return false;
  module->tokens = tokenize(source, diagnostics);
  modules_.push_back(std::move(module));
  return true;
}

void Library::sort() {
  llvm::sort(modules_, [](auto &a, auto &b) { return a->name < b->name; });
}

const Module *Library::module(llvm::StringRef name) const {
  for (const auto &module : modules_)
    if (module->name == name)
      return module.get();
  return nullptr;
}

const Module *Library::imported(const Module &from, llvm::StringRef alias) const {
  for (const ast::Import &import : from.file->imports)
    if (import.alias.text == alias) {
      // Beside the importing file first, as the compiler looks for it.
      auto [folder, own] = llvm::StringRef(from.name).rsplit('.');
      std::string path;
      for (const ast::Name &part : import.path.parts)
        path += (path.empty() ? "" : ".") + part.text.str();
      if (!own.empty())
        if (const Module *beside = module(folder.str() + "." + path))
          return beside;
      return module(path);
    }
  return nullptr;
}

Library::Found Library::find(const Module &from, llvm::ArrayRef<llvm::StringRef> path) const {
  if (const ast::Decl *decl = from.find(path[0]))
    return {&from, decl};
  if (path.size() > 1)
    if (const Module *module = imported(from, path[0]))
      if (const ast::Decl *decl = module->find(path[1]))
        return {module, decl, 2};
  // What every file sees without importing it.
  for (llvm::StringRef prelude : {"std.units", "std.interfaces"})
    if (const Module *known = module(prelude))
      if (const ast::Decl *decl = known->find(path[0]))
        return {known, decl};
  return {};
}

Library::Component Library::component(const Module &from,
                                      llvm::ArrayRef<llvm::StringRef> path) const {
  if (path.empty())
    return {};
  const Found found = find(from, path);
  return {found.module, found.decl ? found.decl->as<ast::ComponentDecl>() : nullptr};
}

Library::Link Library::Found::link() const {
  return {decl ? module->href() + "#" + anchorOf(*decl) : "", parts};
}

Library::Link Library::typeLink(const Module &from, llvm::ArrayRef<llvm::StringRef> path) const {
  for (const Module *module : {&from, this->module("std.units")}) {
    if (!module || path.size() > 1)
      continue;
    for (const ast::Decl &decl : module->file->decls)
      if (decl.as<ast::DimensionDecl>() && decl.name().text == path[0])
        return {module->href() + "#" + anchorOf(decl)};
  }
  return find(from, path).link();
}

Library::Link Library::valueLink(const Module &from, const ast::ComponentDecl *scope,
                                 llvm::ArrayRef<llvm::StringRef> path) const {
  // A field of the component, or of what it refines; bases form no cycle longer than the library.
  Component owner{&from, scope};
  for (unsigned steps = 0; owner && steps < 64; ++steps) {
    for (const ast::Member &member : owner.decl->block.members) {
      const bool declares = member.kind == ast::Member::Param || member.kind == ast::Member::Let ||
                            member.kind == ast::Member::Nested || member.kind == ast::Member::Group;
      for (const ast::Name &name : member.names)
        if (declares && name.text == path[0])
          return {owner.module->href() + "#" + owner.decl->name.text.str() + "." + path[0].str()};
    }
    owner = component(*owner.module, parts(owner.decl->base));
  }
  return find(from, path).link();
}

std::vector<Library::Component> Library::refinements(const ast::ComponentDecl &base) const {
  std::vector<Component> result;
  for (const auto &module : modules_)
    for (const ast::Decl &decl : module->file->decls)
      if (auto *candidate = decl.as<ast::ComponentDecl>())
        if (component(*module, parts(candidate->base)).decl == &base)
          result.push_back({module.get(), candidate});
  return result;
}

llvm::SmallVector<llvm::StringRef, 2> parts(const ast::Path &path) {
  llvm::SmallVector<llvm::StringRef, 2> result;
  for (const ast::Name &part : path.parts)
    result.push_back(part.text);
  return result;
}

} // namespace wsc::docgen
