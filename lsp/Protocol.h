// The words of the Language Server Protocol (3.17) that several features need.
#pragma once

#include "support/Source.h"
#include "llvm/Support/JSON.h"
#include <variant>

namespace wsc::lsp {

namespace json = llvm::json;

/// Lines and UTF-16 code units from 0.
struct Position {
  unsigned line = 0, character = 0;
};

/// The byte that a position means; positions behind the end of a line or of the text mean the end.
unsigned offsetOf(llvm::StringRef text, Position position);
Position positionOf(llvm::StringRef text, unsigned offset);

std::optional<Position> readPosition(const json::Object *object);
json::Value toJson(Position position);
/// The range of two bytes of a text.
json::Value toJson(llvm::StringRef text, unsigned begin, unsigned end);

/// `file:///a%20b` is `/a b`; URIs of other schemes are names of their own.
std::string pathOf(llvm::StringRef uri);
std::string uriOf(llvm::StringRef path);

struct ResponseError {
  enum Code {
    ParseError = -32700,
    InvalidRequest = -32600,
    MethodNotFound = -32601,
    InvalidParams = -32602,
    ServerNotInitialized = -32002,
    RequestFailed = -32803,
  };
  Code code;
  std::string message;
};
/// What a request gives.
using Reply = std::variant<json::Value, ResponseError>;

} // namespace wsc::lsp
