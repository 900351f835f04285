// One line on a terminal that says how far a search is; silent when standard error is a file.
#pragma once

#include <chrono>

namespace wsc::tool {

class Progress {
public:
  Progress(unsigned total, bool quiet);
  /// One more design evaluated.
  void step(bool usable);
  /// Clears the line.
  void finish();

private:
  unsigned total_, done_ = 0, usable_ = 0;
  bool visible_;
  std::chrono::steady_clock::time_point start_, shown_;
};

} // namespace wsc::tool
