// Writing heatmaps and traces.
#include "tools/wsc/EvaluationFiles.h"

#include "evaluation/Analytic.h"
#include "evaluation/LinkLoad.h"
#include "tools/wsc/Heatmap.h"
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
  std::error_code error;
  llvm::raw_fd_ostream out(path, error);
  if (!error) {
    out << text;
    out.close();
    error = out.error();
  }
  if (!error)
    return true;
  out.clear_error();
  llvm::errs() << "error: cannot write `" << path << "`: " << error.message() << '\n';
  exit = OutputFailed;
  return false;
}

/// `reduce_scatter (2-D rings), all_gather (2-D rings)`.
std::string describe(llvm::ArrayRef<LinkUser> users) {
  std::string text;
  for (const LinkUser &user : users)
    text += (text.empty() ? "" : ", ") + user.collective.str() + " (" + user.algorithm.str() + ')';
  return text;
}

bool writeHeatmap(const Design &design, Exit &exit) {
  // Closed forms know no links.
  const Fidelity routed =
      chosenFidelity() == Fidelity::Analytic ? Fidelity::Flow : chosenFidelity();
  std::string reason;
  const std::optional<LinkLoad> load = linkLoad(design, routed, reason);
  if (!load)
    return notWritten(heatmapFile, reason, exit);
  if (load->users.empty())
    return notWritten(heatmapFile, "no collective goes from reticle to reticle", exit);
  const network::Network network = network::Network::grid(load->shape);
  const std::string title = "links between reticles: " + describe(load->users);
  return write(heatmapFile,
               toSvg({network, load->use, title, "share of the time that a link is busy",
                      llvm::BitVector(network.routers())}),
               exit);
}

bool writeTrace(const Design &design, Exit &exit) {
  const RoutedNetwork network(design.chip, chosenFidelity());
  const bool routed = chosenFidelity() != Fidelity::Analytic;
  const std::optional<Iteration> iteration = iterationOf(design, routed ? &network : nullptr);
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
  return (heatmapFile.empty() || writeHeatmap(*evaluated.fields, exit)) &&
         (traceFile.empty() || writeTrace(*evaluated.fields, exit));
}

} // namespace wsc::tool
