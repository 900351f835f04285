// The part of a plan that WaferAI-SIM gets.
#include "backends/WaferAiProgram.h"

#include "backends/RankPlaces.h"
#include "evaluation/SingleOperator.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

namespace wsc::backends {

using namespace evaluation;

/// More take minutes, as do longer stretches.
static constexpr uint64_t mostMessages = 20'000;
static constexpr double longest = 20e-3; ///< s
/// Its watchdog ends a run in which no message has moved for 40 us; products between two messages
/// take less, in s.
static constexpr double patience = 30e-6;

std::vector<bool> WaferAiStretch::signals() const {
  std::vector<bool> signals;
  double since = 0;
  for (const WaferAiProduct &product : products)
    for (unsigned part = 0; part < product.parts; ++part) {
      signals.push_back(ranks > 1 && since > 0 && since + product.length > patience);
      since = product.length + (signals.back() ? 0 : since);
    }
  return signals;
}

uint64_t WaferAiStretch::messages() const {
  uint64_t steps = llvm::count(signals(), true);
  for (const WaferAiRing &ring : rings)
    steps += ring.steps;
  return ranks * (stages * steps + stages - 1);
}

namespace {

/// Fills a stretch from the last phase of a plan.
class Writer {
public:
  Writer(const Request &request, const WaferAiCore &core)
      : design_(request.design), plan_(*request.plan), core_(core),
        size_(request.design.workload.elementSize) {}

  std::variant<WaferAiStretch, std::string> write() {
    stretch_.ranks = design_.strategy.tp;
    if (std::string problem = place(); !problem.empty())
      return problem;
    if (!plan_.phases.empty())
      addLayer(plan_.phases.back());
    else
      stretch_.name = "the collective of the workload";
    if (plan_.phases.empty())
      for (const LayerCollective &each : plan_.ends)
        addRing(each, 1);
    stretch_.time *= stretch_.stages;
    if (stretch_.stages > 1)
      addBoundary(plan_.phases.back());
    if (stretch_.products.empty() && stretch_.rings.empty())
      return "no matrix product and no collective between reticles is left to write";
    if (std::string problem = lengthy(); !problem.empty())
      return problem;
    return std::move(stretch_);
  }

private:
  std::string lengthy() {
    if (stretch_.ranks == 1 && length_ > patience)
      return llvm::formatv("WaferAI-SIM stops when no message has moved for 40 us, and a single "
                           "rank computes {0:F0} us: take `strategy.tp` above 1",
                           1e6 * length_)
          .str();
    const double all = length_ * stretch_.stages;
    if (all > longest)
      return llvm::formatv("a layer of all stages takes {0:F1} ms, and more than {1:F0} ms take "
                           "long to simulate cycle by cycle: take a smaller micro-batch, or more "
                           "ranks",
                           1e3 * all, 1e3 * longest)
          .str();
    if (stretch_.messages() > mostMessages)
      return llvm::formatv(
                 "a layer takes {0} messages, and more than {1} take minutes to simulate: "
                 "take fewer ranks",
                 stretch_.messages(), mostMessages)
          .str();
    return "";
  }

  int64_t whole(double size) {
    stretch_.rounded |= size != std::ceil(size);
    return std::max<int64_t>(1, static_cast<int64_t>(std::ceil(size)));
  }

