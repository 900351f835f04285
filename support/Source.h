// Source files and places in them.
//
// Everything that can be blamed for an error carries a Range; a Range knows its file, so a
// diagnostic needs nothing else to show the offending line.
#pragma once

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <memory>
#include <string>
#include <vector>

namespace wsc {

/// One file of text, immutable once loaded.
class SourceFile : public std::enable_shared_from_this<SourceFile> {
public:
  SourceFile(std::string path, std::string text);

  llvm::StringRef path() const { return path_; }
  llvm::StringRef text() const { return text_; }

  /// 1-based line and column (in bytes) of a byte offset.
  struct Position {
    unsigned line, column;
  };
  Position position(unsigned offset) const;

  /// The text of a 1-based line, without its line break.
  llvm::StringRef line(unsigned number) const;

private:
  std::string path_, text_;
  std::vector<unsigned> lineStarts_;
};

/// A half-open range of bytes of one file; `file == nullptr` is "no place".
struct Range {
  const SourceFile *file = nullptr;
  unsigned begin = 0, end = 0;

  explicit operator bool() const { return file != nullptr; }
};

/// Holds every file of a run, so that ranges stay valid until the last diagnostic is shown.
class SourceManager {
public:
  /// Largest file that is read.  A spec is a few hundred lines; the limit keeps a file that
  /// was named by mistake from costing minutes.
  static constexpr size_t maxFileSize = 4u << 20;

  /// Adds a text under a name; from then on it is what `load` gives for that path, whatever is on
  /// disk: an editor's unsaved text.
  const SourceFile *add(std::string path, std::string text);

  /// Loads a file, `-` from standard input; the same path twice gives the same object.
  /// Returns null and sets `error` to a reason when it cannot be read.
  const SourceFile *load(llvm::StringRef path, std::string &error);

  /// Whether `load` would find something: a text that was added, or a file on disk.
  bool exists(llvm::StringRef path) const;

private:
  std::vector<std::shared_ptr<const SourceFile>> files_;
  llvm::StringMap<const SourceFile *> byPath_;
};

} // namespace wsc
