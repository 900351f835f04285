// wsc lsp: the language server, for editors.
#include "lsp/Server.h"
#include "tools/wsc/Command.h"
#include "tools/wsc/Pipeline.h"

#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace wsc::tool {

static cl::opt<bool> recorded("lit",
                              cl::desc("Read messages between lines `// -----` and print replies "
                                       "for reading: for recorded sessions"),
                              cl::sub(lspCommand()));
// Editors pass it; standard input and output are all there is.
static cl::opt<bool> stdio("stdio", cl::Hidden, cl::sub(lspCommand()));

int run_lsp() {
  lsp::Transport transport(stdin, llvm::outs(),
                           recorded ? lsp::Transport::Delimited : lsp::Transport::Standard);
  return lsp::Server(transport, searchPaths(), WSC_VERSION).run();
}

} // namespace wsc::tool