  /// Stages of the first replica that are on the first wafer, as long as they are whole.
  std::string place() {
    const unsigned tp = stretch_.ranks;
    const auto places = rankPlaces(design_, plan_.placement);
    std::vector<std::optional<unsigned>> found(size_t(tp * design_.strategy.pp));
    for (unsigned reticle = 0; reticle < places.size(); ++reticle)
      if (const auto &place = places[reticle]; place && place->replica == 0)
        found[size_t(place->stage) * tp + place->tensor] = reticle;
    for (const auto &reticle : found) {
      if (!reticle)
        break;
      stretch_.reticles.push_back(*reticle);
    }
    stretch_.stages = stretch_.reticles.size() / tp;
    stretch_.reticles.resize(size_t(stretch_.stages) * tp);
    if (stretch_.stages == 0)
      return "no stage has all of its ranks on the first wafer";
    // As a snake: along one row and back along the next.
    const auto cols = static_cast<unsigned>(design_.chip.reticleCols);
    for (unsigned rank = 0; rank < tp; ++rank)
      stretch_.ring.push_back(rank);
    llvm::sort(stretch_.ring, [&](unsigned a, unsigned b) {
      auto keyOf = [&](unsigned rank) {
        const unsigned row = stretch_.reticles[rank] / cols, col = stretch_.reticles[rank] % cols;
        const bool isBack = (row - stretch_.reticles[0] / cols) % 2 == 1;
        return std::pair(row, isBack ? cols - col : col);
      };
      return keyOf(a) < keyOf(b);
    });
    return "";
  }

  void addLayer(const PlannedPhase &phase) {
    const PlannedPart &part = *phase.mainPart();
    stretch_.name = isSingle(design_.workload)
                        ? "the operator of the workload"
                        : llvm::formatv("one micro-batch through one {0} of each of {1} stages, in "
                                        "the last phase of an iteration",
                                        part.name, stretch_.stages)
                              .str();
    for (const PlannedOperator &planned : part.operators)
      if (planned.pass == Pass::Forward)
        add(planned.op, phase.costOf(planned).time);
    for (const LayerCollective &each : part.collectives)
      addRing(each, each.forward);
  }

  void add(const Operator &op, double time) {
    std::string label = name(op.kind).str();
    if (!op.isMatrix()) {
      if (!llvm::is_contained(stretch_.leftOut, label))
        stretch_.leftOut.push_back(label);
      return;
    }
    unsigned alike = 1;
    for (const WaferAiProduct &known : stretch_.products)
      alike += llvm::StringRef(known.name).starts_with(label);
    if (alike > 1)
      label += "_" + llvm::utostr(alike);
    const int64_t inputs = whole(op.m), depth = whole(op.k), outputs = whole(op.n * op.count);
    const double all = core_.timeOf(inputs, depth, outputs);
    const auto parts = int64_t(std::clamp(std::ceil(all / patience), 1.0, double(outputs)));
    length_ += all;
    stretch_.products.push_back({label, inputs, depth, (outputs + parts - 1) / parts,
                                 unsigned(parts), all / double(parts), time});
    stretch_.time += time;
  }

  void addRing(const LayerCollective &each, double times) {
    const unsigned tp = stretch_.ranks;
    const auto count = static_cast<unsigned>(std::lround(times));
    if (tp == 1 || count == 0 || each.bytes == 0)
      return;
    const unsigned rounds = each.kind == Collective::AllReduce ? 2 : 1;
    for (unsigned i = 0; i < count; ++i)
      stretch_.rings.push_back({rounds * (tp - 1), whole(each.bytes / size_ / tp)});
    stretch_.time +=
        count * collective(each.kind, groupOf(plan_.placement, each.group), each.bytes).time;
  }

  void addBoundary(const PlannedPhase &phase) {
    const StageLink &link = plan_.placement.stage;
    stretch_.boundary = whole(phase.boundaryBytes / size_ / stretch_.ranks);
    stretch_.time += (stretch_.stages - 1) * (link.latency + phase.boundaryBytes / link.bandwidth);
  }

  const Design &design_;
  const Plan &plan_;
  const WaferAiCore &core_;
  double length_ = 0; ///< of the products of a stage, by WaferAI-SIM
  double size_;       ///< bytes of an operand
  WaferAiStretch stretch_;
};

} // namespace

std::variant<WaferAiStretch, std::string> waferAiStretch(const Request &request,
                                                         const WaferAiCore &core) {
  return Writer(request, core).write();
}

} // namespace wsc::backends
