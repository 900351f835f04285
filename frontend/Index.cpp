// The index of names: putting findings in and looking them up.
#include "frontend/Index.h"

#include "frontend/Symbols.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc {

Index::Index(const Program &program) {
  for (const auto &module : program.modules)
    SymbolCollector(*this, *module).run();
}

void Index::use(Range at, Range definition) {
  if (at && definition && useAt_.try_emplace(key(at), uses_.size()).second)
    uses_.push_back({at, definition});
}

void Index::value(Range at, Fact fact) {
  if (at && fact)
    facts_.try_emplace(key(at), fact);
}

void Index::offer(llvm::StringRef name, Range definition, llvm::StringRef detail) {
  if (llvm::none_of(candidates_, [&](const Candidate &known) { return known.name == name; }))
    candidates_.push_back({name.str(), definition, detail.str()});
}

const Symbol *Index::symbol(Range definition) const {
  auto it = symbolAt_.find(key(definition));
  return it == symbolAt_.end() ? nullptr : &symbols_[it->second];
}

const Symbol *Index::global(Symbol::Kind kind, llvm::StringRef name) const {
  const auto &map = kind == Symbol::Dimension ? dimensions_
                    : kind == Symbol::Unit    ? units_
                                              : metrics_;
  auto it = map.find(name);
  return it == map.end() ? nullptr : &symbols_[it->second];
}

std::optional<Index::Use> Index::at(const SourceFile &file, unsigned offset) const {
  auto touches = [&](Range range) {
    return range.file == &file && range.begin <= offset && offset <= range.end;
  };
  // A use wins over a declaration at the same place: a refinement is a use of the field.
  for (const Use &use : uses_)
    if (touches(use.at))
      return use;
  for (const Symbol &symbol : symbols_)
    if (touches(symbol.name))
      return Use{symbol.name, symbol.name};
  return std::nullopt;
}

} // namespace wsc
