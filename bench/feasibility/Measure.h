// Measuring one question: in a process of its own, so that memory is its alone, and one that takes
// too long, or crashes, ends no other.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include <string>

namespace wsc::bench {

struct Measurement {
  std::string answer;   ///< one line; `killed` or `crashed` if there was none
  double seconds = 0;   ///< of processor time, the question alone
  double megabytes = 0; ///< the most that the process held, its spec included
  bool finished = true;
};

/// Asks in a child process that may use so many seconds of processor time.
Measurement measure(llvm::function_ref<std::string()> ask, unsigned timeout);

} // namespace wsc::bench
