// How far a search is: a line that changes on a terminal, a line now and then elsewhere.
#pragma once

#include "runs/RunStore.h"
#include <chrono>

namespace wsc::tool {

class Progress {
public:
  /// Over the records of a run, which must outlive this.  `isQuiet`: says nothing.
  Progress(const runs::RunStore &store, double budget, bool isQuiet);
  /// There may be new records.
  void update();
  /// Clears the line.
  void finish();

private:
  std::string line(double spent) const;
  double spent() const;

  const runs::RunStore &store_;
  double budget_, before_; ///< before_: what was spent when this process began
  bool isQuiet_, isTerminal_;
  double nextShown_; ///< spent, where lines stay
  std::chrono::steady_clock::time_point start_, shown_;
};

} // namespace wsc::tool
