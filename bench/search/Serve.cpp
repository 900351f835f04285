// A search problem behind a line protocol.
#include "bench/search/Serve.h"

#include "feasibility/Sample.h"
#include "search/Neighbours.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
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

void serve(const SearchProblem &problem, uint64_t seed) {
  const feasibility::Problem feasible(*problem.space);
  const search::Task task(feasible);
  introduce(problem, feasible, task);
  search::Neighbours neighbours(feasible, seed);
  std::string line;
  while (llvm::outs().flush(), std::getline(std::cin, line)) {
    std::istringstream in(line);
    std::string command;
    unsigned count = 0;
    in >> command;
    if (command == "sample" || command == "near")
      in >> count;
    Design design{std::vector<unsigned>(feasible.paramCount())};
    for (unsigned &choice : design.choice)
      if (command != "sample")
        in >> choice;
    llvm::json::Array answer;
    if (command == "sample") {
      for (unsigned i = 0; i < count; ++i)
        if (auto fresh = neighbours.fresh())
          answer.push_back(llvm::json::Array(fresh->choice));
    } else if (command == "near") {
      for (unsigned i = 0; i < count; ++i)
        if (auto mutant = neighbours.mutant(design))
          answer.push_back(llvm::json::Array(mutant->choice));
    } else if (command == "check") {
      answer.push_back(neighbours.isCertainlyFeasible(design));
    } else if (command == "evaluate") {
      answer = llvm::json::Array(task.minimized(problem.truth(design)));
    }
    llvm::outs() << llvm::json::Value(std::move(answer)) << '\n';
  }
}

} // namespace wsc::bench
