// HTML as text: escaping, tables, and the frame of a page with the one style sheet.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace wsc::docgen {

/// Text as HTML; `"` too, so that it may stand in an attribute.
std::string escape(llvm::StringRef text);

/// `` `code` `` in running text becomes code; the rest is escaped.
std::string prose(llvm::StringRef text);

std::string element(llvm::StringRef tag, const std::string &html);
std::string link(llvm::StringRef href, const std::string &html);
/// A heading or row that others link to.
std::string anchored(llvm::StringRef tag, llvm::StringRef id, const std::string &html);

/// Rows of HTML cells under titles; columns without any content are left out.
class Table {
public:
  explicit Table(std::vector<std::string> titles) : titles_(std::move(titles)) {}
  /// `id` may be empty.
  void add(std::string id, std::vector<std::string> cells);
  /// Empty for a table without rows.
  std::string html(llvm::StringRef heading = "") const;

private:
  struct Row {
    std::string id;
    std::vector<std::string> cells;
  };
  std::vector<std::string> titles_;
  std::vector<Row> rows_;
};

/// A whole page; `navigation` are links to other pages.
std::string page(llvm::StringRef title, const std::string &navigation, const std::string &body);

} // namespace wsc::docgen
