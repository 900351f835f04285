// The registry of importers, and the road from a document to a spec that they share.
#include "importers/Importer.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

namespace wsc::importers {

static const Importer importers[] = {
#define IMPORTER(function, name, fields, library, summary)                                         \
  {name, fields, library, summary, function},
#include "importers/Importers.def"
};

llvm::ArrayRef<Importer> all() { return importers; }

const Importer *find(llvm::StringRef name) {
  for (const Importer &importer : importers)
    if (importer.name == name)
      return &importer;
  return nullptr;
}

namespace {

llvm::SmallVector<llvm::StringRef> words(llvm::StringRef text) {
  llvm::SmallVector<llvm::StringRef> result;
  text.split(result, ' ');
  return result;
}

const Importer *recognise(const Json &root, DiagnosticEngine &diagnostics) {
  for (const Importer &importer : importers)
    if (llvm::all_of(words(importer.fields), [&](auto key) { return root.find(key); }))
      return &importer;
  std::string known;
  for (const Importer &importer : importers)
    known += (known.empty() ? "" : "; ") + importer.name.str() + " by `" +
             llvm::join(words(importer.fields), "`, `") + "`";
  diagnostics
      .report(DiagKind::UnknownFormat, root.range, "this document is in no format that wsc imports")
      .suggest("formats are told by their outermost fields: " + known);
  return nullptr;
}

/// A list as lines of a comment.
void wrap(std::vector<std::string> &lines, llvm::StringRef title,
          llvm::ArrayRef<std::string> items) {
  constexpr size_t width = 96;
  lines.push_back(title.str());
  for (const std::string &item : items) {
    const std::string text = item + (&item == &items.back() ? "." : ",");
    if (lines.back().size() + 1 + text.size() > width)
      lines.push_back(" ");
    lines.back() += " " + text;
  }
}

} // namespace

std::optional<std::string> importFile(const SourceFile &source, const Importer *importer,
                                      llvm::StringRef name, DiagnosticEngine &diagnostics) {
  const std::unique_ptr<Json> root = parseJson(source, diagnostics);
  if (!root)
    return std::nullopt;
  if (!importer && !(importer = recognise(*root, diagnostics)))
    return std::nullopt;
  const std::string file = source.path() == "<stdin>"
                               ? "standard input"
                               : printable(llvm::sys::path::filename(source.path()));
  Reader reader(diagnostics);
  Draft draft(file);
  importer->import(*root, reader, draft);
  if (diagnostics.hasErrors())
    return std::nullopt;
  std::vector<std::string> head{"Written by `wsc import --from=" + importer->name.str() +
                                "` from " + file + "."};
  if (const auto unused = unusedPaths(*root); !unused.empty())
    wrap(head, "Fields of the file that have no counterpart here:", unused);
  return draft.text(importer->library, head, name);
}

} // namespace wsc::importers
