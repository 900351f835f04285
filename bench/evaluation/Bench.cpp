// wsc-bench-evaluation: how many designs a second the analytic evaluator measures, on one thread.
//
// First the same model with more layers on more devices: a plan is not expanded, so the time stays.
// Then for each spec, over designs that were sampled from it: metrics of fields that are structs
// already, the same read from the Space first, of that in batches on two threads (whose processor
// time is added up), and with the breakdown that `wsc evaluate` prints; and chips with the best of
// their strategies.
#include "bench/ProcessorTime.h"
#include "bench/feasibility/Load.h"

#include "evaluation/Analytic.h"
#include "evaluation/Batch.h"
#include "evaluation/ModelEvaluator.h"
#include "feasibility/Sample.h"
#include "search/BestStrategy.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace wsc;
namespace cl = llvm::cl;

static cl::list<std::string> files(cl::Positional, cl::OneOrMore, cl::desc("SPEC..."));
static cl::opt<unsigned> designs("designs", cl::init(64),
                                 cl::desc("Different designs (default 64)"));
// For a profiler that counts instructions: nothing else is run, and nothing is timed.
static cl::opt<unsigned> calls("calls", cl::init(0), cl::desc("Measure so many designs of fields"));
static cl::opt<unsigned> searches("searches", cl::init(0),
                                  cl::desc("Search so many chips for their best strategy"));

namespace {

/// Calls a second of `once`, over at least 0.2 s of processor time.
template <typename Once> double ratePerSecond(Once once) {
  constexpr double least = 0.2;
  for (uint64_t calls = 1;; calls *= 2) {
    const double start = bench::processorSeconds();
    for (uint64_t i = 0; i < calls; ++i)
      once(i);
    const double seconds = bench::processorSeconds() - start;
    if (seconds >= least)
      return calls / seconds;
  }
}

void run(llvm::StringRef path) {
  bench::Instance spec = bench::load(path, {});
  auto binding = evaluation::Binding::create(*spec.space);
  auto *ready = std::get_if<evaluation::Binding>(&binding);
  if (!ready) {
    llvm::errs() << path << ": the evaluator misses fields\n";
    exit(2);
  }
  feasibility::Problem problem(*spec.space);
  feasibility::Sampler sampler(problem, /*seed=*/1);
  std::vector<feasibility::Design> sampled;
  std::vector<std::vector<double>> points;
  std::vector<evaluation::Design> fields;
  std::vector<std::string> reasons;
  for (unsigned tries = 0; tries < 4 * designs && fields.size() < designs; ++tries) {
    auto design = sampler.next();
    if (!design)
      break;
    std::vector<double> point = feasibility::valuesOf(*spec.space, *design);
    auto read = ready->read(point, reasons);
    if (!read || evaluation::measure(*read).status != evaluation::Status::Ok)
      continue;
    sampled.push_back(*design);
    points.push_back(std::move(point));
    fields.push_back(*read);
  }
  if (fields.empty()) {
    llvm::errs() << path << ": no sampled design can be evaluated\n";
    return;
  }
  const evaluation::ModelEvaluator evaluator(evaluation::Fidelity::Analytic, std::move(*ready));
  double sum = 0;
  if (calls > 0) {
    for (unsigned i = 0; i < calls; ++i)
      sum += evaluation::measure(fields[i % fields.size()])[evaluation::Metric::Throughput];
    llvm::outs() << spec.name << ": " << calls << " designs, sum " << sum << '\n';
    return;
  }
  search::BestStrategy strategies(
      *spec.space, std::get<evaluation::Binding>(evaluation::Binding::create(*spec.space)));
  uint64_t evaluated = 0, chips = 0;
  auto search = [&](uint64_t i) {
    ++chips;
    if (auto result = strategies.find(sampled[i % sampled.size()])) {
      sum += result->worth;
      evaluated += result->evaluated;
    }
  };
  if (searches > 0) {
    for (unsigned i = 0; i < searches; ++i)
      search(i);
    llvm::outs() << llvm::formatv("{0}: {1} chips, {2} evaluations, sum {3:E}\n", spec.name, chips,
                                  evaluated, sum);
    return;
  }
  const double fromFields = ratePerSecond([&](uint64_t i) {
    sum += evaluation::measure(fields[i % fields.size()])[evaluation::Metric::Throughput];
  });
  const double fromSpace = ratePerSecond([&](uint64_t i) {
    sum += evaluator.measure(points[i % points.size()])[evaluation::Metric::Throughput];
  });
  std::vector<std::vector<double>> batch;
  for (unsigned i = 0; i < 4096; ++i)
    batch.push_back(points[i % points.size()]);
  const double batched = batch.size() * ratePerSecond([&](uint64_t) {
                           sum += evaluation::measureAll(evaluator, batch, 2).size();
                         });
  const double whole = ratePerSecond(
      [&](uint64_t i) { sum += evaluator.evaluate(points[i % points.size()]).breakdown.size(); });
  const double best = ratePerSecond(search);
  llvm::outs() << llvm::formatv(
      "| {0} | {1} | {2:F0} | {3:F0} | {4:F0} | {5:F0} | {6:F0} | {7:F0} |\n", spec.name,
      fields.size(), fromFields, fromSpace, batched, whole, best, double(evaluated) / chips);
  if (!(sum > 0))
    llvm::errs() << "nothing was measured\n";
}

/// Measures a spec's first design with its model and system multiplied.
void growth(llvm::StringRef path) {
  bench::Instance spec = bench::load(path, {});
  auto binding = std::get<evaluation::Binding>(evaluation::Binding::create(*spec.space));
  std::vector<std::string> reasons;
  const std::vector<double> point =
      feasibility::valuesOf(*spec.space, {std::vector<unsigned>(spec.space->params.size(), 0)});
  const evaluation::Design base = *binding.read(point, reasons);
  llvm::outs() << "| layers | devices | us a design |\n|---:|---:|---:|\n";
  for (double layers : {1, 10, 100})
    for (double devices : {1, 10, 100}) {
      evaluation::Design design = base;
      design.model.layers *= layers;
      design.chip.wafers *= devices;
      design.strategy.dp *= devices;
      design.workload.batch *= devices;
      if (evaluation::measure(design).status != evaluation::Status::Ok)
        continue;
      double sum = 0;
      const double rate = ratePerSecond(
          [&](uint64_t) { sum += evaluation::measure(design)[evaluation::Metric::Throughput]; });
      llvm::outs() << llvm::formatv("| {0:F0} | {1:F0} | {2:F1} |\n", design.model.layers,
                                    design.chip.reticles(), 1e6 / rate);
    }
  llvm::outs() << '\n';
}

} // namespace

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv, "times the analytic evaluator\n");
  if (calls == 0 && searches == 0)
    growth(files.front());
  llvm::outs() << "| spec | designs | metrics of fields, 1/s | of a Space, 1/s | batch, 1/s | with "
                  "breakdown, 1/s | chips with best strategy, 1/s | strategies evaluated |\n"
                  "|---|---:|---:|---:|---:|---:|---:|---:|\n";
  for (const std::string &file : files)
    run(file);
}
