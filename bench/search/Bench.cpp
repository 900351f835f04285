// wsc-bench-search: the hypervolume that search algorithms reach, by the number of evaluations.
//
// For each problem and algorithm: median and quartiles over seeds of the hypervolume of what was
// evaluated, as a share of that of the best front; evaluations until 95 % and 99 % of it (median,
// `-` where fewer than half of the seeds arrive); and processor time for each suggestion.
// `--volumes` times hypervolumes instead.
#include "bench/ProcessorTime.h"
#include "bench/search/Problems.h"

#include "bench/search/Serve.h"
#include "bench/search/Volumes.h"
#include "search/Explorer.h"
#include "search/Hypervolume.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using namespace wsc;
namespace cl = llvm::cl;

static cl::list<std::string> files(cl::Positional, cl::desc("TABLE.tab|SPEC.wsc..."));
static cl::list<std::string> standard("standard", cl::CommaSeparated,
                                      cl::desc("Some of branin-currin, noisy, momf, zdt1, dtlz2"));
static cl::opt<bool> estimates("estimates", cl::desc("Use the estimates of tables and specs"));
static cl::opt<bool> refine("best-strategy",
                            cl::desc("Give the chips of specs their best strategies"));
static cl::opt<bool> whole("enumerate",
                           cl::desc("Evaluate all designs of specs to know their fronts"));
static cl::opt<std::string> fidelity("fidelity", cl::init("analytic"),
                                     cl::desc("Who evaluates specs: analytic, flow or cycle"));
static cl::list<std::string> algorithms("algorithm", cl::CommaSeparated,
                                        cl::desc("Default: bayes, nsga2, random"));
static cl::opt<unsigned> seeds("seeds", cl::init(5), cl::desc("Runs of each (default 5)"));
static cl::opt<unsigned> budget("budget", cl::init(60),
                                cl::desc("Evaluations of the target (default 60)"));
static cl::opt<unsigned> batch("batch", cl::init(1), cl::desc("Designs at a time (default 1)"));
static cl::opt<bool> runs("runs", cl::desc("Write the volumes after each evaluation of each seed"));
static cl::opt<bool> serve("serve", cl::desc("Answer questions about one spec (Serve.h)"));
static cl::opt<bool> volumes("volumes", cl::desc("Time hypervolumes, and write the fronts with "
                                                 "their volumes to standard output"));

namespace {

double quantile(std::vector<double> values, double share) {
  llvm::sort(values);
  return values[std::lround(share * (values.size() - 1))];
}

struct Run {
  std::vector<double> costs;   ///< spent up to each evaluation and with it
  std::vector<double> volumes; ///< after each evaluation, as a share of the best
  std::vector<double> seconds; ///< of each suggestion

