// The spec that an importer writes: fields with their origin, in blocks.  The layout is rough;
// whoever prints it runs the formatter over it.
#pragma once

#include "support/Rational.h"
#include "llvm/ADT/ArrayRef.h"

namespace wsc::importers {

class Draft {
public:
  /// `file`: the name of the file that is read, without its folder.
  explicit Draft(std::string file) : file_(std::move(file)) {}

  /// The declaration.  `title` is what the document calls the thing, empty where it does not.
  void declare(llvm::StringRef role, llvm::StringRef title, llvm::StringRef base);
  /// `field = value from "<file> of <title>: <origin>"`.
  void fix(llvm::StringRef field, const std::string &value, llvm::StringRef origin);
  void open(llvm::StringRef field, const std::string &domain);
  void begin(llvm::StringRef field);
  void end();
  void comment(llvm::StringRef text);

  /// The whole file; `head` are lines of a comment.  Without a name the declaration is named after
  /// the title, or the file.
  std::string text(llvm::StringRef import, llvm::ArrayRef<std::string> head,
                   llvm::StringRef name) const;

private:
  std::string file_, title_, role_, base_, body_;
};

/// The exact decimal digits of a rational whose decimals end: `0.0002048`.
std::string decimal(const Rational &value);

/// A quantity with the SI prefix that leaves the fewest digits before the point: `1.41 GHz`.
std::string quantity(const Rational &value, llvm::StringRef unit);

/// A title as a name of the language.
std::string identifier(llvm::StringRef title);

} // namespace wsc::importers
