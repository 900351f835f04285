// llvm::json decides whether a text is JSON; the walk here goes over valid text only.
#include "importers/Json.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/JSON.h"

namespace wsc::importers {

namespace {

constexpr unsigned maxDepth = 100;

/// The first bracket that is nested deeper than llvm::json's recursion should go.
std::optional<unsigned> tooDeep(llvm::StringRef text) {
  unsigned depth = 0;
  bool quoted = false;
  for (unsigned i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\')
      ++i;
    else if (c == '"')
      quoted = !quoted;
    else if (!quoted && (c == '[' || c == '{') && ++depth > maxDepth)
      return i;
    else if (!quoted && (c == ']' || c == '}') && depth > 0)
      --depth;
  }
  return std::nullopt;
}

/// Where and why llvm::json gave up; it says so only as `[line:column, byte=N]: reason`.
std::pair<unsigned, std::string> placeOf(llvm::Error error) {
  const std::string message = llvm::toString(std::move(error));
  auto [place, reason] = llvm::StringRef(message).split("]: ");
  unsigned offset = 0;
  place.split("byte=").second.getAsInteger(10, offset);
  return {offset, reason.str()};
}

class Walk {
public:
  Walk(const SourceFile &source, DiagnosticEngine &diagnostics)
      : source_(source), text_(source.text()), diagnostics_(diagnostics) {}

  std::unique_ptr<Json> document() {
    auto root = std::make_unique<Json>(value(""));
    link(*root);
    return root;
  }

private:
  Json value(std::string key) {
    skipSpace();
    Json json{Json::Null, std::move(key), {}, {}, {}};
    const unsigned begin = at_;
    switch (text_[at_]) {
    case '{': object(json); break;
    case '[': array(json); break;
    case '"':
      json.kind = Json::String;
      json.text = string();
      break;
    default:
      at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
      json.text = text_.slice(begin, at_).str();
      json.kind = json.text == "null"                           ? Json::Null
                  : json.text == "true" || json.text == "false" ? Json::Boolean
                                                                : Json::Number;
    }
    const bool isTree = json.kind == Json::Object || json.kind == Json::Array;
    json.range = {&source_, begin, isTree ? begin + 1 : static_cast<unsigned>(at_)};
    return json;
  }

  static void link(Json &json) {
    for (Json &item : json.items) {
      item.parent = &json;
      link(item);
    }
  }

  void skipSpace() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }
  bool accept(char c) {
    skipSpace();
    const bool here = at_ < text_.size() && text_[at_] == c;
    at_ += here;
    return here;
  }

  std::string string() {
    const size_t begin = at_++;
    while (text_[at_] != '"')
      at_ += text_[at_] == '\\' ? 2 : 1;
    ++at_;
    return llvm::cantFail(llvm::json::parse(text_.slice(begin, at_))).getAsString()->str();
  }

  void object(Json &json) {
    json.kind = Json::Object;
    llvm::StringMap<Range> known;
    ++at_;
    if (accept('}'))
      return;
    do {
      skipSpace();
      const unsigned begin = at_;
      std::string key = string();
      const Range range{&source_, begin, static_cast<unsigned>(at_)};
      if (auto [first, isNew] = known.try_emplace(key, range); !isNew)
        diagnostics_
            .report(DiagKind::ContradictingFields, range, "`" + printable(key) + "` is given twice")
            .note(first->second, "the first time");
      accept(':');
      json.items.push_back(value(std::move(key)));
    } while (accept(','));
    accept('}');
  }

  void array(Json &json) {
    json.kind = Json::Array;
    ++at_;
    if (accept(']'))
      return;
    do
      json.items.push_back(value(""));
    while (accept(','));
    accept(']');
  }

  const SourceFile &source_;
  llvm::StringRef text_;
  DiagnosticEngine &diagnostics_;
  size_t at_ = 0;
};

void collectUnused(const Json &json, std::vector<std::string> &paths) {
  if (json.used) {
    for (const Json &item : json.items)
      collectUnused(item, paths);
  } else
    paths.push_back(json.path());
}

} // namespace

const Json *Json::find(llvm::StringRef key) const {
  for (const Json &item : items)
    if (kind == Object && item.key == key)
      return &item;
  return nullptr;
}

std::string Json::path() const {
  if (!parent)
    return "";
  std::string outer = parent->path();
  if (parent->kind == Array)
    return outer + "[" + std::to_string(this - parent->items.data()) + "]";
  return outer + (outer.empty() ? "" : ".") + printable(key);
}

std::optional<Rational> Json::number() const {
  if (kind != Number)
    return std::nullopt;
  llvm::StringRef digits = text;
  const bool negative = digits.consume_front("-");
  std::optional<Rational> value = parseDecimal(digits);
  return value && negative ? -*value : value;
}

std::unique_ptr<Json> parseJson(const SourceFile &source, DiagnosticEngine &diagnostics) {
  if (auto offset = tooDeep(source.text())) {
    diagnostics.report(DiagKind::BadJson, {&source, *offset, *offset + 1},
                       "brackets are nested more than 100 deep");
    return nullptr;
  }
  if (auto valid = llvm::json::parse(source.text()); !valid) {
    auto [offset, reason] = placeOf(valid.takeError());
    diagnostics.report(DiagKind::BadJson, {&source, offset, offset + 1},
                       "this is no JSON: " + llvm::StringRef(reason).lower());
    return nullptr;
  }
  std::unique_ptr<Json> root = Walk(source, diagnostics).document();
  return diagnostics.hasErrors() ? nullptr : std::move(root);
}

std::vector<std::string> unusedPaths(const Json &root) {
  std::vector<std::string> paths;
  root.used = true;
  collectUnused(root, paths);
  return paths;
}

std::string printable(llvm::StringRef text) {
  constexpr size_t longest = 80;
  size_t end = std::min(text.size(), longest);
  while (end < text.size() && (text[end] & 0xC0) == 0x80) // not inside a character
    --end;
  std::string result = text.take_front(end).str() + (end < text.size() ? "..." : "");
  for (char &c : result)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      c = '?';
  return result;
}

} // namespace wsc::importers
