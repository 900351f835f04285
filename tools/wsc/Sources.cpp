// wsc sources: what the answers about a spec rest on, least certain first.
#include "evaluation/Bind.h"
#include "ir/Ranges.h"
#include "ir/Tape.h"
#include "tools/wsc/Json.h"
#include "tools/wsc/Output.h"
#include "tools/wsc/Pipeline.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::tool {

using llvm::outs;

namespace {

/// What uses a constant or a table.
struct Uses {
  std::vector<std::string> requirements, objectives, fields;
  bool any() const { return requirements.size() + objectives.size() + fields.size() != 0; }
};

class Sources {
public:
  explicit Sources(const ir::Space &space)
      : space_(space), constants_(space.constants.size()), tables_(space.tables.size()) {
    std::vector<const ir::Node *> nodes = space.reachable();
    std::vector<Interval> workspace, values(nodes.size());
    RoundUp up;
    ir::Tape(space, nodes).evaluate(ir::designBox(space), workspace, values);
    for (auto [node, value] : llvm::zip_equal(nodes, values))
      values_[node] = value;
    for (const ir::Constraint &constraint : space.constraints)
      add(constraint.node, &Uses::requirements, constraint.name);
    for (const ir::Objective &objective : space.objectives)
      add(objective.node, &Uses::objectives, objective.name);
    if (!std::holds_alternative<evaluation::Binding>(evaluation::Binding::create(space)))
      return; // no evaluator could read it
    for (const ir::InterfaceField &field : space.interface) {
      const ir::Quantity *quantity = space.findQuantity(field.path);
      if (const ir::Node *node = quantity ? quantity->node : field.fallback)
        add(node, &Uses::fields, field.path);
    }
  }

  void showText() const;
  void showJson() const;

private:
  void add(const ir::Node *root, std::vector<std::string> Uses::*list, const std::string &user) {
    llvm::DenseSet<unsigned> seenTables;
    for (const ir::Node *node : relevant(root)) {
      bool isTable = node->op() == ir::Op::Lookup || node->op() == ir::Op::HasRow;
      if (node->op() == ir::Op::Named)
        (constants_[node->index()].*list).push_back(user);
      else if (isTable && seenTables.insert(node->index()).second)
        (tables_[node->index()].*list).push_back(user);
    }
  }

  /// The nodes below a root that have a say somewhere in the space: of a choice that is the same
  /// everywhere only the branch taken, of a product or quotient that is
  /// zero everywhere only the zero.
  llvm::SmallVector<const ir::Node *, 0> relevant(const ir::Node *root) const {
    llvm::SetVector<const ir::Node *> nodes;
    nodes.insert(root);
    for (size_t i = 0; i < nodes.size(); ++i) {
      const ir::Node *node = nodes[i];
      llvm::ArrayRef<const ir::Node *> operands = node->operands();
      if (node->op() == ir::Op::Select) {
        Interval condition = values_.lookup(operands[0]);
        nodes.insert(operands[0]);
        if (!condition.certainlyFalse())
          nodes.insert(operands[1]);
        if (!condition.certainlyTrue())
          nodes.insert(operands[2]);
        continue;
      }
      auto isZero = [&](const ir::Node *o) { return values_.lookup(o) == Interval::point(0); };
      const auto *zero = llvm::find_if(operands, isZero);
      bool vanishes =
          zero != operands.end() &&
          (node->op() == ir::Op::Mul || (node->op() == ir::Op::Div && zero == operands.begin()));
      if (vanishes)
        nodes.insert(*zero);
      else
        nodes.insert(operands.begin(), operands.end());
    }
    return nodes.takeVector();
  }

  enum Group { Unsourced, Assumed, Cited };
  static Group groupOf(const ir::Provenance &provenance) {
    return provenance.assumed ? Assumed : provenance.source.empty() ? Unsourced : Cited;
  }
  /// Indices of what is used of a list, by group and name.
  template <typename List>
  std::vector<unsigned> used(const List &list, llvm::ArrayRef<Uses> uses) const {
    std::vector<unsigned> result;
    for (unsigned i = 0; i < list.size(); ++i)
      if (uses[i].any())
        result.push_back(i);
    llvm::sort(result, [&](unsigned a, unsigned b) {
      return std::pair(groupOf(list[a].provenance), llvm::StringRef(list[a].name)) <
             std::pair(groupOf(list[b].provenance), llvm::StringRef(list[b].name));
    });
    return result;
  }
  void showConstant(const ir::NamedConstant &constant, const Uses &uses) const;

