// A JSON document that remembers what llvm::json::Value forgets: where each value stands, the
// digits of its numbers, and which values were read.
#pragma once

#include "support/Diagnostics.h"
#include "support/Rational.h"

namespace wsc::importers {

struct Json {
  enum Kind { Null, Boolean, Number, String, Array, Object };

  Kind kind;
  std::string key;         ///< of a member of an object
  Range range;             ///< of the value, for an object or array its opening bracket
  std::string text;        ///< of a string, decoded; of other scalars, as written
  std::vector<Json> items; ///< of an object or array, in the order of the file
  const Json *parent = nullptr;
  mutable bool used = false; ///< whether an importer looked at it

  /// `device.io.pin_count`, `networks[0].size`; empty for the root.
  std::string path() const;
  const Json *find(llvm::StringRef key) const;
  /// The number; empty for another kind, and where it is beyond what a double holds.
  std::optional<Rational> number() const;
};

/// Reads a text; null after reporting that it is no JSON, is nested too deeply or gives a key
/// twice.
std::unique_ptr<Json> parseJson(const SourceFile &source, DiagnosticEngine &diagnostics);

/// The values that nobody looked at, as paths; of a whole object or array just its own.
std::vector<std::string> unusedPaths(const Json &root);

/// Keys and strings of a document in a message or comment: control characters become `?`,
/// what is very long is cut.
std::string printable(llvm::StringRef text);

} // namespace wsc::importers
