// Constants, functions, tables, enums, units, interfaces: a table or a section for each kind.
#include "docgen/Docgen.h"

#include "docgen/Html.h"
#include "docgen/Text.h"

namespace wsc::docgen {

namespace {

std::string named(const ast::Decl &decl) {
  return (decl.isPrivate ? "private " : "") + element("code", escape(decl.name().text));
}

std::string heading(const ast::Decl &decl, llvm::StringRef kind) {
  return anchored("h2", anchorOf(decl),
                  "<span class=\"kind\">" + std::string(decl.isPrivate ? "private " : "") +
                      kind.str() + "</span> " + escape(decl.name().text)) +
         "\n" + (decl.doc.empty() ? "" : element("p", prose(decl.doc)) + "\n");
}

class Declarations {
public:
  Declarations(const Library &library, const Module &module)
      : module_(module), text_(library, module) {}

  std::string html() {
    for (const ast::Decl &decl : module_.file->decls)
      if (auto *d = decl.as<ast::DimensionDecl>())
        dimensions_.add(anchorOf(decl), {named(decl), text_.type(d->type), prose(decl.doc)});
      else if (auto *d = decl.as<ast::UnitDecl>())
        unit(decl, *d);
      else if (auto *d = decl.as<ast::EnumDecl>())
        enumeration(decl, *d);
      else if (auto *d = decl.as<ast::ConstDecl>())
        constants_.add(anchorOf(decl), {named(decl), text_.type(d->type), text_.expr(d->value),
                                        text_.provenance(d->provenance), prose(decl.doc)});
      else if (auto *d = decl.as<ast::FnDecl>())
        sections_ += heading(decl, "fn") + function(*d);
      else if (auto *d = decl.as<ast::TableDecl>())
        sections_ += heading(decl, "table") + table(*d);
      else if (auto *d = decl.as<ast::InterfaceDecl>())
        sections_ += heading(decl, "interface") + interface(*d);
    return section("Dimensions", dimensions_) + section("Units", units_) +
           section("Enums", enums_) + section("Constants", constants_) + sections_;
  }

private:
  static std::string section(llvm::StringRef title, const Table &table) {
    const std::string html = table.html();
    return html.empty() ? "" : element("h2", escape(title)) + "\n" + html;
  }

  void unit(const ast::Decl &decl, const ast::UnitDecl &d) {
    std::string prefixes;
    for (const ast::Name &prefix : d.prefixes)
      prefixes += (prefixes.empty() ? "" : ", ") + escape(prefix.text);
    units_.add(anchorOf(decl), {named(decl), text_.type(d.type), text_.expr(d.value),
                                text_.expr(d.offset), prefixes, prose(decl.doc)});
  }

  void enumeration(const ast::Decl &decl, const ast::EnumDecl &d) {
    std::string values;
    for (const ast::Name &value : d.values)
      values += (values.empty() ? "" : ", ") + element("code", escape(value.text));
    enums_.add(anchorOf(decl), {named(decl), values, prose(decl.doc)});
  }

  std::string parameters(const std::vector<ast::Parameter> &list) {
    std::string result;
    for (const ast::Parameter &parameter : list)
      result += (result.empty() ? "" : ", ") + std::string(parameter.isLinear ? "linear " : "") +
                element("code", escape(parameter.name.text)) +
                (parameter.type ? " : " + text_.type(parameter.type) : "");
    return result;
  }

  std::string function(const ast::FnDecl &d) {
    Table table({"parameters", "type", "formula", "source"});
    table.add("", {parameters(d.parameters), text_.type(d.type), text_.expr(d.body),
                   text_.provenance(d.provenance)});
    return table.html();
  }

  std::string table(const ast::TableDecl &d) {
    std::vector<std::string> titles;
    for (const auto *columns : {&d.keys, &d.columns})
      for (const ast::Parameter &column : *columns)
        titles.push_back(column.name.text.str());
    titles.push_back("source");
    Table table(titles);
    for (const ast::TableDecl::Row &row : d.rows) {
      std::vector<std::string> cells;
      for (const auto *values : {&row.keys, &row.values})
        for (const ast::ExprPtr &value : *values)
          cells.push_back(text_.expr(value));
      cells.push_back(text_.provenance(row.provenance));
      table.add("", std::move(cells));
    }
    const std::string source = text_.provenance(d.provenance);
    return element("p", parameters(d.keys) + " &rarr; " + parameters(d.columns)) + "\n" +
           table.html() + (source.empty() ? "" : element("p", source) + "\n");
  }

  std::string interface(const ast::InterfaceDecl &d) {
    Table fields({"field", "type", "domain", "default", "meaning"});
    Table metrics({"metric", "type", "", "", "meaning"});
    for (const ast::InterfaceDecl::Field &field : d.fields)
      (field.isMetric ? metrics : fields)
          .add("interface." + d.name.text.str() + "." + field.path.text().str(),
               {element("code", escape(field.path.text())), text_.type(field.type),
                text_.domain(field.domain), text_.expr(field.fallback), prose(field.doc)});
    return fields.html() + metrics.html();
  }

  const Module &module_;
  Text text_;
  Table dimensions_{{"dimension", "is", "meaning"}};
  Table units_{{"unit", "dimension", "is", "starts at", "prefixes", "meaning"}};
  Table enums_{{"enum", "values", "meaning"}};
  Table constants_{{"constant", "type", "value", "source", "meaning"}};
  std::string sections_;
};

} // namespace

std::string declarationsHtml(const Library &library, const Module &module) {
  return Declarations(library, module).html();
}

} // namespace wsc::docgen
