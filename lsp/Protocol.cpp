// Positions, URIs.
#include "lsp/Protocol.h"

#include "llvm/ADT/StringExtras.h"

namespace wsc::lsp {

namespace {

bool isContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// A character of four bytes is two code units, every other one.
unsigned unitsOf(char first) { return static_cast<unsigned char>(first) >= 0xF0 ? 2 : 1; }

} // namespace

unsigned offsetOf(llvm::StringRef text, Position position) {
  size_t offset = 0;
  for (unsigned line = 0; line < position.line; ++line) {
    size_t next = text.find('\n', offset);
    if (next == llvm::StringRef::npos)
      return text.size();
    offset = next + 1;
  }
  unsigned units = 0;
  while (offset < text.size() && text[offset] != '\n' && text[offset] != '\r' &&
         units < position.character) {
    units += unitsOf(text[offset++]);
    while (offset < text.size() && isContinuation(text[offset]))
      ++offset;
  }
  return offset;
}

Position positionOf(llvm::StringRef text, unsigned offset) {
  llvm::StringRef before = text.take_front(offset);
  size_t lineBreak = before.rfind('\n');
  llvm::StringRef line =
      lineBreak == llvm::StringRef::npos ? before : before.drop_front(lineBreak + 1);
  unsigned units = 0;
  for (char c : line)
    if (!isContinuation(c))
      units += unitsOf(c);
  return {static_cast<unsigned>(before.count('\n')), units};
}

std::optional<Position> readPosition(const json::Object *object) {
  if (!object)
    return std::nullopt;
  auto line = object->getInteger("line"), character = object->getInteger("character");
  auto fits = [](std::optional<int64_t> n) { return n && *n >= 0 && *n <= UINT32_MAX; };
  if (!fits(line) || !fits(character))
    return std::nullopt;
  return Position{static_cast<unsigned>(*line), static_cast<unsigned>(*character)};
}

json::Value toJson(Position position) {
  return json::Object{{"line", position.line}, {"character", position.character}};
}

json::Value toJson(llvm::StringRef text, unsigned begin, unsigned end) {
  return json::Object{{"start", toJson(positionOf(text, begin))},
                      {"end", toJson(positionOf(text, end))}};
}

std::string pathOf(llvm::StringRef uri) {
  llvm::StringRef rest = uri;
  if (!rest.consume_front("file://"))
    return uri.str();
  rest = rest.drop_until([](char c) { return c == '/'; }); // the host, which is this one
  std::string path;
  for (size_t i = 0; i < rest.size(); ++i) {
    unsigned byte;
    if (rest[i] == '%' && i + 2 < rest.size() && !rest.substr(i + 1, 2).getAsInteger(16, byte)) {
      path += static_cast<char>(byte);
      i += 2;
    } else
      path += rest[i];
  }
  return path;
}

std::string uriOf(llvm::StringRef path) {
  if (!path.starts_with("/"))
    return path.str();
  std::string uri = "file://";
  for (char c : path)
    if (llvm::isAlnum(c) || llvm::StringRef("/-._~").contains(c))
      uri += c;
    else
      uri += "%" + llvm::utohexstr(static_cast<unsigned char>(c), /*LowerCase=*/false, 2);
  return uri;
}

} // namespace wsc::lsp
