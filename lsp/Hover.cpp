// What a name is: its declaration, its type and value here, its documentation and its source.
#include "lsp/Features.h"

#include "ir/Tape.h"
#include "support/Interval.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>

namespace wsc::lsp {

namespace {

/// One line of what may be written over several; long texts are cut.
std::string oneLine(Range range) {
  constexpr size_t longest = 400;
  llvm::SmallVector<llvm::StringRef> words;
  llvm::SplitString(range.file->text().slice(range.begin, range.end), words);
  std::string text = llvm::join(words, " ");
  if (text.size() <= longest)
    return text;
  size_t end = longest;
  while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;
  return text.substr(0, end) + " ...";
}

std::string typeText(const ir::Space &space, const ir::Type &type) {
  switch (type.kind) {
  case ir::Type::Bool: return "a condition";
  case ir::Type::Enum: return "`" + space.enums[type.enumIndex].name + "`";
  case ir::Type::Number: return space.units.describe(type.dim);
  }
  llvm_unreachable("covered switch");
}

std::string quoted(const ir::Space &space, const ir::Type &type, double value) {
  return "`" + ir::formatValue(space, type, value) + "`";
}

/// All values when they are few, else the ends.
std::string domainText(const ir::Space &space, const ir::Param &param) {
  constexpr size_t few = 6;
  std::string text;
  if (param.values.size() > few && param.type.isNumber())
    return quoted(space, param.type, param.values.front()) + " .. " +
           quoted(space, param.type, param.values.back()) + ", " +
           std::to_string(param.values.size()) + " values";
  for (double value : param.values)
    text += (text.empty() ? "" : ", ") + quoted(space, param.type, value);
  return text;
}

/// The value of a constant, the domain of an open field, the range of what follows from them.
std::string valueText(const Index::Fact &fact) {
  if (fact.isTypical)
    return "";
  const ir::Space &space = *fact.space;
  const ir::Node *node = fact.node;
  if (node->op() == ir::Op::Param)
    return "open: " + domainText(space, space.params[node->index()]);
  if (node->bindingTime() == ir::BindingTime::Measured)
    return "measured by an evaluator";
  ir::Tape tape(space, node);
  if (node->bindingTime() == ir::BindingTime::Constant) {
    double value;
    tape.evaluate({}, {}, value);
    return std::isfinite(value) ? quoted(space, node->type(), value) : "";
  }
  if (!node->type().isNumber())
    return "follows from open fields";
  Interval range;
  {
    RoundUp rounding;
    std::vector<Interval> box = ir::designBox(space), workspace;
    tape.evaluate(box, workspace, range);
  }
  // Bounds are rounded outward: 0.9999999999999999 mm^2 is meant to be 1 mm^2.
  auto rounded = [](double bound) {
    char text[32];
    std::snprintf(text, sizeof text, "%.9g", bound);
    return std::strtod(text, nullptr);
  };
  return "follows from open fields: " + quoted(space, node->type(), rounded(range.lo)) + " .. " +
         quoted(space, node->type(), rounded(range.hi));
}

std::string provenanceText(const ast::Provenance &provenance) {
  std::string text;
  if (!provenance.source.empty())
    text = "from \"" + provenance.source + "\"";
  if (provenance.assumed)
    text += text.empty() ? "assumed" : ", assumed";
  if (provenance.lo && provenance.hi) {
    Range lo = provenance.lo->range, hi = provenance.hi->range;
    text += (text.empty() ? "within `" : ", within `") + oneLine({lo.file, lo.begin, hi.end}) + "`";
  }
  return text;
}

} // namespace

std::string headOf(const Symbol &symbol) {
  return (symbol.kind == Symbol::Import ? "import " : "") + oneLine(symbol.head);
}

json::Value hover(const Workspace &workspace, const Document &document, Position position) {
  auto place = workspace.locate(document, position);
  if (!place)
    return nullptr;
  const Index &index = *place->analysis->index;
  auto use = index.at(*place->file, place->offset);
  const Symbol *symbol = use ? index.symbol(use->definition) : nullptr;
  if (!symbol)
    return nullptr;
  std::vector<std::string> parts{"```wsc\n" + headOf(*symbol) + "\n```"};
  Index::Fact fact = index.factAt(use->at);
  if (!fact)
    fact = index.factAt(use->definition);
  if (fact) {
    std::string value = valueText(fact);
    parts.push_back(typeText(*fact.space, fact.node->type()) + (value.empty() ? "" : ", ") + value);
  }
  if (!symbol->doc.empty())
    parts.push_back(symbol->doc.str());
  if (const ast::Provenance *provenance = fact.given ? index.provenance(*fact.given) : nullptr)
    if (std::string text = provenanceText(*provenance); !text.empty())
      parts.push_back(text);
  json::Object result{
      {"contents",
       json::Object{{"kind", "markdown"}, {"value", json::fixUTF8(llvm::join(parts, "\n\n"))}}}};
  if (auto range = workspace.range(use->at))
    result["range"] = std::move(*range);
  return result;
}

} // namespace wsc::lsp
