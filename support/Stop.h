// A wish to end with what there is: set by a signal, looked at wherever a limit is.
#pragma once

#include <atomic>

namespace wsc {

/// May be set by a signal handler.
inline std::atomic<bool> stopIsWanted = false;
static_assert(std::atomic<bool>::is_always_lock_free);

} // namespace wsc
