// The pages and how they hang together.
#include "docgen/Docgen.h"

#include "docgen/Html.h"
#include "docgen/Text.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace wsc::docgen {

namespace {

const char *kindOf(const ast::Decl &decl) {
  struct {
    const char *operator()(const ast::DimensionDecl &) { return "dimension"; }
    const char *operator()(const ast::UnitDecl &) { return "unit"; }
    const char *operator()(const ast::EnumDecl &) { return "enum"; }
    const char *operator()(const ast::ConstDecl &) { return "const"; }
    const char *operator()(const ast::FnDecl &) { return "fn"; }
    const char *operator()(const ast::TableDecl &) { return "table"; }
    const char *operator()(const ast::InterfaceDecl &) { return "interface"; }
    const char *operator()(const ast::ComponentDecl &) { return "component"; }
    const char *operator()(const ast::ExploreDecl &) { return "explore"; }
  } kind;
  return std::visit(kind, decl.node);
}

std::string navigation() {
  return link("index.html", "Modules") + " &middot; " + link("all-names.html", "Names");
}

Page modulePage(const Library &library, const Module &module) {
  std::string body = module.summary().empty() ? "" : element("p", prose(module.summary())) + "\n";
  std::string contents;
  for (const ast::Decl &decl : module.file->decls)
    if (decl.as<ast::ComponentDecl>() || decl.as<ast::FnDecl>() || decl.as<ast::TableDecl>())
      contents +=
          (contents.empty() ? "" : ", ") + link("#" + anchorOf(decl), escape(decl.name().text));
  if (!contents.empty())
    body += element("p", contents) + "\n";
  body += declarationsHtml(library, module);
  for (const ast::Decl &decl : module.file->decls)
    if (decl.as<ast::ComponentDecl>())
      body += componentHtml(library, module, decl);
  return {module.href(), page(module.name, navigation(), body)};
}

Page indexPage(const Library &library) {
  Table table({"module", "what it holds"});
  for (const auto &module : library.modules())
    table.add("", {link(module->href(), element("code", escape(module->name))),
                   prose(module->summary())});
  return {"index.html", page("Modules", navigation(), table.html())};
}

/// Every declaration, A to Z.
Page namesPage(const Library &library) {
  struct Entry {
    const ast::Decl *decl;
    const Module *module;
  };
  std::vector<Entry> entries;
  for (const auto &module : library.modules())
    for (const ast::Decl &decl : module->file->decls)
      if (!decl.as<ast::ExploreDecl>())
        entries.push_back({&decl, module.get()});
  // Equal names stay in the order of their modules.
  llvm::stable_sort(entries, [](const Entry &a, const Entry &b) {
    const int order = a.decl->name().text.compare_insensitive(b.decl->name().text);
    return order != 0 ? order < 0 : a.decl->name().text < b.decl->name().text;
  });
  Table table({"name", "kind", "module", "meaning"});
  for (auto [decl, module] : entries)
    table.add("", {link(module->href() + "#" + anchorOf(*decl),
                        element("code", escape(decl->name().text))),
                   kindOf(*decl), link(module->href(), escape(module->name)), prose(decl->doc)});
  return {"all-names.html", page("Names", navigation(), table.html())};
}

} // namespace

std::vector<Page> generate(const Library &library) {
  std::vector<Page> pages{indexPage(library), namesPage(library)};
  for (const auto &module : library.modules())
    pages.push_back(modulePage(library, *module));
  return pages;
}

} // namespace wsc::docgen
