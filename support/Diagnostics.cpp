// The diagnostics engine: the table of kinds, collecting and sorting.
#include "support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace wsc {

namespace {
struct KindInfo {
  const char *name;
  Severity severity;
  const char *explanation;
};
const KindInfo kinds[] = {
#define DIAG(ident, name, severity, explanation) {name, Severity::severity, explanation},
#include "support/Diagnostics.def"
};
const DiagKind kindList[] = {
#define DIAG(ident, name, severity, explanation) DiagKind::ident,
#include "support/Diagnostics.def"
};
} // namespace

llvm::StringRef name(DiagKind kind) { return kinds[static_cast<int>(kind)].name; }
Severity severity(DiagKind kind) { return kinds[static_cast<int>(kind)].severity; }
llvm::StringRef toString(Severity severity) {
  return severity == Severity::Error ? "error" : "warning";
}
llvm::ArrayRef<DiagKind> allDiagKinds() { return kindList; }

llvm::StringRef explanation(DiagKind kind) {
  return llvm::StringRef(kinds[static_cast<int>(kind)].explanation).ltrim('\n');
}

std::optional<DiagKind> findDiagKind(llvm::StringRef wanted) {
  for (DiagKind kind : kindList)
    if (name(kind) == wanted)
      return kind;
  return std::nullopt;
}

Diagnostic &Diagnostic::note(Range range, std::string text) {
  related.push_back({range, std::move(text)});
  return *this;
}

Diagnostic &Diagnostic::suggest(std::string text) {
  if (help.empty())
    help = std::move(text);
  return *this;
}

static llvm::StringRef textOf(Range range) {
  return range.file->text().slice(range.begin, range.end);
}

Diagnostic &Diagnostic::fix(Range range, std::string replacement) {
  if (!range) // of a diagnostic that was dropped
    return *this;
  std::string old = textOf(range).str();
  suggest(old.empty()           ? "insert `" + replacement + "`"
          : replacement.empty() ? "remove `" + old + "`"
                                : "write `" + replacement + "`");
  fixes.push_back({range, std::move(replacement)});
  return *this;
}

Diagnostic &Diagnostic::suggestName(Range range, llvm::ArrayRef<llvm::StringRef> candidates) {
  if (!range)
    return *this;
  llvm::StringRef near = closestName(textOf(range), candidates);
  if (near.empty() || !help.empty())
    return *this;
  return suggest("did you mean `" + near.str() + "`?").fix(range, near.str());
}

Diagnostic &Diagnostic::suggestOneOf(llvm::StringRef intro,
                                     llvm::ArrayRef<llvm::StringRef> candidates) {
  constexpr size_t most = 12;
  if (candidates.empty() || candidates.size() > most)
    return *this;
  std::string names;
  for (llvm::StringRef name : candidates)
    names += (names.empty() ? " `" : ", `") + name.str() + "`";
  return suggest(intro.str() + names);
}

/// Keeps a message with a name of a million letters readable.
static void shorten(std::string &message) {
  constexpr size_t maxLength = 300;
  if (message.size() <= maxLength)
    return;
  size_t end = maxLength;
  while ((static_cast<unsigned char>(message[end]) & 0xC0) == 0x80) // inside a character
    --end;
  message.replace(end, std::string::npos, "...");
}

Diagnostic &DiagnosticEngine::report(DiagKind kind, Range range, std::string message) {
  for (const auto &known : diagnostics_)
    if (known->kind == kind && known->primary.range.file == range.file &&
        known->primary.range.begin == range.begin && known->message == message)
      return dropped_ = Diagnostic{};
  if (severity(kind) == Severity::Error && ++errors_ > maxErrors)
    return dropped_ = Diagnostic{};
  shorten(message);
  diagnostics_.push_back(
      std::make_unique<Diagnostic>(Diagnostic{kind, std::move(message), {range, ""}, {}, "", {}}));
  return *diagnostics_.back();
}

std::vector<const Diagnostic *> DiagnosticEngine::sorted() const {
  std::vector<const SourceFile *> fileOrder;
  std::vector<const Diagnostic *> result;
  for (const auto &diagnostic : diagnostics_) {
    result.push_back(diagnostic.get());
    if (llvm::find(fileOrder, diagnostic->primary.range.file) == fileOrder.end())
      fileOrder.push_back(diagnostic->primary.range.file);
  }
  auto key = [&](const Diagnostic *d) {
    auto file = llvm::find(fileOrder, d->primary.range.file) - fileOrder.begin();
    return std::pair(file, d->primary.range.begin);
  };
  std::stable_sort(result.begin(), result.end(), [&](auto *a, auto *b) { return key(a) < key(b); });
  return result;
}

/// `MHz` for `MHZ`, before `mHz`; empty when no candidate has the same letters.
static llvm::StringRef sameLetters(llvm::StringRef name,
                                   llvm::ArrayRef<llvm::StringRef> candidates) {
  llvm::StringRef result;
  for (llvm::StringRef candidate : candidates)
    if (candidate != name && candidate.equals_insensitive(name) &&
        (result.empty() || candidate.edit_distance(name) < result.edit_distance(name)))
      result = candidate;
  return result;
}

llvm::StringRef closestName(llvm::StringRef name, llvm::ArrayRef<llvm::StringRef> candidates) {
  if (llvm::StringRef same = sameLetters(name, candidates); !same.empty())
    return same;
  // A third of the letters may differ: `yeild` finds `yield`, `x` finds nothing.
  unsigned best = (name.size() + 1) / 3;
  llvm::StringRef result;
  for (llvm::StringRef candidate : candidates) {
    unsigned distance = name.edit_distance(candidate, /*AllowReplacements=*/true, best);
    // Two letters in each other's place are one slip.
    if (distance == 2 && name.size() == candidate.size() &&
        std::is_permutation(name.begin(), name.end(), candidate.begin()))
      distance = 1;
    if (distance < best || (distance == best && best > 0 && result.empty())) {
      best = distance;
      result = candidate;
    }
  }
  return result;
}

} // namespace wsc
