// Writing heatmaps and traces.
#include "tools/wsc/EvaluationFiles.h"

#include "evaluation/Analytic.h"
#include "evaluation/LinkLoad.h"
#include "tools/wsc/Heatmap.h"
#include "tools/wsc/Output.h"
#include "tools/wsc/Trace.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
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

/// A design and where its pictures go; of two chips each has its own.
struct Pictured {
  const Design &design;
  std::shared_ptr<const RoutedNetwork> routed; ///< null: what closed forms evaluated
  std::string heatmap, trace;                  ///< empty: not asked for
  std::string about = "";                      ///< begins its title: `prefill: `
};

bool writeHeatmap(const Pictured &pictured, const RoutedNetwork &routed, Exit &exit) {
  const auto &[design, given, file, trace, about] = pictured;
  std::string reason;
  const std::optional<LinkLoad> load = linkLoad(design, routed, reason);
  if (!load)
    return notWritten(file, reason, exit);
  if (load->users.empty())
    return notWritten(file, "no collective and no stage transfer goes from reticle to reticle",
                      exit);
  const network::Network network = network::Network::grid(load->shape);
  const std::string title = about + "links between reticles: " + describe(load->users);
  return write(file,
               toSvg({network, load->use, title, "share of the time that a link is busy",
                      llvm::BitVector(network.routers())}),
               exit);
}

bool writeTrace(const Pictured &pictured, const RoutedNetwork *routed, Exit &exit) {
  const Design &design = pictured.design;
  const std::optional<Iteration> iteration = iterationOf(design, routed);
  if (!iteration)
    return notWritten(pictured.trace, "random traffic has no schedule", exit);
  return write(pictured.trace,
               llvm::formatv("{0:1}\n", llvm::json::Value(traceOf(design, *iteration))).str(),
               exit);
}

bool writePictures(const Pictured &pictured, Exit &exit) {
  const bool isClosed = chosenFidelity() == Fidelity::Analytic;
  // Closed forms know no links: a heatmap takes flows there, a trace no network.
  auto routed = pictured.routed;
  if (!routed)
    routed = std::make_shared<const RoutedNetwork>(pictured.design.chip,
                                                   isClosed ? Fidelity::Flow : chosenFidelity());
  bool done = true;
  if (!pictured.heatmap.empty())
    done &= writeHeatmap(pictured, *routed, exit);
  if (!pictured.trace.empty())
    done &= writeTrace(pictured, isClosed ? nullptr : routed.get(), exit);
  return done;
}

/// `out.prefill.svg`.
std::string besides(llvm::StringRef path, llvm::StringRef side) {
  if (path.empty())
    return "";
  llvm::SmallString<128> result(path);
  llvm::sys::path::replace_extension(result, side + llvm::sys::path::extension(path));
  return result.str().str();
}

/// One of two chips, by itself and at work all the time.
bool writePictures(const Design &design, llvm::StringRef side, Exit &exit) {
  return writePictures(
      {design, nullptr, besides(heatmapFile, side), besides(traceFile, side), (side + ": ").str()},
      exit);
}

} // namespace

bool writeEvaluationFiles(const EvaluatedDesign &evaluated, Exit &exit) {
  if (evaluated.evaluation.status != Status::Ok)
    return true; // which is what the exit code says
  if (!evaluated.pools)
    return writePictures({*evaluated.fields, evaluated.evaluation.network, heatmapFile, traceFile},
                         exit);
  const bool prefill = writePictures(evaluated.pools->prefill, "prefill", exit);
  const bool decode = writePictures(evaluated.pools->decode, "decode", exit);
  return prefill && decode;
}

} // namespace wsc::tool
