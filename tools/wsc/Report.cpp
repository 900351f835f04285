// wsc report: a run, or several beside each other, as one HTML file; or in the terminal.
#include "report/Data.h"
#include "report/Page.h"
#include "report/Terminal.h"
#include "tools/wsc/ImportedResults.h"
#include "tools/wsc/Output.h"
#include "tools/wsc/RunFolder.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace wsc::tool {

static cl::list<std::string> folders(cl::Positional, cl::OneOrMore, cl::desc("RUN..."),
                                     cl::sub(reportCommand()));
static cl::opt<std::string> output("o", cl::value_desc("file"),
                                   cl::desc("The HTML file; without it, the terminal"),
                                   cl::sub(reportCommand()));

int run_report() {
  std::vector<std::unique_ptr<runs::RunStore>> stores;
  std::vector<const runs::RunStore *> runs;
  std::vector<std::string> commands;
  for (const std::string &folder : folders) {
    stores.push_back(openRun(folder, runs::RunStore::Access::Read));
    if (!stores.back())
      return OutputFailed;
    if (!report::sameObjectives(stores[0]->space(), stores.back()->space())) {
      llvm::errs() << llvm::formatv("error: `{0}` has other objectives than `{1}`; one report is "
                                    "about the same objectives\n",
                                    folder, folders[0]);
      return WrongUsage;
    }
    runs.push_back(stores.back().get());
    commands.push_back(reproduction(*stores.back()));
  }
  const Form form = commonOptions().form;
  if (output.empty() && form == Form::Text) {
    for (const runs::RunStore *run : runs) {
      report::showRun(*run, "", terminalColumns(), llvm::outs());
      showImported(importedResults(run->folder()), llvm::outs());
    }
    return Done;
  }
  llvm::json::Object data = report::dataOf(runs, commands);
  data["evaluators"] = toJson(importedResults(runs[0]->folder()));
  if (!output.empty())
    return writeFile(output, report::pageOf("wsc: " + runs[0]->folder().str(), data))
               ? Done
               : OutputFailed;
  llvm::outs() << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(data)));
  return Done;
}

} // namespace wsc::tool
