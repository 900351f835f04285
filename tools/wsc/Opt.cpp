// wsc opt: the elaborated Space as text, and passes over it one by one.
#include "ir/Print.h"
#include "ir/Verify.h"
#include "passes/Pass.h"
#include "tools/wsc/Pipeline.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace wsc::tool {

static cl::list<std::string> passNames("passes", cl::CommaSeparated, cl::value_desc("a,b"),
                                       cl::desc("Run these passes, in this order"),
                                       cl::sub(optCommand()));
static cl::opt<bool> printIr("print-ir", cl::desc("Print the IR after the passes (.wscir)"),
                             cl::sub(optCommand()));
static cl::opt<bool> listPasses("list", cl::desc("List the passes with an example each"),
                                cl::sub(optCommand()));

static void list() {
  for (const passes::Pass &pass : passes::all())
    llvm::outs() << llvm::left_justify(pass.name, 12) << pass.summary
                 << (pass.kind == passes::Pass::Optional ? " (on request)" : "") << "\n            "
                 << pass.example << "\n";
}

int run_opt() {
  if (listPasses) {
    list();
    return Done;
  }
  Session session;
  if (!loadSpace(session))
    return SpecErrors;
  std::unique_ptr<ir::Space> space = std::move(session.space);
  for (const std::string &passName : passNames) {
    const passes::Pass *pass = passes::find(passName);
    if (!pass) {
      std::vector<llvm::StringRef> names;
      for (const passes::Pass &known : passes::all())
        names.push_back(known.name);
      llvm::StringRef near = closestName(passName, names);
      llvm::errs() << "error: there is no pass `" << passName << "`\n"
                   << (near.empty() ? "help: `wsc opt --list` lists them\n"
                                    : "help: did you mean `" + near.str() + "`?\n");
      return WrongUsage;
    }
    if (pass->kind == passes::Pass::Analysis) {
      pass->print(*space, llvm::outs());
      continue;
    }
    space = pass->run(*space);
    for (const std::string &violation : ir::verify(*space)) {
      llvm::errs() << "error: after `" << passName << "`: " << violation << '\n';
      return InternalBug;
    }
  }
  if (printIr)
    ir::print(*space, llvm::outs());
  return Done;
}

} // namespace wsc::tool
