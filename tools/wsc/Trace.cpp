// Laying out the times of an iteration one after the other.
#include "tools/wsc/Trace.h"

#include "support/Units.h"
#include <cmath>

namespace wsc::tool {

namespace {

using namespace evaluation;

/// More micro-batches or decode steps than this are one block.
constexpr double mostRepeats = 64;

enum Lane : unsigned {
  Schedule,
  Cores, ///< the first of a lane for each Bound
  Tensor = Cores + bounds,
  Experts,
  Context,
  Shards,
  Streaming,
  Transfers,
  Bubble,
  Gradients,
  Optimizer,
  lanes
};

std::string name(unsigned lane) {
  switch (lane) {
  case Schedule: return "iteration";
  case Tensor: return "tensor group: collectives";
  case Experts: return "expert group: all-to-all";
  case Context: return "context group: ring";
  case Shards: return "data group: weight and gradient shards";
  case Streaming: return "system: weights from outside";
  case Transfers: return "pipeline: stage transfers";
  case Bubble: return "pipeline: bubble";
  case Gradients: return "data group: gradients and weights";
  case Optimizer: return "cores: optimizer";
  default: return "cores: " + evaluation::name(static_cast<Bound>(lane - Cores)).str();
  }
}

class Trace {
public:
  /// All times are `stretch` times as long, which is what a lower clock makes of them.
  Trace(const Design &design, double stretch) : design_(design), stretch_(stretch) {}

  void add(const TrainingStep &step, const Iteration &) {
    phase("micro-batch", step.phase, 0, step.pipeline);
    double at = step.pipeline;
    at = event(Gradients, "gradient reduction", at, step.gradients);
    at = event(Gradients, "gathering of updated weights", at, step.gather);
    event(Optimizer, "optimizer step", at, step.update);
  }

  void add(const InferenceBatch &batch, const Iteration &) {
    double at = batch.prefillTime;
    if (at > 0)
      phase("prompts", batch.prefill, 0, at);
    at = event(Bubble, "waiting for prompts", at, batch.waiting);
    if (batch.steps == 0)
      return;
    repeat("decode step", at, batch.steps, batch.step);
    const double afterGuess = event(Schedule, "guessing", at, batch.draft);
    phase("", batch.decode, afterGuess, batch.step - batch.draft);
  }

  void add(const SingleOperation &single, const Iteration &iteration) {
    event(single.computes ? Cores + unsigned(single.bound) : unsigned(Tensor), single.name.str(), 0,
          iteration.time);
  }

  llvm::json::Object finish() {
    llvm::json::Array events;
    for (unsigned lane = 0; lane < lanes; ++lane)
      if (used_[lane]) {
        events.push_back(about("thread_name", lane, "name", name(lane)));
        events.push_back(about("thread_sort_index", lane, "sort_index", lane));
      }
    for (llvm::json::Value &each : events_)
      events.push_back(std::move(each));
    return llvm::json::Object{{"displayTimeUnit", "ns"}, {"traceEvents", std::move(events)}};
  }

private:
  static llvm::json::Object about(llvm::StringRef what, unsigned lane, llvm::StringRef key,
                                  llvm::json::Value value) {
    return llvm::json::Object{{"name", what},
                              {"ph", "M"},
                              {"pid", 1},
                              {"tid", lane},
                              {"args", llvm::json::Object{{key, std::move(value)}}}};
  }

  /// Returns the end; nothing is shown where it takes no time.
  double event(unsigned lane, std::string what, double start, double duration) {
    // The difference of equal sums may be a rounding error.
    if (!(duration > 1e-12 * start))
      return start;
    used_[lane] = true;
    events_.push_back(llvm::json::Object{{"name", std::move(what)},
                                         {"ph", "X"},
                                         {"pid", 1},
                                         {"tid", lane},
                                         {"ts", start * stretch_ * 1e6},
                                         {"dur", duration * stretch_ * 1e6}});
    return start + duration;
  }

  /// So many blocks of equal length, the last perhaps shorter.
  double repeat(const std::string &what, double start, double count, double each) {
    double done = 0;
    for (; done < std::min(count, mostRepeats); ++done)
      start = event(Schedule, what + ' ' + formatNumber(done + 1), start,
                    std::min(1.0, count - done) * each);
    const std::string rest =
        what + ' ' + formatNumber(done + 1) + " to " + formatNumber(std::ceil(count));
    return event(Schedule, rest, start, std::max(0.0, count - done) * each);
  }

  /// The micro-batches of a pass (unless `label` is empty) on the slowest stage, the first in full,
  /// and what the pass takes beyond them.
  void phase(const std::string &label, const PhaseCost &phase, double start, double pass) {
    const double busy = phase.microBatches * phase.stage;
    if (!label.empty())
      repeat(label, start, phase.microBatches, phase.stage);
    event(Bubble, "bubble", start + busy, pass - busy);
    microBatch(phase, start);
  }

  /// Layer by layer, each with the average of all.
  void microBatch(const PhaseCost &phase, double at) {
    const Work &work = phase.work;
    const double layers = std::ceil(design_.model.layers / design_.strategy.pp);
    at = operators(work, {OperatorKind::Embedding}, 1, "", at);
    for (double layer = 1; layer <= layers; ++layer) {
      const std::string which = " (layer " + formatNumber(layer) + ')';
      for (unsigned kind = 0; kind < operatorKinds; ++kind)
        if (!isEnd(OperatorKind(kind)))
          at = operators(work, {OperatorKind(kind)}, layers, which, at);
      const std::tuple<Lane, const char *, double> collectives[] = {
          {Tensor, "collective", work.tensor},
          {Experts, "all-to-all", work.experts},
          {Context, "ring", work.context},
          {Shards, "shards", work.weights}};
      for (const auto &[lane, what, time] : collectives)
        at = event(lane, what + which, at, time / layers);
    }
    at = operators(work, {OperatorKind::Logits, OperatorKind::Loss}, 1, "", at);
    at = event(Transfers, "to the next stage", at, phase.transfer);
    event(Streaming, "waiting for weights", at, phase.streaming);
  }

  static bool isEnd(OperatorKind kind) {
    return kind == OperatorKind::Embedding || kind == OperatorKind::Logits ||
           kind == OperatorKind::Loss;
  }

  /// Each in the lane of what it waits for.
  double operators(const Work &work, std::initializer_list<OperatorKind> kinds, double share,
                   const std::string &which, double at) {
    for (OperatorKind kind : kinds) {
      const OperatorSum::Entry &entry = work.compute.byKind[static_cast<unsigned>(kind)];
      at = event(Cores + static_cast<unsigned>(entry.bound), evaluation::name(kind).str() + which,
                 at, entry.time / share);
    }
    return at;
  }

  const Design &design_;
  double stretch_;
  std::array<bool, lanes> used_{};
  llvm::json::Array events_;
};

} // namespace

llvm::json::Object traceOf(const Design &design, const Iteration &iteration) {
  Trace trace(design, iteration.time / (iteration.time - iteration.limited));
  std::visit([&](const auto &detail) { trace.add(detail, iteration); }, iteration.detail);
  return trace.finish();
}

} // namespace wsc::tool
