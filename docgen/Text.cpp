// Source text token by token; what stands between tokens is kept, up to indentation.
#include "docgen/Text.h"

#include "docgen/Html.h"

namespace wsc::docgen {

namespace {

/// Blanks as written; lines that go on are indented by two.
std::string blanks(llvm::StringRef text) { return text.contains('\n') ? "\n  " : text.str(); }

} // namespace

std::string Text::code(Range range, bool isType) const {
  const std::vector<Token> &tokens = module_.tokens;
  llvm::StringRef text = module_.source->text();
  auto begin = [&](const Token &token) -> unsigned { return token.text.data() - text.data(); };
  auto isWord = [&](size_t i) { return i < tokens.size() && tokens[i].kind == Token::Word; };
  size_t i = std::partition_point(tokens.begin(), tokens.end(),
                                  [&](const Token &token) { return begin(token) < range.begin; }) -
             tokens.begin();
  std::string html;
  unsigned end = range.begin;
  for (bool afterDot = false; i < tokens.size() && begin(tokens[i]) < range.end; ++i) {
    html += blanks(text.slice(end, begin(tokens[i])));
    Library::Link target;
    std::string name = tokens[i].text.str();
    if (isWord(i) && !afterDot) {
      llvm::SmallVector<llvm::StringRef, 2> path{tokens[i].text};
      if (isWord(i + 2) && tokens[i + 1].text == ".")
        path.push_back(tokens[i + 2].text);
      target =
          isType ? library_.typeLink(module_, path) : library_.valueLink(module_, scope_, path);
      if (target.parts == 2) {
        name += "." + path[1].str();
        i += 2;
      }
    }
    end = begin(tokens[i]) + tokens[i].text.size();
    afterDot = tokens[i].text == ".";
    html += link(target.href, escape(name));
  }
  return element("code", html);
}

std::string Text::provenance(const ast::Provenance &provenance) const {
  std::string html;
  auto add = [&](const std::string &piece) { html += (html.empty() ? "" : " ") + piece; };
  if (provenance.assumed)
    add("<span class=\"assumed\">assumed</span>");
  if (!provenance.source.empty())
    add(escape(provenance.source));
  if (provenance.lo && provenance.hi)
    add("(" + expr(provenance.lo) + " to " + expr(provenance.hi) + ")");
  return html;
}

} // namespace wsc::docgen
