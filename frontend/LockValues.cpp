// The named numbers of a file, as text: what `wsc.lock` remembers of it besides its digest.
//
// Texts rather than values: they need no elaboration, so they are there for components that no
// chip uses, and say what the author wrote.
#include "frontend/LockValues.h"

#include "llvm/ADT/StringExtras.h"

namespace wsc {

namespace {

/// A text on one line, without comments and with single blanks.
std::string oneLine(llvm::StringRef text) {
  std::string result;
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    for (llvm::StringRef word : llvm::split(line.split("//").first, ' '))
      if (!word.trim().empty())
        result += (result.empty() ? "" : " ") + word.trim().str();
    text = rest;
  }
  return result;
}

std::string textOf(Range range) {
  return oneLine(range.file->text().slice(range.begin, range.end));
}

class Collector {
public:
  explicit Collector(std::map<std::string, LockedValue> &values) : values_(values) {}

  void file(const ast::File &file) {
    for (const ast::Decl &decl : file.decls) {
      std::string name = decl.name().text.str();
      if (auto *c = decl.as<ast::ConstDecl>())
        add(name, c->name.range, *c->value, c->provenance);
      else if (auto *unit = decl.as<ast::UnitDecl>(); unit && unit->value)
        add("unit " + name, unit->name.range, *unit->value, {});
      else if (auto *t = decl.as<ast::TableDecl>())
        table(*t);
      else if (auto *component = decl.as<ast::ComponentDecl>())
        block(name, component->block);
    }
  }

private:
  void add(std::string name, Range at, const ast::Expr &value, const ast::Provenance &provenance) {
    std::string text = textOf(value.range);
    if (provenance.lo)
      text += " within " + textOf(provenance.lo->range) + " .. " + textOf(provenance.hi->range);
    values_[name] = {text, at};
  }

  void table(const ast::TableDecl &table) {
    auto list = [](const std::vector<ast::ExprPtr> &cells) {
      std::vector<std::string> texts;
      for (const ast::ExprPtr &cell : cells)
        texts.push_back(textOf(cell->range));
      return llvm::join(texts, ", ");
    };
    for (const ast::TableDecl::Row &row : table.rows)
      values_[table.name.text.str() + "(" + list(row.keys) + ")"] = {list(row.values), row.range};
  }

  /// Values of fields and defaults of params; a `let` is a formula unless it has a source.
  void block(const std::string &path, const ast::Block &block) {
    for (const ast::Member &member : block.members) {
      const ast::Provenance &provenance = member.provenance;
      bool isStated = !provenance.source.empty() || provenance.assumed || provenance.lo;
      bool isValue = member.kind == ast::Member::Fix || member.kind == ast::Member::Param ||
                     (member.kind == ast::Member::Let && isStated);
      for (const ast::Name &name : member.names) {
        std::string inner = path + "." + name.text.str();
        if (isValue && member.expr)
          add(inner, name.range, *member.expr, provenance);
        if (member.block)
          this->block(inner, *member.block);
      }
    }
  }

  std::map<std::string, LockedValue> &values_;
};

} // namespace

std::map<std::string, LockedValue> lockedValues(const ast::File &file) {
  std::map<std::string, LockedValue> values;
  Collector(values).file(file);
  return values;
}

} // namespace wsc
