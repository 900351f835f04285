// A component: its fields, parts, quantities and requirements, and what a refinement settles.
#include "docgen/Docgen.h"

#include "docgen/Html.h"
#include "docgen/Text.h"

namespace wsc::docgen {

namespace {

llvm::StringRef word(ast::Role role) {
  switch (role) {
  case ast::Role::Component: return "component";
  case ast::Role::Technology: return "technology";
  case ast::Role::Chip: return "chip";
  case ast::Role::Model: return "model";
  case ast::Role::Workload: return "workload";
  case ast::Role::Strategy: return "strategy";
  case ast::Role::Suite: return "suite";
  }
  llvm_unreachable("covered switch");
}

class Component {
public:
  Component(const Library &library, const Module &module, const ast::ComponentDecl &decl)
      : name_(decl.name.text.str()), text_(library, module, &decl) {
    add(decl.block, "");
  }

  std::string html() const {
    return parameters_.html("Fields") + parts_.html("Parts") + settings_.html("Settled fields") +
           quantities_.html("Quantities") + requirements_.html("Requirements") +
           wishes_.html("Wishes");
  }

private:
  void add(const ast::Block &block, const std::string &prefix) {
    for (const ast::Member &member : block.members)
      for (const ast::Name &name : member.names)
        add(member, prefix + name.text.str(), prefix.empty());
  }

  /// `isOwn`: not inside the block of a part.
  void add(const ast::Member &m, const std::string &name, bool isOwn) {
    const std::string shown = element("code", escape(name));
    const std::string id = name_ + "." + name;
    switch (m.kind) {
    case ast::Member::Param:
      parameters_.add(id, {shown, text_.type(m.type), text_.domain(m.domain), text_.expr(m.expr),
                           text_.provenance(m.provenance), prose(m.doc)});
      break;
    case ast::Member::Let:
      quantities_.add(id, {shown, text_.type(m.type), text_.domain(m.domain), text_.expr(m.expr),
                           text_.provenance(m.provenance), prose(m.doc)});
      break;
    case ast::Member::Require:
      requirements_.add("", {shown, text_.expr(m.expr), prose(m.reason), prose(m.doc)});
      break;
    case ast::Member::Prefer:
      wishes_.add("", {shown, text_.expr(m.expr), text_.expr(m.weight), prose(m.doc)});
      break;
    case ast::Member::Fix:
    case ast::Member::Open:
      settings_.add("", {shown, m.domain ? "in " + text_.domain(m.domain) : text_.expr(m.expr),
                         text_.provenance(m.provenance), prose(m.doc)});
      break;
    default: // a part, declared or refined
      if (!m.base.parts.empty()) {
        std::string extents;
        for (const ast::ExprPtr &extent : m.extents)
          extents += (extents.empty() ? "" : " &times; ") + text_.expr(extent);
        parts_.add(isOwn ? id : "", {shown, text_.path(m.base), extents, prose(m.doc)});
      }
      if (m.block)
        add(*m.block, name + ".");
    }
  }

  std::string name_;
  Text text_;
  Table parameters_{{"field", "type", "domain", "default", "source", "meaning"}};
  Table parts_{{"part", "component", "copies", "meaning"}};
  Table settings_{{"field", "value", "source", "meaning"}};
  Table quantities_{{"quantity", "type", "domain", "formula", "source", "meaning"}};
  Table requirements_{{"requirement", "condition", "or else", "meaning"}};
  Table wishes_{{"wish", "condition", "weight", "meaning"}};
};

} // namespace

std::string componentHtml(const Library &library, const Module &module, const ast::Decl &decl) {
  auto &component = *decl.as<ast::ComponentDecl>();
  std::string head = "<span class=\"kind\">" + std::string(decl.isPrivate ? "private " : "") +
                     word(component.role).str() + "</span> " + escape(component.name.text);
  if (!component.base.parts.empty())
    head += " <span class=\"kind\">: " + Text(library, module).path(component.base) + "</span>";
  std::string html = anchored("h2", anchorOf(decl), head) + "\n";
  if (!decl.doc.empty())
    html += element("p", prose(decl.doc)) + "\n";
  std::string refined;
  for (const Library::Component &other : library.refinements(component))
    refined += (refined.empty() ? "Refined by " : ", ") +
               link(other.module->href() + "#" + other.decl->name.text.str(),
                    escape(other.module == &module
                               ? other.decl->name.text.str()
                               : other.module->name + "." + other.decl->name.text.str()));
  if (!refined.empty())
    html += element("p", refined) + "\n";
  return html + Component(library, module, component).html();
}

} // namespace wsc::docgen
