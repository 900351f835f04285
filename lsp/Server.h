// The language server: the life of a session and who answers what.  One thread, one message after
// the other, so a recorded session always gives the same answers.  Verdicts come when no message
// does.
#pragma once

#include "lsp/Features.h"
#include "lsp/Transport.h"

namespace wsc::lsp {

class Server {
public:
  Server(Transport &transport, SearchPaths paths, llvm::StringRef version)
      : transport_(transport), workspace_(std::move(paths)), version_(version) {}

  /// Serves until `exit` or the end of the input; the exit code of the program: 0 after a proper
  /// `shutdown`.
  int run();

private:
  struct Method;
  static const Method methods[];

  void receive(llvm::StringRef message);
  void request(const json::Value &id, llvm::StringRef method, const json::Object &params);
  void notification(llvm::StringRef method, const json::Object &params);
  void reply(const json::Value &id, Reply reply);
  void send(std::vector<json::Value> messages);

  Reply initialize(const json::Object &params);
  Reply shutdown(const json::Object &params);
  void didOpen(const json::Object &params);
  void didChange(const json::Object &params);
  void didClose(const json::Object &params);
  void didChangeFiles(const json::Object &params);
  void exit(const json::Object &params);

  /// Calls a feature with the document, or the document and the position, that the parameters name.
  template <typename Feature> Reply onDocument(const json::Object &params, Feature feature);
  template <typename Feature> Reply onPosition(const json::Object &params, Feature feature);

  Transport &transport_;
  Workspace workspace_;
  std::string version_;
  enum { Fresh, Running, ShutDown, Exited } state_ = Fresh;
  bool wasShutDown_ = false;
};

} // namespace wsc::lsp
