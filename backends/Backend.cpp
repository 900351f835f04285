// The registry of backends, and the check that a format can say what a design asks for.
#include "backends/Backend.h"

#include "ir/Tape.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

namespace wsc::backends {

static const Backend *const backends[] = {
#define BACKEND(object) &object,
#include "backends/Backends.def"
};

llvm::ArrayRef<const Backend *> all() { return backends; }

const Backend *find(llvm::StringRef name) {
  for (const Backend *backend : backends)
    if (backend->name == name)
      return backend;
  return nullptr;
}

llvm::StringRef name(Feature feature) {
  switch (feature) {
#define FEATURE(Name, name, meaning)                                                               \
  case Feature::Name: return name;
#include "backends/Features.def"
  }
  llvm_unreachable("covered switch");
}

llvm::StringRef meaning(Feature feature) {
  switch (feature) {
#define FEATURE(Name, name, meaning)                                                               \
  case Feature::Name: return meaning;
#include "backends/Features.def"
  }
  llvm_unreachable("covered switch");
}

Need needOf(network::Routing routing) {
  const std::string because = "network.routing = " + network::name(routing).str();
  switch (routing) {
  case network::Routing::XY:
  case network::Routing::Table: return {Feature::RoutingXY, because};
  case network::Routing::YX: return {Feature::RoutingYX, because};
  case network::Routing::O1Turn: return {Feature::RoutingO1Turn, because};
  case network::Routing::Adaptive: return {Feature::RoutingAdaptive, because};
  }
  llvm_unreachable("covered switch");
}

std::optional<double> valueOf(const Request &request, llvm::StringRef quantity) {
  const ir::Space &space = request.space;
  const bool isOfPrompts = request.design.workload.side == evaluation::Side::Prompts;
  // Of two chips with the same technology, it is the one of both.
  const bool isShared = quantity.starts_with("technology.") &&
                        llvm::none_of(space.quantities, [](const ir::Quantity &known) {
                          return llvm::StringRef(known.name).starts_with("prefill.technology.");
                        });
  const ir::Quantity *found =
      space.findQuantity((isOfPrompts && !isShared ? "prefill." + quantity : quantity).str());
  if (!found)
    return std::nullopt;
  double value = NAN;
  const std::vector<double> metrics = evaluation::metricsOf(request.space, request.evaluation);
  ir::Tape(request.space, found->node).evaluate(request.point, metrics, value);
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// Seconds by which `wafer.power_limit` stretches the iteration.
static double timeLostToLimit(const evaluation::Evaluation &evaluation) {
  const evaluation::Item *time = evaluation.find("time");
  const evaluation::Item *lost = time ? time->find("lower clock") : nullptr;
  return lost ? lost->value : 0;
}

double timeAtFullClock(const evaluation::Evaluation &evaluation) {
  return evaluation[evaluation::Metric::IterationTime] - timeLostToLimit(evaluation);
}

/// Where to go with a feature that a target does not have.
static std::string wayOut(Feature feature) {
  if (feature == Feature::FineNodes)
    return "\nhelp: for its layout of the same bank at 22 nm, give the chip a technology with "
           "`override let node : length = 22 nm`";
  std::vector<llvm::StringRef> names;
  for (const Backend *backend : backends)
    if (llvm::is_contained(backend->features, feature))
      names.push_back(backend->name);
  return names.empty() ? "" : "\nhelp: targets that have it: " + llvm::join(names, ", ");
}

Result emit(const Backend &backend, const Request &request) {
  if (backend.needs)
    for (const Need &need : backend.needs(request))
      if (!llvm::is_contained(backend.features, need.feature))
        return "the target `" + backend.name.str() + "` has no " + name(need.feature).str() + " (" +
               meaning(need.feature).str() + "), which `" + need.because + "` needs" +
               wayOut(need.feature);
  Result result = backend.emit(request);
  auto *emission = std::get_if<Emission>(&result);
  if (emission && timeLostToLimit(request.evaluation) > 0)
    emission->notes.push_back(llvm::formatv(
        "`wafer.power_limit` lowers the clock to {0:P1}: the metrics of wsc know that, times of "
        "operators, messages and iterations in these files do not",
        timeAtFullClock(request.evaluation) /
            request.evaluation[evaluation::Metric::IterationTime]));
  return result;
}

} // namespace wsc::backends
