// A program: the files of a spec with everything they import, parsed, their declarations
// indexed by name.
#pragma once

#include "frontend/Ast.h"
#include "support/Diagnostics.h"
#include "llvm/ADT/StringMap.h"

namespace wsc {

/// One file with its names.  `imports` are reached as `alias.Name`.
struct Module {
  std::string name; ///< `std.tech.n7`, as first imported; empty for the main file
  Range importedAt; ///< the import that first reached it
  std::shared_ptr<const ast::File> file;
  llvm::StringMap<const ast::Decl *> decls;
  llvm::StringMap<Module *> imports;

  const ast::Decl *find(llvm::StringRef name) const { return decls.lookup(name); }
};

struct Program {
  std::vector<std::unique_ptr<Module>> modules; ///< in the order they were first reached
  std::vector<Module *> prelude;                ///< visible everywhere: units and interfaces
  Module *main = nullptr;
};

/// Where to look for imported files.
struct SearchPaths {
  std::vector<std::string> directories; ///< `-I`
  std::string stdlib;                   ///< the folder of `std.*`
};

/// Syntax trees of files, for whoever loads programs again and again: a text that is the same as
/// last time is not parsed again.
class ParseCache {
public:
  /// Null when the text has errors, which are then reported, every time.
  std::shared_ptr<const ast::File> parse(const SourceFile &source, DiagnosticEngine &diagnostics);

private:
  struct Entry;
  llvm::StringMap<std::shared_ptr<Entry>> byPath_;
};

/// Loads a spec and all that it imports.  Returns null when a file cannot be used; every
/// error of every file that could be read is reported.
std::unique_ptr<Program> loadProgram(llvm::StringRef path, const SearchPaths &paths,
                                     SourceManager &sources, DiagnosticEngine &diagnostics,
                                     ParseCache *cache = nullptr);

} // namespace wsc
