// When a search is to stop before its budget or its limit is spent: after some time, or when the
// user asks.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <chrono>
#include <optional>
#include <string>

namespace wsc::tool {

using Seconds = std::chrono::duration<double>;

/// `90s`, `10min`, `2h`; empty for anything else.
std::optional<Seconds> durationOf(llvm::StringRef text);

/// While one of these lives, the first Ctrl-C (or SIGTERM) is a wish, and the second ends the
/// process.
class Interrupt {
public:
  explicit Interrupt(std::optional<Seconds> limit = std::nullopt);
  ~Interrupt();
  Interrupt(const Interrupt &) = delete;
  Interrupt &operator=(const Interrupt &) = delete;

  /// Why to stop now; empty to go on.
  std::string reason() const;

private:
  std::optional<Seconds> limit_;
  std::chrono::steady_clock::time_point start_;
};

} // namespace wsc::tool
