// The page, put together from the files of this folder and the library, which the build embeds.
#include "report/Page.h"

#include "report/Assets.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::report {

/// Text of an HTML element.
static std::string escaped(llvm::StringRef text) {
  std::string result;
  for (char c : text)
    result += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  return result;
}

std::string pageOf(llvm::StringRef title, const llvm::json::Object &data) {
  std::string text, json;
  llvm::raw_string_ostream(text) << llvm::json::Value(llvm::json::Object(data));
  for (char c : text) // nothing inside may end the element
    json += c == '<' ? "\\u003c" : std::string(1, c);
  const std::pair<llvm::StringRef, std::string> parts[] = {{"@TITLE@", escaped(title)},
                                                           {"@STYLE@", assets::style.str()},
                                                           {"@LIBRARY@", assets::library.str()},
                                                           {"@DATA@", json},
                                                           {"@SCRIPT@", assets::script.str()}};
  std::string page;
  llvm::StringRef rest = assets::page;
  for (const auto &[mark, part] : parts) { // in the order of the page
    auto [before, after] = rest.split(mark);
    page += before.str() + part;
    rest = after;
  }
  return page + rest.str();
}

} // namespace wsc::report
