// What happens in a later cycle, by cycle: a timing wheel (Varghese and Lauck, SOSP 1987).
#pragma once

#include "llvm/Support/MathExtras.h"
#include <cassert>
#include <cstdint>
#include <vector>

namespace wsc::network::cycle {

template <typename Event> class Wheel {
public:
  /// For events at most `horizon` cycles ahead.
  explicit Wheel(unsigned horizon) : slots_(llvm::PowerOf2Ceil(horizon + 1)) {}

  void add(uint64_t now, uint64_t time, Event event) {
    assert(time > now && time - now < slots_.size());
    slots_[time & (slots_.size() - 1)].push_back(event);
  }
  /// Those of a cycle; to be cleared before the wheel comes round.
  std::vector<Event> &at(uint64_t time) { return slots_[time & (slots_.size() - 1)]; }
  unsigned horizon() const { return slots_.size() - 1; }

private:
  std::vector<std::vector<Event>> slots_;
};

} // namespace wsc::network::cycle
