// What an editor can ask about a place or a document, one file for each.  All of them answer from
// what the workspace knows; none changes a document.
#pragma once

#include "lsp/Workspace.h"

namespace wsc::lsp {

// Hover.cpp
/// The declaration of a symbol on one line, without its block.
std::string headOf(const Symbol &symbol);
json::Value hover(const Workspace &workspace, const Document &document, Position position);

// Navigation.cpp
json::Value definition(const Workspace &workspace, const Document &document, Position position);
json::Value references(Workspace &workspace, const Document &document, Position position,
                       bool withDeclaration);
json::Value highlights(const Workspace &workspace, const Document &document, Position position);

/// Every place of the files that are loaded where the name at a position is written, sorted.
std::vector<Range> usesOf(const Workspace &workspace, const Document &document, Position position,
                          bool withDeclaration);

// Completion.cpp
json::Value completion(Workspace &workspace, const Document &document, Position position);

// Rename.cpp
/// The name that would be renamed, or why it cannot be.
Reply prepareRename(Workspace &workspace, const Document &document, Position position);
Reply rename(Workspace &workspace, const Document &document, Position position,
             llvm::StringRef name);

// Actions.cpp
json::Value codeActions(const Workspace &workspace, const Document &document, Position from,
                        Position to);

// Outline.cpp
json::Value documentSymbols(const Workspace &workspace, const Document &document);

// Edits.cpp
Reply formatting(const Document &document);

} // namespace wsc::lsp
