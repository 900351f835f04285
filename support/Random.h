// Random numbers that are the same on every platform (std::mt19937_64 is, the standard
// distributions are not).
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include <random>
#include <utility>

namespace wsc {

class Random {
public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  /// Uniform in 0..bound-1; the bias is below bound / 2^64.
  uint64_t below(uint64_t bound) { return engine_() % bound; }

  /// Uniform in [0, 1), with the 53 bits of a double.
  double uniform() { return below(uint64_t(1) << 53) * 0x1p-53; }

  template <typename T> void shuffle(llvm::MutableArrayRef<T> items) {
    for (size_t i = items.size(); i > 1; --i)
      std::swap(items[i - 1], items[below(i)]);
  }

private:
  std::mt19937_64 engine_;
};

} // namespace wsc
