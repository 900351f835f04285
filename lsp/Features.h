// What an editor can ask about a place or a document, one file for each.  All of them answer from
// what the workspace knows; none changes it.
#pragma once

#include "lsp/Workspace.h"

namespace wsc::lsp {

// Hover.cpp
json::Value hover(const Workspace &workspace, const Document &document, Position position);

// Navigation.cpp
json::Value definition(const Workspace &workspace, const Document &document, Position position);
json::Value references(const Workspace &workspace, const Document &document, Position position,
                       bool withDeclaration);
json::Value highlights(const Workspace &workspace, const Document &document, Position position);

/// Every place of the files that are loaded where the name at a position is written, sorted.
std::vector<Range> usesOf(const Workspace &workspace, const Document &document, Position position,
                          bool withDeclaration);

// Outline.cpp
json::Value documentSymbols(const Workspace &workspace, const Document &document);

// Edits.cpp
Reply formatting(const Document &document);

} // namespace wsc::lsp
