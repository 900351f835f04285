// The reference of a library as HTML: a page for each module, an index, and all names.
#pragma once

#include "docgen/Library.h"

namespace wsc::docgen {

struct Page {
  std::string name; ///< of the file
  std::string html;
};

/// Static pages that link to one another and to nothing else; the same library gives the same
/// bytes.
std::vector<Page> generate(const Library &library);

// ---- parts of a module's page -----------------------------------------------------------------

std::string componentHtml(const Library &library, const Module &module, const ast::Decl &decl);
/// Everything but components, by kind.
std::string declarationsHtml(const Library &library, const Module &module);

} // namespace wsc::docgen
