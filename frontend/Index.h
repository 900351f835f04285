// What every name of a program stands for: the declarations, where they are used, and what they
// amount to.  Filled while elaborating; editors and reference pages read it.
#pragma once

#include "frontend/Program.h"
#include "ir/Space.h"
#include "llvm/ADT/DenseMap.h"

namespace wsc {

/// Something with a name.
struct Symbol {
  enum Kind {
    Import,
    Dimension,
    Unit,
    Enum,
    Enumerator,
    Constant,
    Function,
    Parameter,
    Table,
    Column,
    Interface,
    InterfaceField,
    Metric,
    Component,
    Param,
    Let,
    Nested,
    Refinement,
    Requirement,
    Wish,
    Explore,
    Variable,
  };
  Kind kind;
  Range name;  ///< where it is declared; identifies the symbol
  Range whole; ///< all of the declaration
  Range head;  ///< what a reader wants to see of it, without its block
  const Module *module;
  llvm::StringRef doc;
  const ast::ComponentDecl *component = nullptr; ///< Component: its declaration
  std::optional<unsigned> parent; ///< the symbol it is part of, as a position in `symbols()`

  llvm::StringRef text() const { return name.file->text().slice(name.begin, name.end); }
};

class Index {
public:
  /// A place where a name is written, and where that name is declared.
  struct Use {
    Range at, definition;
  };
  /// What a name stands for: an expression of a Space.
  struct Fact {
    const ir::Space *space = nullptr;
    const ir::Node *node = nullptr;
    const ast::Expr *given = nullptr; ///< the expression that fixes or defines it, if one does
    bool isTypical = false; ///< only its type holds: nothing says yet what the value follows from
    explicit operator bool() const { return node; }
  };

  /// Collects the declarations of the program, and the uses that need no elaboration.
  explicit Index(const Program &program);

  // ---- filled by elaboration; of several findings at a place, the first stays --------------

  void use(Range at, Range definition);
  /// The value of the name at a place, of a use or of a declaration.
  void value(Range at, Fact fact);
  /// Takes a Space that facts refer to.
  void keep(std::unique_ptr<ir::Space> space) { spaces_.push_back(std::move(space)); }

  /// Names that could stand where a text has `placeholder`: what completion offers.
  static constexpr llvm::StringLiteral placeholder = "completion_goes_here";
  struct Candidate {
    std::string name;
    Range definition;   ///< none for what is built in
    std::string detail; ///< of what is built in: `function`, `keyword`, `unit` or `type`
  };
  void offer(llvm::StringRef name, Range definition, llvm::StringRef detail = "");
  llvm::ArrayRef<Candidate> candidates() const { return candidates_; }

  // ---- read by editors -----------------------------------------------------------------------

  /// In the order of the files and their declarations; parents before their parts.
  llvm::ArrayRef<Symbol> symbols() const { return symbols_; }
  const Symbol *symbol(Range definition) const;
  /// A dimension, unit or metric by name: they are known everywhere.
  const Symbol *global(Symbol::Kind kind, llvm::StringRef name) const;
  /// In the order in which they were found.
  llvm::ArrayRef<Use> uses() const { return uses_; }
  /// The name that touches an offset, a declaration or a use.
  std::optional<Use> at(const SourceFile &file, unsigned offset) const;
  /// The value at a place, null if none is known.
  Fact factAt(Range place) const { return facts_.lookup(key(place)); }
  /// What is said about the source of a value; null if nothing is.
  const ast::Provenance *provenance(const ast::Expr &given) const {
    return provenances_.lookup(&given);
  }

private:
  friend class SymbolCollector;
  using Place = std::pair<const SourceFile *, unsigned>;
  static Place key(Range range) { return {range.file, range.begin}; }

  std::vector<Symbol> symbols_;
  std::vector<Use> uses_;
  std::vector<Candidate> candidates_;
  std::vector<std::unique_ptr<ir::Space>> spaces_;
  llvm::DenseMap<Place, unsigned> symbolAt_, useAt_;
  llvm::DenseMap<Place, Fact> facts_;
  llvm::DenseMap<const ast::Expr *, const ast::Provenance *> provenances_;
  llvm::StringMap<unsigned> dimensions_, units_, metrics_;
};

} // namespace wsc
