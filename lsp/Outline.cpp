// The outline of a document: its declarations and what they are made of.
#include "lsp/Features.h"

namespace wsc::lsp {

namespace {

/// The protocol's numbers for the kinds of symbols that it knows; 0: not part of an outline.
int kindOf(const Symbol &symbol) {
  enum {
    Class = 5,
    Property = 7,
    Field = 8,
    Enum = 10,
    Interface = 11,
    Function = 12,
    Constant = 14,
    Boolean = 17,
    Array = 18,
    Object = 19,
    EnumMember = 22,
    Struct = 23,
    Event = 24,
    Operator = 25,
    TypeParameter = 26
  };
  switch (symbol.kind) {
  case Symbol::Dimension: return TypeParameter;
  case Symbol::Unit: return Operator;
  case Symbol::Enum: return Enum;
  case Symbol::Enumerator: return EnumMember;
  case Symbol::Constant: return Constant;
  case Symbol::Function: return Function;
  case Symbol::Table: return Array;
  case Symbol::Column:
  case Symbol::InterfaceField:
  case Symbol::Param: return Field;
  case Symbol::Interface: return Interface;
  case Symbol::Component: return Class;
  case Symbol::Let:
  case Symbol::Metric: return Property;
  case Symbol::Nested:
  case Symbol::Refinement: return Struct;
  case Symbol::Requirement:
  case Symbol::Wish: return Boolean;
  case Symbol::Explore: return Event;
  case Symbol::Import:
  case Symbol::Parameter:
  case Symbol::Variable: return 0;
  }
  llvm_unreachable("covered switch");
}

} // namespace

json::Value documentSymbols(const Workspace &workspace, const Document &document) {
  const Analysis *analysis = workspace.analysisOf(document);
  const SourceFile *file = analysis ? analysis->file(document.path) : nullptr;
  if (!file)
    return json::Array{};
  llvm::ArrayRef<Symbol> symbols = analysis->index->symbols();
  // Parts stand after what they are part of, so from the end every part is complete when it is
  // put into its whole.
  std::vector<json::Array> parts(symbols.size());
  json::Array top;
  for (unsigned i = symbols.size(); i-- > 0;) {
    const Symbol &symbol = symbols[i];
    int kind = kindOf(symbol);
    if (symbol.name.file != file || !kind)
      continue;
    auto whole = workspace.range(symbol.whole), name = workspace.range(symbol.name);
    if (!whole || !name)
      continue;
    json::Object entry{{"name", symbol.text()},
                       {"kind", kind},
                       {"range", std::move(*whole)},
                       {"selectionRange", std::move(*name)}};
    if (!parts[i].empty())
      entry["children"] = std::move(parts[i]);
    json::Array &list = symbol.parent ? parts[*symbol.parent] : top;
    list.insert(list.begin(), std::move(entry));
  }
  return top;
}

} // namespace wsc::lsp
