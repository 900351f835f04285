// Importers: a description that people already have becomes a spec.
#pragma once

#include "importers/Draft.h"
#include "importers/Reader.h"

namespace wsc::importers {

struct Importer {
  llvm::StringRef name;
  llvm::StringRef fields;  ///< of the outermost object, by which the format is recognised
  llvm::StringRef library; ///< the module that the spec imports
  llvm::StringRef summary;
  void (*import)(const Json &root, Reader &reader, Draft &draft);
};
llvm::ArrayRef<Importer> all();
const Importer *find(llvm::StringRef name);

/// The text of a spec that says what `source` says.  Without an importer the format is recognised
/// by content; without a name the declaration is named after what the document describes.  Empty
/// after errors, which are reported.
std::optional<std::string> importFile(const SourceFile &source, const Importer *importer,
                                      llvm::StringRef name, DiagnosticEngine &diagnostics);

#define IMPORTER(function, name, fields, library, summary)                                         \
  void function(const Json &root, Reader &reader, Draft &draft);
#include "importers/Importers.def"

} // namespace wsc::importers