  const ir::Space &space_;
  llvm::DenseMap<const ir::Node *, Interval> values_; ///< over the whole space
  std::vector<Uses> constants_, tables_;
};

/// `a, b, c and 4 more`.
std::string listed(llvm::ArrayRef<std::string> names) {
  constexpr size_t most = 4;
  std::string text = llvm::join(names.take_front(most), ", ");
  return names.size() <= most ? text : llvm::formatv("{0} and {1} more", text, names.size() - most);
}

void showUses(const Uses &uses) {
  if (!uses.requirements.empty())
    outs() << "      requirements: " << listed(uses.requirements) << '\n';
  if (!uses.objectives.empty())
    outs() << "      objectives: " << listed(uses.objectives) << '\n';
  if (!uses.fields.empty())
    outs() << "      evaluator: " << listed(uses.fields) << '\n';
}

void showProvenance(const ir::Provenance &provenance) {
  const ir::Location &at = provenance.location;
  if (!provenance.source.empty())
    outs() << "      from \"" << provenance.source << "\"\n";
  if (at)
    outs() << "      at " << at.file << ':' << at.line << ':' << at.column << '\n';
}

void Sources::showConstant(const ir::NamedConstant &constant, const Uses &uses) const {
  auto text = [&](const Rational &value) {
    return ir::formatValue(space_, constant.type, toDouble(value));
  };
  outs() << "  " << aligned(constant.name, text(constant.value));
  if (constant.range)
    outs() << "  (" << text(constant.range->first) << " .. " << text(constant.range->second) << ')';
  outs() << '\n';
  showProvenance(constant.provenance);
  showUses(uses);
}

void Sources::showText() const {
  static const char *const titles[] = {"without a source", "assumed", "from a source"};
  std::vector<unsigned> constants = used(space_.constants, constants_),
                        tables = used(space_.tables, tables_);
  if (constants.empty() && tables.empty())
    outs() << "nothing here rests on a named constant or a table\n";
  std::optional<Group> open;
  for (unsigned i : constants) {
    const ir::NamedConstant &constant = space_.constants[i];
    if (Group group = groupOf(constant.provenance); open != group) {
      outs() << "constants " << titles[group] << '\n';
      open = group;
    }
    showConstant(constant, constants_[i]);
  }
  if (!tables.empty())
    outs() << "tables\n";
  for (unsigned i : tables) {
    const ir::TableDef &table = space_.tables[i];
    Group group = groupOf(table.provenance);
    outs() << llvm::formatv("  {0,-32} {1} rows{2}\n", table.name, table.rows.size(),
                            group == Cited ? "" : llvm::Twine(", ") + titles[group]);
    showProvenance(table.provenance);
    for (unsigned row = 0; row < table.rowSources.size(); ++row)
      if (!table.rowSources[row].empty())
        outs() << "      row " << row + 1 << " from \"" << table.rowSources[row] << "\"\n";
    showUses(tables_[i]);
  }
}

// ---- JSON ------------------------------------------------------------------------------------

llvm::json::Object toJson(const std::string &name, const ir::Provenance &provenance,
                          const Uses &uses) {
  const ir::Location &at = provenance.location;
  llvm::json::Object object{
      {"name", name},
      {"assumed", provenance.assumed},
      {"used_by", llvm::json::Object{{"requirements", llvm::json::Array(uses.requirements)},
                                     {"objectives", llvm::json::Array(uses.objectives)},
                                     {"evaluator_fields", llvm::json::Array(uses.fields)}}}};
  object["source"] = provenance.source.empty() ? llvm::json::Value(nullptr) : provenance.source;
  if (at) {
    object["file"] = at.file;
    object["line"] = at.line;
    object["column"] = at.column;
  }
  return object;
}

void Sources::showJson() const {
  llvm::json::Array constants, tables;
  for (unsigned i : used(space_.constants, constants_)) {
    const ir::NamedConstant &constant = space_.constants[i];
    llvm::json::Object object = toJson(constant.name, constant.provenance, constants_[i]);
    object["value"] = toDouble(constant.value);
    if (std::string unit = space_.units.baseUnit(constant.type.dim); !unit.empty())
      object["unit"] = unit;
    if (constant.range) {
      object["low"] = toDouble(constant.range->first);
      object["high"] = toDouble(constant.range->second);
    }
    constants.push_back(std::move(object));
  }
  for (unsigned i : used(space_.tables, tables_)) {
    const ir::TableDef &table = space_.tables[i];
    llvm::json::Object object = toJson(table.name, table.provenance, tables_[i]);
    object["rows"] = table.rows.size();
    if (!table.rowSources.empty())
      object["row_sources"] = llvm::json::Array(table.rowSources);
    tables.push_back(std::move(object));
  }
  outs() << llvm::formatv("{0:2}\n",
                          llvm::json::Value(llvm::json::Object{{"format_version", 1},
                                                               {"constants", std::move(constants)},
                                                               {"tables", std::move(tables)}}));
}

} // namespace

int run_sources() {
  Session session;
  if (!loadSpace(session))
    return SpecErrors;
  Sources sources(*session.space);
  switch (session.options.form) {
  case Form::Text: sources.showText(); break;
  case Form::Json: sources.showJson(); break;
  case Form::Sarif: showDiagnostics(session.diagnostics, Form::Sarif); break;
  }
  return Done;
}

} // namespace wsc::tool
