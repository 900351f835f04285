// What a search asked, and what it was told.
#pragma once

#include "search/Task.h"
#include <map>

namespace wsc::search {

/// A design with what is known of it before it is evaluated.
struct Candidate {
  feasibility::Design design;
  Known known;        ///< as Task::known
  double score = 0;   ///< of those who compare candidates
  unsigned level = 0; ///< likewise: at which level its score is
};

/// What was asked about, and what came back.
struct Observation {
  Candidate candidate;
  unsigned level = 0; ///< of the fidelities in use, cheapest first
  bool told = false, feasible = false;
  std::vector<double> objectives = {}; ///< minimized; empty while outstanding, NaN if not evaluated
  std::vector<double> margins = {};

  bool isEvaluated() const {
    return llvm::all_of(objectives, [](double value) { return std::isfinite(value); });
  }
};

class History {
public:
  History(const Task &task, unsigned levels) : task_(task), counts_(levels) {}

  void ask(Candidate candidate, unsigned level);
  /// The answer to the earliest question that is outstanding.
  void tell(const Outcome &outcome);
  /// Such a design is never to be asked about.
  void exclude(const feasibility::Design &design) { next_[design] = levels(); }

  unsigned levels() const { return counts_.size(); }
  /// In the order of asking.
  llvm::ArrayRef<Observation> observations() const { return observations_; }
  /// The cheapest level that a design was not asked about at, nor at a dearer one.
  unsigned next(const feasibility::Design &design) const;
  size_t asked(unsigned level) const { return counts_[level].asked; }
  size_t told(unsigned level) const { return counts_[level].told; }

private:
  struct Count {
    size_t asked = 0, told = 0;
  };
  const Task &task_;
  std::vector<Count> counts_; ///< by level
  std::vector<Observation> observations_;
  size_t told_ = 0;
  std::map<feasibility::Design, unsigned> next_;
};

} // namespace wsc::search
