// The looks of the reference.
#include "docgen/Html.h"

#include "llvm/ADT/STLExtras.h"

namespace wsc::docgen {

static constexpr const char style[] = R"(
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 0 auto; padding: 1rem; }
nav { border-bottom: 1px solid #8884; padding-bottom: .5rem; }
h2 { margin-top: 2.5rem; border-top: 1px solid #8884; padding-top: 1rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .25rem .8rem .25rem 0; }
th { font-weight: 600; border-bottom: 1px solid #8884; }
code { font: .875em/1.4 ui-monospace, monospace; white-space: pre-wrap; }
a { color: inherit; text-decoration-color: #58a; }
:target { background: #fd73; }
.kind { font-weight: 400; opacity: .7; }
.assumed { border: 1px solid; border-radius: .3em; padding: 0 .3em; font-size: .8em; }
)";

std::string escape(llvm::StringRef text) {
  std::string result;
  for (char c : text)
    switch (c) {
    case '&': result += "&amp;"; break;
    case '<': result += "&lt;"; break;
    case '>': result += "&gt;"; break;
    case '"': result += "&quot;"; break;
    default: result += c;
    }
  return result;
}

std::string prose(llvm::StringRef text) {
  std::string result;
  while (true) {
    auto [before, rest] = text.split('`');
    const size_t end = rest.find('`');
    if (before.size() == text.size() || end == llvm::StringRef::npos)
      return result + escape(text);
    result += escape(before) + element("code", escape(rest.take_front(end)));
    text = rest.drop_front(end + 1);
  }
}

std::string element(llvm::StringRef tag, const std::string &html) {
  return "<" + tag.str() + ">" + html + "</" + tag.str() + ">";
}

std::string link(llvm::StringRef href, const std::string &html) {
  std::string encoded;
  for (char c : href)
    encoded += c == '%' ? "%25" : c == ' ' ? "%20" : std::string(1, c);
  return href.empty() ? html : "<a href=\"" + escape(encoded) + "\">" + html + "</a>";
}

std::string anchored(llvm::StringRef tag, llvm::StringRef id, const std::string &html) {
  if (id.empty())
    return element(tag, html);
  return "<" + tag.str() + " id=\"" + escape(id) + "\">" + html + "</" + tag.str() + ">";
}

void Table::add(std::string id, std::vector<std::string> cells) {
  cells.resize(titles_.size());
  rows_.push_back({std::move(id), std::move(cells)});
}

std::string Table::html(llvm::StringRef heading) const {
  if (rows_.empty())
    return "";
  auto isUsed = [&](size_t column) {
    return llvm::any_of(rows_, [&](const Row &row) { return !row.cells[column].empty(); });
  };
  std::string head, result;
  for (size_t i = 0; i < titles_.size(); ++i)
    if (isUsed(i))
      head += element("th", escape(titles_[i]));
  for (const Row &row : rows_) {
    std::string cells;
    for (size_t i = 0; i < row.cells.size(); ++i)
      if (isUsed(i))
        cells += element("td", row.cells[i]);
    result += anchored("tr", row.id, cells) + "\n";
  }
  return (heading.empty() ? "" : element("h3", escape(heading)) + "\n") +
         element("table", "\n" + element("tr", head) + "\n" + result) + "\n";
}

std::string page(llvm::StringRef title, const std::string &navigation, const std::string &body) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
         element("title", escape(title)) + "\n" + element("style", style) + "\n</head>\n<body>\n" +
         element("nav", navigation) + "\n" + element("h1", escape(title)) + "\n" + body +
         "</body>\n</html>\n";
}

} // namespace wsc::docgen
