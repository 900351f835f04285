// Reads the fields of a JSON document that an importer needs, and reports what is missing, of the
// wrong kind, or contradicts something else.
//
// A field that is wrong reads as 1 or an empty object, so that one run finds every error.
#pragma once

#include "importers/Json.h"

namespace wsc::importers {

class Reader {
public:
  /// A number of the document; empty where an optional field is absent or null.
  struct Number {
    Rational value = 1;
    const Json *at = nullptr;
    explicit operator bool() const { return at != nullptr; }
  };
  /// Names of one field over the years; the first that is there counts.
  using Keys = llvm::ArrayRef<llvm::StringRef>;

  explicit Reader(DiagnosticEngine &diagnostics) : diagnostics_(diagnostics) {}

  /// A whole number from 1 on.
  Number count(const Json &object, Keys keys) { return number(object, keys, Count, true); }
  Number optionalCount(const Json &object, Keys keys) { return number(object, keys, Count, false); }
  /// A number greater than 0.
  Number positive(const Json &object, Keys keys) { return number(object, keys, Positive, true); }
  /// A number greater than 0 and not above 1.
  Number share(const Json &object, Keys keys) { return number(object, keys, Share, true); }
  /// The number that stands in `json` itself.
  Number positive(const Json &json) { return check(json, Positive); }
  Number share(const Json &json) { return check(json, Share); }

  bool flag(const Json &object, Keys keys, bool fallback);
  /// A string; empty where an optional field is absent or null.
  std::string word(const Json &object, Keys keys, bool required = false);
  const Json &object(const Json &in, llvm::StringRef key);
  /// An array with at least one element; null after reporting that there is none.
  const Json *array(const Json &in, llvm::StringRef key);

  void bad(const Json &json, const std::string &expected);
  void missing(const Json &in, Keys keys);
  /// Two places of the document cannot both hold.
  Diagnostic &contradiction(const Json &json, const std::string &message, const Json &other);
  Diagnostic &report(DiagKind kind, const Json &json, const std::string &message) {
    return diagnostics_.report(kind, json.range, message);
  }

private:
  enum Rule { Count, Positive, Share };
  const Json *find(const Json &object, Keys keys, bool required);
  Number number(const Json &object, Keys keys, Rule rule, bool required);
  Number check(const Json &json, Rule rule);

  DiagnosticEngine &diagnostics_;
};

} // namespace wsc::importers
