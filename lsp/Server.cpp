// Dispatching messages.
#include "lsp/Server.h"

namespace wsc::lsp {

// ---- the table of methods --------------------------------------------------------------------

/// A request gives a reply, a notification none.
struct Server::Method {
  const char *name;
  Reply (*request)(Server &, const json::Object &) = nullptr;
  void (Server::*notification)(const json::Object &) = nullptr;
};

template <typename Feature> Reply Server::onDocument(const json::Object &params, Feature feature) {
  const json::Object *identifier = params.getObject("textDocument");
  auto uri = identifier ? identifier->getString("uri") : std::nullopt;
  if (!uri)
    return ResponseError{ResponseError::InvalidParams, "`textDocument.uri` is missing"};
  Document *document = workspace_.document(*uri);
  if (!document)
    return ResponseError{ResponseError::InvalidParams, "`" + uri->str() + "` is not open"};
  return feature(*document);
}

template <typename Feature> Reply Server::onPosition(const json::Object &params, Feature feature) {
  auto position = readPosition(params.getObject("position"));
  if (!position)
    return ResponseError{ResponseError::InvalidParams, "`position` is missing or wrong"};
  return onDocument(params, [&](Document &document) { return feature(document, *position); });
}

#define ON_POSITION(feature)                                                                       \
  [](Server &server, const json::Object &params) -> Reply {                                        \
    return server.onPosition(params, [&](Document &document, Position position) -> Reply {         \
      return feature(server.workspace_, document, position);                                       \
    });                                                                                            \
  }

const Server::Method Server::methods[] = {
    {"initialize", [](Server &s, const json::Object &p) { return s.initialize(p); }},
    {"shutdown", [](Server &s, const json::Object &p) { return s.shutdown(p); }},
    {"exit", nullptr, &Server::exit},
    {"textDocument/didOpen", nullptr, &Server::didOpen},
    {"textDocument/didChange", nullptr, &Server::didChange},
    {"textDocument/didClose", nullptr, &Server::didClose},
    {"textDocument/didSave", nullptr, &Server::didChangeFiles},
    {"workspace/didChangeWatchedFiles", nullptr, &Server::didChangeFiles},
    {"textDocument/hover", ON_POSITION(hover)},
    {"textDocument/definition", ON_POSITION(definition)},
    {"textDocument/documentHighlight", ON_POSITION(highlights)},
    {"textDocument/references",
     [](Server &s, const json::Object &params) {
       const json::Object *context = params.getObject("context");
       bool all = context && context->getBoolean("includeDeclaration").value_or(false);
       return s.onPosition(params, [&](Document &document, Position position) -> Reply {
         return references(s.workspace_, document, position, all);
       });
     }},
    {"textDocument/documentSymbol",
     [](Server &s, const json::Object &params) {
       return s.onDocument(params, [&](Document &document) -> Reply {
         return documentSymbols(s.workspace_, document);
       });
     }},
    {"textDocument/completion", ON_POSITION(completion)},
    {"textDocument/prepareRename", ON_POSITION(prepareRename)},
    {"textDocument/rename",
     [](Server &s, const json::Object &params) {
       auto name = params.getString("newName");
       return s.onPosition(params, [&](Document &document, Position position) -> Reply {
         if (!name)
           return ResponseError{ResponseError::InvalidParams, "`newName` is missing"};
         return rename(s.workspace_, document, position, *name);
       });
     }},
    {"textDocument/codeAction",
     [](Server &s, const json::Object &params) {
       const json::Object *range = params.getObject("range");
       auto from = readPosition(range ? range->getObject("start") : nullptr);
       auto to = readPosition(range ? range->getObject("end") : nullptr);
       return s.onDocument(params, [&](Document &document) -> Reply {
         if (!from || !to)
           return ResponseError{ResponseError::InvalidParams, "`range` is missing or wrong"};
         return codeActions(s.workspace_, document, *from, *to);
       });
     }},
    {"textDocument/formatting",
     [](Server &s, const json::Object &params) {
       return s.onDocument(params, [](Document &document) { return formatting(document); });
     }},
};

// ---- the life of a session -------------------------------------------------------------------

int Server::run() {
  while (state_ != Exited) {
    // The solver has its turn when nobody is typing.
    while (state_ == Running && !workspace_.isDecided() && transport_.isIdle())
      send(workspace_.decideNext());
    auto message = transport_.read();
    if (!message)
      break;
    receive(*message);
  }
  return state_ == Exited && wasShutDown_ ? 0 : 1;
}

Reply Server::initialize(const json::Object &params) {
  state_ = Running;
  if (const json::Object *options = params.getObject("initializationOptions"))
    if (const json::Array *paths = options->getArray("importPaths"))
      for (const json::Value &path : *paths)
        if (auto text = path.getAsString())
          workspace_.addImportPath(text->str());
  json::Object sync{{"openClose", true}, {"change", 2}, {"save", true}};
  json::Object capabilities{
      {"positionEncoding", "utf-16"},
      {"textDocumentSync", std::move(sync)},
      {"hoverProvider", true},
      {"definitionProvider", true},
      {"referencesProvider", true},
      {"documentHighlightProvider", true},
      {"documentSymbolProvider", true},
      {"documentFormattingProvider", true},
      {"completionProvider", json::Object{{"triggerCharacters", json::Array{".", ":", "/"}}}},
      {"renameProvider", json::Object{{"prepareProvider", true}}},
      {"codeActionProvider", json::Object{{"codeActionKinds", json::Array{"quickfix"}}}},
  };
  return json::Object{{"capabilities", std::move(capabilities)},
                      {"serverInfo", json::Object{{"name", "wsc"}, {"version", version_}}}};
}

Reply Server::shutdown(const json::Object &) {
  state_ = ShutDown;
  wasShutDown_ = true;
  return nullptr;
}

void Server::exit(const json::Object &) { state_ = Exited; }

// ---- messages --------------------------------------------------------------------------------

void Server::receive(llvm::StringRef text) {
  auto message = json::parse(text);
  if (!message) {
    reply(nullptr, ResponseError{ResponseError::ParseError, toString(message.takeError())});
    return;
  }
  const json::Object *object = message->getAsObject();
  auto method = object ? object->getString("method") : std::nullopt;
  const json::Value *id = object ? object->get("id") : nullptr;
  if (!method) {
    bool isResponse = id && (object->get("result") || object->get("error"));
    if (!isResponse)
      reply(id ? *id : nullptr,
            ResponseError{ResponseError::InvalidRequest, "a message has a `method`"});
    return;
  }
  const json::Object none, *params = object->getObject("params");
  if (id)
    request(*id, *method, params ? *params : none);
  else
    notification(*method, params ? *params : none);
}

void Server::request(const json::Value &id, llvm::StringRef name, const json::Object &params) {
  using Error = ResponseError;
  if (state_ == ShutDown)
    return reply(id, Error{Error::InvalidRequest, "the server is shut down"});
  if ((state_ == Fresh) != (name == "initialize"))
    return reply(id, state_ == Fresh
                         ? Error{Error::ServerNotInitialized, "the first request is `initialize`"}
                         : Error{Error::InvalidRequest, "the server is initialized already"});
  for (const Method &method : methods)
    if (method.request && name == method.name)
      return reply(id, method.request(*this, params));
  reply(id, Error{Error::MethodNotFound, "there is no method `" + name.str() + "`"});
}

void Server::notification(llvm::StringRef name, const json::Object &params) {
  if (state_ != Running && name != "exit")
    return;
  for (const Method &method : methods)
    if (method.notification && name == method.name)
      (this->*method.notification)(params);
}

void Server::reply(const json::Value &id, Reply reply) {
  json::Object message{{"jsonrpc", "2.0"}, {"id", id}};
  if (auto *result = std::get_if<json::Value>(&reply))
    message["result"] = std::move(*result);
  else {
    auto &error = std::get<ResponseError>(reply);
    message["error"] = json::Object{{"code", static_cast<int>(error.code)},
                                    {"message", json::fixUTF8(error.message)}};
  }
  transport_.write(std::move(message));
}

void Server::send(std::vector<json::Value> messages) {
  for (const json::Value &message : messages)
    transport_.write(message);
}

// ---- documents -------------------------------------------------------------------------------

void Server::didOpen(const json::Object &params) {
  const json::Object *item = params.getObject("textDocument");
  auto uri = item ? item->getString("uri") : std::nullopt;
  auto text = item ? item->getString("text") : std::nullopt;
  if (uri && text)
    send(workspace_.open(
        {uri->str(), pathOf(*uri), item->getInteger("version").value_or(0), text->str()}));
}

void Server::didChange(const json::Object &params) {
  const json::Object *item = params.getObject("textDocument");
  auto uri = item ? item->getString("uri") : std::nullopt;
  Document *document = uri ? workspace_.document(*uri) : nullptr;
  const json::Array *changes = params.getArray("contentChanges");
  if (!document || !changes)
    return;
  document->version = item->getInteger("version").value_or(document->version);
  for (const json::Value &change : *changes) {
    const json::Object *object = change.getAsObject();
    auto text = object ? object->getString("text") : std::nullopt;
    if (!text)
      continue;
    const json::Object *range = object->getObject("range");
    auto start = range ? readPosition(range->getObject("start")) : std::nullopt;
    auto end = range ? readPosition(range->getObject("end")) : std::nullopt;
    if (!start || !end) {
      document->text = text->str();
      continue;
    }
    unsigned from = offsetOf(document->text, *start), to = offsetOf(document->text, *end);
    document->text.replace(from, to > from ? to - from : 0, text->str());
  }
  send(workspace_.change(*document));
}

void Server::didClose(const json::Object &params) {
  const json::Object *item = params.getObject("textDocument");
  if (auto uri = item ? item->getString("uri") : std::nullopt)
    send(workspace_.close(*uri));
}

void Server::didChangeFiles(const json::Object &) { send(workspace_.refresh()); }

} // namespace wsc::lsp
