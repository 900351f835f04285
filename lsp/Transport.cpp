// Framing of messages.
#include "lsp/Transport.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <poll.h>

namespace wsc::lsp {

namespace {
/// Far more than an editor sends; keeps a corrupt header from asking for all memory.
constexpr size_t maxMessage = 256u << 20;
/// Longer than between two keystrokes of somebody who types.
constexpr int idleMilliseconds = 200;
} // namespace

std::optional<std::string> Transport::readLine() {
  std::string line;
  for (int c; (c = std::fgetc(in_)) != EOF;) {
    if (c == '\n') {
      if (!line.empty() && line.back() == '\r')
        line.pop_back();
      return line;
    }
    line += static_cast<char>(c);
  }
  if (line.empty())
    return std::nullopt;
  return line;
}

std::optional<std::string> Transport::readStandard() {
  size_t length = 0;
  while (auto line = readLine()) {
    llvm::StringRef header = *line;
    if (header.consume_front_insensitive("content-length:")) {
      if (header.trim().getAsInteger(10, length) || length > maxMessage) {
        llvm::errs() << "wsc lsp: bad header `" << *line << "`\n";
        length = 0;
      }
      continue;
    }
    if (!header.empty() || length == 0)
      continue; // another header, or a message whose length is unknown
    std::string message(length, '\0');
    if (std::fread(message.data(), 1, length, in_) != length)
      return std::nullopt;
    return message;
  }
  return std::nullopt;
}

std::optional<std::string> Transport::readDelimited() {
  std::string message;
  while (auto line = readLine()) {
    llvm::StringRef text = llvm::StringRef(*line).trim();
    if (text.starts_with("// -----")) {
      idle_ = text.ends_with(" idle");
      if (!message.empty())
        return message;
    } else if (!text.empty() && !text.starts_with("//"))
      message += *line + "\n";
  }
  if (message.empty())
    return std::nullopt;
  return message;
}

std::optional<std::string> Transport::read() {
  return style_ == Standard ? readStandard() : readDelimited();
}

bool Transport::isIdle() {
  if (style_ == Delimited)
    return idle_;
  pollfd input{fileno(in_), POLLIN, 0};
  return poll(&input, 1, idleMilliseconds) == 0;
}

void Transport::write(const llvm::json::Value &message) {
  if (style_ == Delimited) {
    out_ << llvm::formatv("{0:2}\n", message);
  } else {
    std::string text = llvm::formatv("{0}", message);
    out_ << "Content-Length: " << text.size() << "\r\n\r\n" << text;
  }
  out_.flush();
}

} // namespace wsc::lsp
