// Diagnostics as data: a kind, a message, places and help.  Renderers are clients of that
// data (text for people, JSON for programs), so the same error can reach a terminal, an
// editor or a script.
#pragma once

#include "support/Source.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace llvm {
class raw_ostream;
}

namespace wsc {

enum class Severity { Error, Warning };

/// Every kind of diagnostic, from Diagnostics.def.
enum class DiagKind {
#define DIAG(ident, name, severity, explanation) ident,
#include "support/Diagnostics.def"
};

/// The kebab-case name that users see: `unit-mismatch`.
llvm::StringRef name(DiagKind kind);
/// The long story, for `wsc explain`.
llvm::StringRef explanation(DiagKind kind);
Severity severity(DiagKind kind);
llvm::StringRef toString(Severity severity);
std::optional<DiagKind> findDiagKind(llvm::StringRef name);
llvm::ArrayRef<DiagKind> allDiagKinds();

/// A place and what it has to do with the matter (may be empty for the primary place).
struct Label {
  Range range;
  std::string text;
};

/// A change of the text that is the way out: `range` becomes `replacement`.  An empty range is an
/// insertion, an empty replacement a removal.
struct FixIt {
  Range range;
  std::string replacement;
};

struct Diagnostic {
  DiagKind kind;
  std::string message; ///< one sentence, lower case, no full stop
  Label primary;
  llvm::SmallVector<Label, 1> related; ///< "because of this" places
  std::string help;                    ///< what to change, empty if unknown
  std::vector<FixIt> fixes;            ///< `help` as one edit of one file; ranges do not overlap

  Diagnostic &note(Range range, std::string text);
  /// The way out in words; the first suggestion stays.
  Diagnostic &suggest(std::string text);
  /// The way out as an edit; several make one edit.  Only where the edit is exact.  Says what it
  /// does unless a suggestion came first.
  Diagnostic &fix(Range range, std::string replacement);
  /// Asks whether the candidate nearest to the text at `range` was meant, if one is near enough.
  Diagnostic &suggestName(Range range, llvm::ArrayRef<llvm::StringRef> candidates);
  /// Names all there is to choose from, after `intro`; nothing where that would be a long list.
  Diagnostic &suggestOneOf(llvm::StringRef intro, llvm::ArrayRef<llvm::StringRef> candidates);
};

/// Collects the diagnostics of a run.
class DiagnosticEngine {
public:
  /// Reports after this many errors are counted but not kept.
  static constexpr unsigned maxErrors = 50;

  /// Adds a diagnostic and returns it, so that notes and help can be attached at once.
  /// A second report of the same kind and message at the same place is dropped.
  Diagnostic &report(DiagKind kind, Range range, std::string message);

  bool hasErrors() const { return errors_ != 0; }
  unsigned errorCount() const { return errors_; }
  /// Whether further errors would not be shown, so that looking for them is in vain.
  bool full() const { return errors_ > maxErrors; }

  /// All diagnostics in the order of files (as first seen) and places.
  std::vector<const Diagnostic *> sorted() const;

private:
  std::vector<std::unique_ptr<Diagnostic>> diagnostics_;
  Diagnostic dropped_{};
  unsigned errors_ = 0;
};

/// `file:line:col: error: message [kind]`, the source line underlined, notes and help.
void renderText(const DiagnosticEngine &engine, llvm::raw_ostream &out, bool colour);

/// The source line of a range with the range underlined; nothing for an empty range.
void renderSnippet(Range range, llvm::raw_ostream &out, bool colour = false);

/// The lines that an edit changes, as they will be, with the new text underlined.
void renderFixes(llvm::ArrayRef<FixIt> fixes, llvm::raw_ostream &out, bool colour = false);

/// One JSON object with `format_version` and an array `diagnostics`; lines and columns count from
/// 1, columns in bytes, ends exclusive.
void renderJson(const DiagnosticEngine &engine, llvm::raw_ostream &out);

/// One SARIF 2.1.0 log: each kind a rule, each diagnostic a result.
void renderSarif(const DiagnosticEngine &engine, llvm::StringRef version, llvm::raw_ostream &out);

/// The candidate nearest to a misspelt name, or empty when none is near enough.  The same letters
/// in another case are nearest of all.
llvm::StringRef closestName(llvm::StringRef name, llvm::ArrayRef<llvm::StringRef> candidates);

} // namespace wsc
