// The open documents, and what is known about the programs that they are.
#pragma once

#include "feasibility/Session.h"
#include "frontend/Index.h"
#include "lsp/Protocol.h"
#include <map>

namespace wsc::lsp {

struct Document {
  std::string uri;
  std::string path;
  int64_t version = 0;
  std::string text;
};

/// One look at a program: an open document with all that it imports.
struct Analysis {
  SourceManager sources;
  DiagnosticEngine diagnostics;
  std::unique_ptr<Program> program;  ///< null when a file cannot be parsed
  std::unique_ptr<Index> index;      ///< null without a program
  const ir::Space *design = nullptr; ///< in `index`; null after errors, and for a library

  /// A file of the program, null if it is not one.
  const SourceFile *file(llvm::StringRef path) const;
};

/// A place in a file of an analysis.
struct Place {
  const Analysis *analysis;
  const SourceFile *file;
  unsigned offset;
};

class Workspace {
public:
  explicit Workspace(SearchPaths paths) : paths_(std::move(paths)) {}

  void addImportPath(std::string directory) { paths_.directories.push_back(std::move(directory)); }
  const SearchPaths &paths() const { return paths_; }

  // Each gives the messages that the client is to get: the diagnostics that changed.
  std::vector<json::Value> open(Document document);
  std::vector<json::Value> change(Document &document);
  std::vector<json::Value> close(llvm::StringRef uri);
  /// Files changed on disk.
  std::vector<json::Value> refresh();
  /// Asks whether there is a design in one of the documents whose text is new and has no errors.
  std::vector<json::Value> decideNext();
  bool isDecided() const;

  /// The open document, null if there is none.
  Document *document(llvm::StringRef uri);
  const Document *documentAt(llvm::StringRef path) const;

  /// Where a position of an open document is in the newest analysis that has its file.  While a
  /// text has syntax errors that is an earlier text; nothing where the two differ.
  std::optional<Place> locate(const Document &document, Position position) const;
  /// What is known of each open document, in the order of their paths, then of closed files.
  std::vector<const Analysis *> analyses() const;
  /// The analysis of a document itself, of its last text without syntax errors; may be null.
  const Analysis *analysisOf(const Document &document) const;
  /// The diagnostics of its present text.
  const DiagnosticEngine *diagnosticsOf(const Document &document) const;
  /// A file as it would be if the texts of some files, by path, were others.
  std::unique_ptr<Analysis> analyse(const std::string &path,
                                    const std::map<std::string, std::string> &texts);
  /// Looks at files that are imported but not open as documents of their own too, so that all of
  /// their names are known.
  void analyseClosedFiles();
  /// The files that are loaded, without the standard library; sorted.
  std::vector<std::string> ownFiles() const;
  bool isLibrary(llvm::StringRef path) const;
  /// Whether every open document can be parsed.
  bool isCurrent() const;

  /// A range as the client sees it: in the present text of its file.
  std::optional<json::Value> range(Range range) const;
  /// `{uri, range}`.
  std::optional<json::Value> location(Range range) const;
  std::string uri(llvm::StringRef path) const;
  json::Value diagnosticToJson(const Diagnostic &diagnostic, Range at) const;

private:
  /// For one document: of the order of 50 ms, and as much again to make a conflict minimal.
  static constexpr uint64_t decisionWork = 50'000;

  struct Entry {
    Document document;
    std::unique_ptr<Analysis> latest; ///< of the present text, for diagnostics
    std::unique_ptr<Analysis> good;   ///< an earlier one, when the latest has no program
    feasibility::Session session{{}, {decisionWork}};
    bool isDecided = true; ///< whether nobody has to ask about the latest text
    const Analysis *known() const { return latest && latest->program ? latest.get() : good.get(); }
  };
  void analyse(Entry &entry);
  /// Analyses again what depends on a path, and says which diagnostics changed.
  std::vector<json::Value> update(llvm::StringRef path);
  std::vector<json::Value> publish(llvm::StringRef changed);

  SearchPaths paths_;
  ParseCache cache_;
  std::map<std::string, Entry> entries_;                    ///< by path
  std::map<std::string, std::unique_ptr<Analysis>> closed_; ///< by path; empty after a change
  std::map<std::string, json::Array> published_; ///< by path, what the client was told last
};

} // namespace wsc::lsp
