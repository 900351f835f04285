// wsc explain: the long story of a diagnostic kind.
#include "tools/wsc/Command.h"

#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace wsc::tool {

static cl::opt<std::string> kind(cl::Positional, cl::desc("[KIND]"), cl::sub(explainCommand()));

int run_explain() {
  if (kind.empty()) {
    for (DiagKind known : allDiagKinds())
      llvm::outs() << name(known) << '\n';
    return Done;
  }
  if (auto known = findDiagKind(kind)) {
    llvm::outs() << explanation(*known);
    return Done;
  }
  std::vector<llvm::StringRef> names;
  for (DiagKind known : allDiagKinds())
    names.push_back(name(known));
  llvm::errs() << "error: there is no diagnostic `" << kind << "`\n";
  if (auto near = closestName(kind, names); !near.empty())
    llvm::errs() << "help: did you mean `" << near << "`?\n";
  else
    llvm::errs() << "help: `wsc explain` lists them all\n";
  return WrongUsage;
}

} // namespace wsc::tool
