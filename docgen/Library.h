// The modules that are documented, and where each of their names is explained.
#pragma once

#include "frontend/Parse.h"

namespace wsc::docgen {

struct Module {
  std::string name; ///< as it is imported: `std.tech.n7`
  const SourceFile *source;
  std::unique_ptr<ast::File> file;
  std::vector<Token> tokens;

  /// The page of the module; `index.html` is another one.
  std::string href() const { return (name == "index" ? "index-" : name) + ".html"; }
  const ast::Decl *find(llvm::StringRef name) const;
  /// The first sentence or paragraph that the file says about itself.
  std::string summary() const;
};

/// Where a declaration stands on its page.  Units and dimensions may share their name with a value.
std::string anchorOf(const ast::Decl &decl);

class Library {
public:
  /// Parses a file and adds it; false after reporting errors.
  bool add(std::string name, const SourceFile &source, DiagnosticEngine &diagnostics);
  /// Puts the modules in the order of their names.
  void sort();

  llvm::ArrayRef<std::unique_ptr<Module>> modules() const { return modules_; }

  /// A component by the name that `from` calls it, `Wafer` or `wafer.Wafer`; null if it is not
  /// part of the library.
  struct Component {
    const Module *module = nullptr;
    const ast::ComponentDecl *decl = nullptr;
    explicit operator bool() const { return decl != nullptr; }
  };
  Component component(const Module &from, llvm::ArrayRef<llvm::StringRef> path) const;

  /// Where a name is explained: nowhere if `href` is empty, else `parts` of the path are its name.
  struct Link {
    std::string href;
    unsigned parts = 1;
  };
  /// The links of names as they stand in types and in expressions of `from`.
  Link typeLink(const Module &from, llvm::ArrayRef<llvm::StringRef> path) const;
  Link valueLink(const Module &from, const ast::ComponentDecl *scope,
                 llvm::ArrayRef<llvm::StringRef> path) const;

  /// Components that refine `base` directly.
  std::vector<Component> refinements(const ast::ComponentDecl &base) const;

private:
  const Module *module(llvm::StringRef name) const;
  const Module *imported(const Module &from, llvm::StringRef alias) const;
  /// The declaration that a path starts with, and how many of its parts name it.
  struct Found {
    const Module *module = nullptr;
    const ast::Decl *decl = nullptr;
    unsigned parts = 1;
    Link link() const;
  };
  Found find(const Module &from, llvm::ArrayRef<llvm::StringRef> path) const;

  std::vector<std::unique_ptr<Module>> modules_;
};

llvm::SmallVector<llvm::StringRef, 2> parts(const ast::Path &path);

} // namespace wsc::docgen
