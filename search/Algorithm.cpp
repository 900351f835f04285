// The table of algorithms, and the simplest of them.
#include "search/Algorithm.h"

#include "feasibility/Sample.h"
#include <set>

namespace wsc::search {

Algorithm::~Algorithm() = default;

std::unique_ptr<Algorithm> createAlgorithm(llvm::StringRef name, const Task &task, uint64_t seed,
                                           std::string &error) {
#define ALGORITHM(create, algorithm, summary)                                                      \
  if (name == algorithm)                                                                           \
    return create(task, seed, error);
#include "search/Algorithms.def"
  error = "there is no algorithm `" + name.str() + "`";
  return nullptr;
}

bool isAlgorithm(llvm::StringRef name) {
#define ALGORITHM(create, algorithm, summary)                                                      \
  if (name == algorithm)                                                                           \
    return true;
#include "search/Algorithms.def"
  return false;
}

std::string algorithmList() {
  std::string list;
#define ALGORITHM(create, algorithm, summary) list += "  " algorithm ": " summary "\n";
#include "search/Algorithms.def"
  list.pop_back();
  return list;
}

namespace {

class RandomSearch final : public Algorithm {
public:
  RandomSearch(const Task &task, uint64_t seed) : task_(task), sampler_(task.problem(), seed) {}
  std::optional<Question> ask() override {
    while (auto design = sampler_.next())
      if (!known_.count(*design))
        return task_.targetQuestion(std::move(design));
    return std::nullopt;
  }
  void know(const Point &point) override {
    if (point.fidelity == task_.target())
      known_.insert(point.design);
  }
  void tell(const Point &point) override {}

private:
  const Task &task_;
  feasibility::Sampler sampler_;
  std::set<feasibility::Design> known_;
};

} // namespace

std::unique_ptr<Algorithm> createRandom(const Task &task, uint64_t seed, std::string &error) {
  return std::make_unique<RandomSearch>(task, seed);
}

} // namespace wsc::search
