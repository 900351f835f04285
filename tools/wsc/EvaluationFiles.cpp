// Writing heatmaps and traces.
#include "tools/wsc/EvaluationFiles.h"

#include "evaluation/Analytic.h"
#include "evaluation/LinkLoad.h"
#include "tools/wsc/Heatmap.h"
#include "tools/wsc/Output.h"
#include "tools/wsc/Trace.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::tool {

static llvm::cl::opt<std::string>
    heatmapFile("heatmap", llvm::cl::value_desc("file"),
                llvm::cl::desc("Draw how busy the links between reticles are, as SVG"),
                llvm::cl::sub(evaluateCommand()));
static llvm::cl::opt<std::string>
    traceFile("trace", llvm::cl::value_desc("file"),
              llvm::cl::desc("Write what happens when, for Perfetto and chrome://tracing"),
              llvm::cl::sub(evaluateCommand()));

namespace {

using namespace evaluation;

bool notWritten(llvm::StringRef path, llvm::StringRef reason, Exit &exit) {
  llvm::errs() << "note: `" << path << "` was not written: " << reason << '\n';
  exit = Unknown;
  return false;
}

bool write(llvm::StringRef path, llvm::StringRef text, Exit &exit) {
  const bool done = writeFile(path, text);
  if (!done)
    exit = OutputFailed;
  return done;
}

/// `reduce-scatter (2-D rings), stage transfer`.
std::string describe(llvm::ArrayRef<LinkUser> users) {
  std::string text;
  for (const LinkUser &user : users)
    text += (text.empty() ? "" : ", ") + user.name.str() +
            (user.algorithm.empty() ? "" : " (" + user.algorithm.str() + ')');
  return text;
}

bool writeHeatmap(const Design &design, const RoutedNetwork &routed, Exit &exit) {
  std::string reason;
  const std::optional<LinkLoad> load = linkLoad(design, routed, reason);
  if (!load)
    return notWritten(heatmapFile, reason, exit);
  if (load->users.empty())
    return notWritten(heatmapFile,
                      "no collective and no stage transfer goes from reticle to reticle", exit);
  const network::Network network = network::Network::grid(load->shape);
  const std::string title = "links between reticles: " + describe(load->users);
  return write(heatmapFile,
               toSvg({network, load->use, title, "share of the time that a link is busy",
                      llvm::BitVector(network.routers())}),
               exit);
}

bool writeTrace(const Design &design, const RoutedNetwork *routed, Exit &exit) {
  const std::optional<Iteration> iteration = iterationOf(design, routed);
  if (!iteration)
    return notWritten(traceFile, "random traffic has no schedule", exit);
  return write(traceFile,
               llvm::formatv("{0:1}\n", llvm::json::Value(traceOf(design, *iteration))).str(),
               exit);
}

} // namespace

bool writeEvaluationFiles(const EvaluatedDesign &evaluated, Exit &exit) {
  if (evaluated.evaluation.status != Status::Ok)
    return true; // which is what the exit code says
  const llvm::StringRef reason = "it shows one chip, and here prompts have one of their own";
  if (evaluated.pools && !heatmapFile.empty())
    return notWritten(heatmapFile, reason, exit);
  if (evaluated.pools && !traceFile.empty())
    return notWritten(traceFile, reason, exit);
  const Design &design = *evaluated.fields;
  const bool isClosed = chosenFidelity() == Fidelity::Analytic;
  // Closed forms know no links: a heatmap takes flows there, a trace no network.
  const auto routed = evaluated.evaluation.network
                          ? evaluated.evaluation.network
                          : std::make_shared<const RoutedNetwork>(design.chip, Fidelity::Flow);
  return (heatmapFile.empty() || writeHeatmap(design, *routed, exit)) &&
         (traceFile.empty() || writeTrace(design, isClosed ? nullptr : routed.get(), exit));
}

} // namespace wsc::tool