  double volumeAt(double cost) const {
    const size_t count = llvm::upper_bound(costs, cost + 1e-6) - costs.begin();
    return count ? volumes[count - 1] : 0;
  }
};

double volumeOf(const std::vector<std::vector<double>> &rows, llvm::ArrayRef<double> reference) {
  search::Points points(rows.size(), reference.size());
  for (Eigen::Index i = 0; i < points.rows(); ++i)
    for (Eigen::Index k = 0; k < points.cols(); ++k)
      points(i, k) = rows[i][k];
  return search::hypervolume(points, reference);
}

Run runOnce(const bench::SearchProblem &problem, llvm::StringRef name, uint64_t seed) {
  const feasibility::Problem feasible(*problem.space);
  search::Task task(feasible, problem.estimate);
  task.reference = problem.reference;
  task.noise = problem.noise;
  task.costs = problem.costs;
  if (refine)
    task.refinement = problem.refinement;
  std::string error;
  auto algorithm = search::createAlgorithm(name, task, seed, error);
  if (!algorithm) {
    llvm::errs() << error << '\n';
    exit(64);
  }
  const std::vector<double> reference = task.minimized(problem.reference);
  Run run;
  std::vector<std::vector<double>> points;
  double start = bench::processorSeconds();
  search::explore(
      task, *algorithm, {double(budget), batch}, [&](llvm::ArrayRef<search::Question> asked) {
        const double each = (bench::processorSeconds() - start) / asked.size();
        std::vector<search::Outcome> outcomes;
        for (const auto &[design, fidelity] : asked) {
          const size_t i = run.volumes.size();
          const bool isTarget = fidelity == task.target();
          if (isTarget) {
            points.push_back(task.minimized(problem.truth(design)));
            for (double &value : points.back())
              value = std::isfinite(value) ? value : HUGE_VAL;
          }
          run.costs.push_back((i ? run.costs.back() : 0) + task.costs[fidelity]);
          run.volumes.push_back(i && !isTarget ? run.volumes.back()
                                               : volumeOf(points, reference) / problem.best);
          run.seconds.push_back(each);
          std::vector<double> objectives = isTarget ? problem.evaluate(design, seed * 1'000'003 + i)
                                                    : problem.cheaper(design, fidelity);
          const bool usable = llvm::all_of(objectives, [](double v) { return std::isfinite(v); });
          outcomes.push_back({usable, std::move(objectives)});
        }
        start = bench::processorSeconds();
        return std::optional(std::move(outcomes));
      });
  return run;
}

/// The cost until a share of the best hypervolume; infinite if never.
double reaches(const Run &run, double share) {
  auto at = llvm::find_if(run.volumes, [&](double volume) { return volume >= share; });
  return at == run.volumes.end() ? HUGE_VAL : run.costs[at - run.volumes.begin()];
}

void show(const bench::SearchProblem &problem) {
  auto &out = llvm::outs();
  std::vector<unsigned> marks;
  for (unsigned mark : {5u, 10u, 20u, 30u, 40u, 60u, 86u, 100u, 200u, 500u, 1000u})
    if (mark <= budget)
      marks.push_back(mark);
  out << problem.name << ": best " << llvm::formatv("{0:F9}", problem.best) << '\n';
  for (const std::string &name : algorithms) {
    std::vector<Run> runs;
    for (uint64_t seed = 1; seed <= seeds; ++seed)
      runs.push_back(runOnce(problem, name, seed));
    if (::runs)
      for (const Run &run : runs) {
        llvm::errs() << name;
        for (double volume : run.volumes)
          llvm::errs() << llvm::formatv(" {0:F5}", volume);
        llvm::errs() << '\n';
      }
    out << llvm::formatv("  {0,-8}", name);
    for (unsigned mark : marks) {
      std::vector<double> values;
      for (const Run &run : runs)
        values.push_back(run.volumeAt(mark));
      out << llvm::formatv("  {0,4}: {1:F3} [{2:F3} {3:F3}]", mark, quantile(values, 0.5),
                           quantile(values, 0.25), quantile(values, 0.75));
    }
    for (unsigned percent : {95, 99}) {
      std::vector<double> counts;
      for (const Run &run : runs)
        counts.push_back(reaches(run, percent / 100.0));
      const double median = quantile(counts, 0.5);
      out << "  " << percent
          << " %: " << (std::isfinite(median) ? llvm::utostr(std::ceil(median - 1e-6)) : "-");
    }
    std::vector<double> seconds;
    for (const Run &run : runs)
      seconds.insert(seconds.end(), run.seconds.end() - run.seconds.size() / 10 - 1,
                     run.seconds.end());
    out << llvm::formatv("  {0:F1} ms at the end\n", 1e3 * quantile(seconds, 0.5));
    out.flush();
  }
}

bench::SearchProblem spec(llvm::StringRef path, bool useEstimates) {
  const auto asked = evaluation::fidelityNamed(fidelity);
  if (!asked) {
    llvm::errs() << "no fidelity `" << fidelity << "`\n";
    exit(64);
  }
  return bench::spec(path, *asked, whole, useEstimates);
}

} // namespace

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv, "hypervolume by evaluations\n");
  if (volumes) {
    bench::timeVolumes();
    return 0;
  }
  if (serve) {
    bench::serve(spec(files.front(), /*useEstimates=*/true));
    return 0;
  }
  if (algorithms.empty())
    for (const char *name : {"bayes", "nsga2", "random"})
      algorithms.push_back(name);
  for (const std::string &name : standard)
    show(name == "branin-currin" ? bench::braninCurrin(/*isNoisy=*/false)
         : name == "noisy" ? bench::braninCurrin(/*isNoisy=*/true)
         : name == "momf" ? bench::momfBraninCurrin()
         : name == "zdt1"        ? bench::zdt1()
                                 : bench::dtlz2());
  for (const std::string &file : files)
    show(llvm::StringRef(file).ends_with(".tab") ? bench::table(file, estimates)
                                                 : spec(file, estimates));
}
