// Signals and clocks.
#include "tools/wsc/Interrupt.h"

#include "support/Stop.h"
#include <csignal>

namespace wsc::tool {

static void ask(int signal) {
  stopIsWanted = true;
  std::signal(signal, SIG_DFL);
}

std::optional<Seconds> durationOf(llvm::StringRef text) {
  const llvm::StringRef unit =
      text.trim().drop_while([](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  double number;
  if (text.trim().drop_back(unit.size()).getAsDouble(number) || number <= 0)
    return std::nullopt;
  const std::pair<llvm::StringRef, double> units[] = {{"s", 1}, {"min", 60}, {"h", 3600}};
  for (auto [name, seconds] : units)
    if (unit.ltrim() == name)
      return Seconds(number * seconds);
  return std::nullopt;
}

Interrupt::Interrupt(std::optional<Seconds> limit)
    : limit_(limit), start_(std::chrono::steady_clock::now()) {
  std::signal(SIGINT, ask);
  std::signal(SIGTERM, ask);
}

Interrupt::~Interrupt() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

std::string Interrupt::reason() const {
  if (stopIsWanted)
    return "interrupted";
  if (limit_ && std::chrono::steady_clock::now() - start_ >= *limit_)
    return "the time is over";
  return "";
}

} // namespace wsc::tool
