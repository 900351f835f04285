// wsc-bench: asks the feasibility engine questions about specs and prints a table for each.
//
// Every question about every spec is asked once a seed, in a process of its own.  Times are
// processor time of the question alone; `bench/feasibility/run.py` adds those of whole runs of `wsc
// check`.
#include "bench/feasibility/Measure.h"
#include "bench/feasibility/Questions.h"

#include "passes/Pass.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <map>
#include <set>

using namespace wsc;
using namespace wsc::bench;
namespace cl = llvm::cl;

static cl::list<std::string> files(cl::Positional, cl::OneOrMore, cl::desc("SPEC..."));
static cl::list<std::string> only("questions", cl::CommaSeparated, cl::value_desc("a,b"),
                                  cl::desc("Ask only these"));
static cl::list<std::string> without("without", cl::CommaSeparated, cl::value_desc("a,b"),
                                     cl::desc("Leave out these passes"));
static cl::list<std::string> with("with", cl::CommaSeparated, cl::value_desc("a,b"),
                                  cl::desc("Run these passes as well"));
static cl::opt<unsigned> seeds("seeds", cl::init(5), cl::desc("How often to ask (default 5)"));
static cl::opt<unsigned> timeout("timeout", cl::init(60), cl::value_desc("s"),
                                 cl::desc("Processor time of one question (default 60)"));
static cl::opt<uint64_t> limit("limit", cl::init(2'000'000'000), cl::value_desc("n"),
                               cl::desc("Work limit of the engine (default 2000000000)"));

namespace {

/// What is known of the instances that share a row of a table.
struct Row {
  llvm::MapVector<const Instance *, std::set<std::string>> answers;
  std::vector<double> seconds; ///< ascending
  std::vector<uint64_t> work;  ///< ascending
  double megabytes = 0;

  void add(const Instance &instance, const Measurement &measurement) {
    answers[&instance].insert(measurement.answer);
    seconds.insert(llvm::upper_bound(seconds, measurement.seconds), measurement.seconds);
    work.insert(llvm::upper_bound(work, measurement.work), measurement.work);
    megabytes = std::max(megabytes, measurement.megabytes);
  }

  void add(const Row &other) {
    llvm::append_range(seconds, other.seconds);
    llvm::sort(seconds);
    llvm::append_range(work, other.work);
    llvm::sort(work);
    megabytes = std::max(megabytes, other.megabytes);
  }

  /// `feasible`, or `15 x feasible, 15 x infeasible` of several instances; what differs from seed
  /// to seed is shown in full.
  std::string answer() const {
    if (answers.empty())
      return "";
    std::map<std::string, unsigned> counts;
    for (const auto &[instance, given] : answers)
      ++counts[llvm::join(given, " / ")];
    if (answers.size() == 1)
      return counts.begin()->first;
    if (counts.size() > 4) // of optima every one is another
      return llvm::formatv("{0} answers", answers.size());
    std::vector<std::string> parts;
    for (const auto &[text, count] : counts)
      parts.push_back(llvm::formatv("{0} x {1}", count, text));
    return llvm::join(parts, ", ");
  }
};

/// Specs say whether they are feasible; an engine that says otherwise has a bug.
bool isWrong(const Instance &instance, llvm::StringRef answer) {
  return answer == (instance.isInfeasible ? "feasible" : "infeasible");
}

void print(llvm::StringRef group, llvm::StringRef answer, const Row &row) {
  if (row.seconds.empty())
    return;
  llvm::outs() << llvm::formatv("| {0} | {1} | {2:f1} | {3:f1} | {4} | {5} | {6:f0} |\n", group,
                                answer, 1e3 * row.seconds[row.seconds.size() / 2],
                                1e3 * row.seconds.back(), row.work[row.work.size() / 2],
                                row.work.back(), row.megabytes);
  llvm::outs().flush();
}

/// Asks one question about one instance with every seed; false if some answer was wrong.
bool ask(const Question &question, const Instance &instance, Row &row) {
  bool right = true;
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    feasibility::Options options;
    options.seed = seed;
    Measurement result = measure(
        [&] { return question.ask(instance, options, feasibility::Limits{limit}); }, timeout);
    row.add(instance, result);
    if (isWrong(instance, result.answer)) {
      llvm::errs() << "error: " << instance.name << " is not " << result.answer << '\n';
      right = false;
    }
    if (!result.finished)
      break; // another seed would take as long
  }
  return right;
}

/// Prints the table of one question; false if some answer was wrong.
bool table(const Question &question, llvm::ArrayRef<Instance> instances) {
  llvm::outs() << "\n### " << question.title << "\n\n"
               << "| spec | answer | median ms | worst ms | median work | worst work | RSS MB |\n"
               << "|---|---|---:|---:|---:|---:|---:|\n";
  bool right = true;
  Row row, all;
  llvm::StringRef group;
  auto finish = [&] {
    print(group, row.answer(), row);
    all.add(row);
    row = {};
  };
  for (const Instance &instance : instances) {
    if (!question.applies(instance))
      continue;
    if (instance.group != group)
      finish();
    group = instance.group;
    right &= ask(question, instance, row);
  }
  finish();
  print("all", "", all);
  return right;
}

llvm::StringSet<> passNames(const cl::list<std::string> &given) {
  llvm::StringSet<> names;
  for (const std::string &name : given) {
    const passes::Pass *pass = passes::find(name);
    if (!pass || pass->kind == passes::Pass::Analysis) {
      llvm::errs() << "error: there is no pass `" << name << "`\n";
      exit(64);
    }
    names.insert(name);
  }
  return names;
}

void printSpecs(llvm::ArrayRef<Instance> instances) {
  llvm::outs() << "| spec | fields | designs | requirements |\n|---|---:|---:|---:|\n";
  for (const Instance &instance : instances)
    llvm::outs() << llvm::formatv("| {0} | {1} | {2:e1} | {3} |\n", instance.name,
                                  instance.space->params.size(), instance.space->designCount(),
                                  instance.space->constraints.size());
}

} // namespace

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv, "The benchmark of the feasibility engine\n");
  PassChoice choice{passNames(without), passNames(with)};
  std::vector<Instance> instances;
  for (const std::string &file : files)
    instances.push_back(load(file, choice));
  printSpecs(instances);
  bool right = true;
  for (const Question &question : questions())
    if (only.empty() || llvm::is_contained(only, question.name))
      right &= table(question, instances);
  return right ? 0 : 1;
}
