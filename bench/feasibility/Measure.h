// Measuring one question: in a process of its own, so that memory is its alone, and one that takes
// too long, or crashes, ends no other.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include <cstdint>
#include <optional>
#include <string>

namespace wsc::bench {

struct Reply {
  std::string answer; ///< one line
  uint64_t work = 0;  ///< that the engine counted, the same on every machine
  /// Of processor time, where a part of what was done is what is asked about; else all of it.
  std::optional<double> seconds = {};
};

struct Measurement {
  std::string answer; ///< `killed` or `crashed` if there was none
  uint64_t work = 0;
  double seconds = 0;   ///< of processor time, the question alone
  double megabytes = 0; ///< the most that the process held, its spec included
  bool finished = true;
};

/// Asks in a child process that may use so many seconds of processor time.
Measurement measure(llvm::function_ref<Reply()> ask, unsigned timeout);

} // namespace wsc::bench
