// The parser of IR text: one function a kind of statement, as in Print.cpp.
//
// The language has no nesting, so neither have the functions.  After the first error every
// token is the end of the text and values are defaults; statements store nothing then.
#pragma once

#include "ir/Lexer.h"
#include "ir/Space.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/Twine.h"

namespace wsc::ir {

class Parser {
public:
  explicit Parser(llvm::StringRef text) : text_(text), rest_(text) { advance(); }

  /// Null after an error.
  std::unique_ptr<Space> run();
  const std::string &error() const { return error_; }

private:
  // Tokens.
  void advance();
  bool accept(llvm::StringRef symbol);
  void expect(llvm::StringRef symbol);
  void fail(const llvm::Twine &message) { failAt(token_.text.data(), message); }
  void failAt(const char *place, const llvm::Twine &message);
  bool failed() const { return !error_.empty(); }
  /// Fails at `place` unless `problem` is empty.
  void check(const char *place, const std::string &problem);

  // Pieces of a line.
  std::string string();
  std::string optionalString(llvm::StringRef keyword);
  std::string word();
  unsigned integer();
  Rational rational();
  Type type();
  Dim product();
  void factor(std::array<int, Dim::maxBases> &exponents, int sign);
  Rational value(const Type &type);
  Rational value(const Token &token, const Type &type);
  std::vector<Rational> domain(const Type &type);
  void extendRun(std::vector<Rational> &values);
  Location location();
  Provenance provenance();
  const Node *node();
  llvm::SmallVector<const Node *, 3> operands();
  /// A string not yet used for this kind of thing.
  std::string newName(llvm::StringRef kind);
  /// Reads a string: the index of the item of that name.
  template <typename List> unsigned find(const List &list, llvm::StringRef kind) {
    const char *place = token_.text.data();
    std::string name = string();
    for (unsigned i = 0; i < list.size(); ++i)
      if (list[i].name == name)
        return i;
    failAt(place, "there is no " + kind + " '" + name + "'");
    return 0;
  }

  // Statements.
  void statement();
  void dimension();
  void unit();
  void enumeration();
  void table();
  void namedConstant();
  void metric();
  void param();
  void definition();
  const Node *operation();
  const Node *constant();
  const Node *tableOperation(Op op);
  const Node *typed(const Node *node);
  void field();
  void quantity();
  void constraint(bool hard);
  void objective(bool maximize);

  std::unique_ptr<Space> space_ = std::make_unique<Space>();
  llvm::StringRef text_, rest_;
  Token token_;
  std::string error_;
  llvm::StringSet<> names_; ///< `kind name` of everything that must be unique
  std::vector<const Node *> nodes_;
  unsigned runLength_ = 0; ///< values written as runs so far
};

} // namespace wsc::ir
