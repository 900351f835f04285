// A search problem behind a line protocol.
#include "bench/search/Serve.h"

#include "feasibility/Sample.h"
#include "search/EstimatedFront.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <iostream>
#include <sstream>

namespace wsc::bench {

using feasibility::Design;

namespace {

/// What the other side has to know: domains, as places in 0..1, and how it is judged.
void introduce(const SearchProblem &problem, const feasibility::Problem &feasible,
               const search::Task &task) {
  llvm::json::Array params;
  for (unsigned p = 0; p < feasible.paramCount(); ++p) {
    llvm::json::Array values;
    for (unsigned i = 0; i < feasible.domainSize(p); ++i)
      values.push_back(feasible.value(p, i));
    params.push_back(llvm::json::Object{{"category", !problem.space->params[p].type.isNumber()},
                                        {"values", std::move(values)}});
  }
  llvm::outs() << llvm::json::Value(llvm::json::Object{
                      {"params", std::move(params)},
                      {"reference", llvm::json::Array(task.minimized(problem.reference))},
                      {"best", problem.best}})
               << '\n';
}

} // namespace

namespace {

class Server {
public:
  explicit Server(const SearchProblem &problem)
      : problem_(problem), feasible_(*problem.space), task_(feasible_, problem.estimate) {
    begin(1);
  }

  void run() {
    introduce(problem_, feasible_, task_);
    std::string line;
    while (llvm::outs().flush(), std::getline(std::cin, line))
      llvm::outs() << llvm::json::Value(answer(line)) << '\n';
  }

private:
  void begin(uint64_t seed) {
    seed_ = seed;
    neighbours_.emplace(feasible_, seed);
  }

  llvm::json::Array answer(const std::string &line) {
    std::istringstream in(line);
    std::string command;
    in >> command;
    unsigned number = 0;
    if (llvm::is_contained({"seed", "sample", "near", "front"}, command))
      in >> number;
    if (command == "seed")
      return begin(number), llvm::json::Array();
    if (command == "sample")
      return upTo(number, [&] { return neighbours_->fresh(); });
    if (command == "front") {
      const std::vector<Design> front = search::estimatedFront(task_, seed_, number);
      auto next = front.begin();
      return upTo(number,
                  [&] { return next == front.end() ? std::nullopt : std::optional(*next++); });
    }
    Design design{std::vector<unsigned>(feasible_.paramCount())};
    for (unsigned &choice : design.choice)
      in >> choice;
    if (command == "near")
      return upTo(number, [&] { return neighbours_->mutant(design); });
    if (command == "check")
      return llvm::json::Array({neighbours_->isCertainlyFeasible(design)});
    return numbers(command == "estimate" ? task_.known(design).objectives
                                         : task_.minimized(problem_.truth(design)));
  }

  /// `null` where there is none: JSON has no NaN.
  static llvm::json::Array numbers(llvm::ArrayRef<double> values) {
    llvm::json::Array array;
    for (double value : values)
      array.push_back(std::isfinite(value) ? llvm::json::Value(value) : nullptr);
    return array;
  }

  template <typename Next> static llvm::json::Array upTo(unsigned count, Next next) {
    llvm::json::Array designs;
    for (unsigned i = 0; i < count; ++i)
      if (auto design = next())
        designs.push_back(llvm::json::Array(design->choice));
    return designs;
  }

  const SearchProblem &problem_;
  const feasibility::Problem feasible_;
  const search::Task task_;
  uint64_t seed_ = 1;
  std::optional<search::Neighbours> neighbours_;
};

} // namespace

void serve(const SearchProblem &problem) { Server(problem).run(); }

} // namespace wsc::bench
