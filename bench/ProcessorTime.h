// The clock of the benchmarks: processor time, which other programs on the machine disturb least.
#pragma once

#include <ctime>

namespace wsc::bench {

/// Seconds of the processor that this program has taken so far, all threads together.
inline double processorSeconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + 1e-9 * now.tv_nsec;
}

} // namespace wsc::bench
