// What to evaluate next, and how closely: the interface of all search algorithms.
//
// An algorithm is deterministic: the same Task, seed and answers, in the same order, give the same
// questions.  A resumed run therefore replays the search against stored answers.
#pragma once

#include "search/Task.h"
#include "llvm/ADT/StringRef.h"
#include <memory>

namespace wsc::search {

class Algorithm {
public:
  virtual ~Algorithm();

  /// Another question about a feasible design, never the same one twice.  Several may be asked
  /// before the first answer.  Empty where the algorithm waits for answers, or, with none
  /// outstanding, has no further question.
  virtual std::optional<Question> ask() = 0;

  /// An answer that nobody asked for, from an earlier run; before the first question.  It is learnt
  /// from, and its question never asked.
  virtual void know(const Point &point) = 0;

  /// By how much the hypervolume was expected to grow by the latest question, as a share of what it
  /// was; empty where the algorithm does not know.
  virtual std::optional<double> expectedGrowth() const { return std::nullopt; }

  /// The answers, in the order of the questions.
  virtual void tell(const Point &point) = 0;
};

/// The algorithms of Algorithms.def by name; the Task must outlive them.  Null with `error` set for
/// a name that is not there, and where the algorithm needs estimates that the Task does not have.
std::unique_ptr<Algorithm> createAlgorithm(llvm::StringRef name, const Task &task, uint64_t seed,
                                           std::string &error);

bool isAlgorithm(llvm::StringRef name);
/// Names and what they do, one a line.
std::string algorithmList();

#define ALGORITHM(create, name, summary)                                                           \
  std::unique_ptr<Algorithm> create(const Task &task, uint64_t seed, std::string &error);
#include "search/Algorithms.def"

} // namespace wsc::search
