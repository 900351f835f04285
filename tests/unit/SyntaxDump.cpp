// Syntax trees as text: every field of every node, so that what is lost on the way is seen.
#include "SyntaxDump.h"
#include "llvm/ADT/ArrayRef.h"

namespace wsc {

using namespace ast;

std::string dumpNode(int kind, std::vector<std::string> words, std::vector<std::string> children) {
  std::string result = "(" + std::to_string(kind);
  for (const std::string &word : words)
    if (!word.empty())
      result += " " + word;
  for (const std::string &child : children)
    if (!child.empty())
      result += " " + child;
  return result + ")";
}

template <typename T> static std::string dumpPointer(const std::unique_ptr<T> &pointer) {
  return pointer ? dump(*pointer) : "";
}

template <typename List> static std::vector<std::string> dumpAll(const List &list) {
  std::vector<std::string> result;
  for (const auto &item : list)
    result.push_back(item ? dump(*item) : "else");
  return result;
}

static std::string dump(const Block &block) {
  std::string result = "{";
  for (const Member &member : block.members)
    result += dump(member);
  return result + "}";
}

static std::string dumpNames(llvm::ArrayRef<Name> names) {
  std::string result;
  for (const Name &name : names)
    result += (result.empty() ? "" : ",") + name.text.str();
  return result;
}

static std::string dump(const Path &path) { return dumpNames(path.parts); }

static std::string dump(const Provenance &p) {
  std::string result = p.source.empty() ? "" : "from:" + p.source;
  result += p.assumed ? "assumed" : "";
  return p.lo ? result + "within" + dump(*p.lo) + dump(*p.hi) : result;
}

static std::string dump(const std::vector<Parameter> &parameters) {
  std::string result = "<";
  for (const Parameter &parameter : parameters)
    result += parameter.name.text.str() + ":" + dumpPointer(parameter.type) +
              (parameter.isLinear ? "linear," : ",");
  return result + ">";
}

static std::string dump(const DimensionDecl &d) { return d.name.text.str() + dumpPointer(d.type); }
static std::string dump(const UnitDecl &d) {
  return d.name.text.str() + dumpPointer(d.type) + dumpPointer(d.value) + dumpPointer(d.offset) +
         dumpNames(d.prefixes);
}
static std::string dump(const EnumDecl &d) {
  return d.name.text.str() + "{" + dumpNames(d.values) + "}";
}
static std::string dump(const ConstDecl &d) {
  return d.name.text.str() + dumpPointer(d.type) + dumpPointer(d.value) + dump(d.provenance);
}
static std::string dump(const FnDecl &d) {
  return d.name.text.str() + dump(d.parameters) + dumpPointer(d.type) + dumpPointer(d.body);
}
static std::string dump(const TableDecl &d) {
  std::string result = d.name.text.str() + dump(d.keys) + dump(d.columns);
  for (const TableDecl::Row &row : d.rows)
    result += dumpNode(0, dumpAll(row.keys), dumpAll(row.values)) + dump(row.provenance);
  return result + dump(d.provenance);
}
static std::string dump(const InterfaceDecl &d) {
  std::string result = d.name.text.str();
  for (const InterfaceDecl::Field &field : d.fields)
    result += dump(field.path) + dump(field.type) + dumpPointer(field.fallback) +
              (field.isMetric ? "metric" : "") + field.doc;
  return result;
}
static std::string dump(const ComponentDecl &d) {
  return std::to_string(static_cast<int>(d.role)) + d.name.text.str() + ":" + dump(d.base) +
         dump(d.block);
}
static std::string dump(const ExploreDecl &d) {
  std::string result = d.name.text.str();
  for (const ExploreDecl::Objective &objective : d.objectives)
    result += (objective.maximize ? "max" : "min") + dumpPointer(objective.expr);
  for (const ExploreDecl::Setting &setting : d.settings)
    result += setting.name.text.str() + "=" + dumpPointer(setting.value);
  for (const Member &constraint : d.constraints)
    result += dump(constraint);
  return result;
}

std::string dump(const Expr &e) {
  return dumpNode(
      static_cast<int>(e.kind),
      {e.name.text.str(), e.unit.text.str(), e.parenthesized ? "!" : "", dumpPointer(e.domain)},
      dumpAll(e.children));
}

std::string dump(const Domain &d) {
  std::vector<std::string> words{dumpNames(d.type.parts), dumpPointer(d.left),
                                 dumpPointer(d.right)};
  for (ExprKind comparison : d.comparisons)
    words.push_back(std::to_string(static_cast<int>(comparison)));
  return dumpNode(d.kind, std::move(words), dumpAll(d.exprs));
}

std::string dump(const TypeExpr &type) {
  std::vector<std::string> factors;
  for (const TypeExpr::Factor &f : type.factors)
    factors.push_back(dumpNames(f.path.parts) + f.number.text.str() + "^" +
                      std::to_string(f.exponent));
  return dumpNode(0, {}, factors);
}

std::string dump(const Member &m) {
  return dumpNode(m.kind,
                  {m.doc, dumpNames(m.names), m.isOverride ? "override" : "", m.reason,
                   dump(m.base), dump(m.provenance)},
                  {dumpPointer(m.type), dumpPointer(m.domain), dumpPointer(m.expr),
                   dumpPointer(m.weight), dumpNode(0, {}, dumpAll(m.extents)),
                   m.block ? dump(*m.block) : ""});
}

std::string dump(const File &file) {
  std::string result = file.version.text.str() + "\n";
  for (const Import &import : file.imports)
    result += dump(import.path) + " as " + import.alias.text.str() + "\n";
  for (const Decl &decl : file.decls)
    result += std::to_string(decl.node.index()) + " " + decl.doc +
              (decl.isPrivate ? "private " : "") +
              std::visit([](const auto &d) { return dump(d); }, decl.node) + "\n";
  return result;
}

} // namespace wsc
