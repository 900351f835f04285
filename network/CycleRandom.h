// The generators that BookSim2 draws from: the same seed gives the same packets.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace wsc::network::cycle {

/// X(n) = X(n - 100) + X(n - 37), or minus, mod 2^Bits; of 1009 values the first 100 are drawn
/// (Knuth, The Art of Computer Programming, vol. 2, 3rd ed., section 3.6: `ran_array` and, as
/// fractions of 2^52, `ranf_array`).
template <typename Word, unsigned Bits, bool Adds> class LaggedFibonacci {
public:
  explicit LaggedFibonacci(uint32_t seed) {
    start(seed & ((1u << 30) - 1));
    for (unsigned i = 0; i < 10; ++i)
      advance<2 * longLag - 1>();
  }

  Word next() {
    if (used_ == longLag) {
      advance<1009>();
      used_ = 0;
    }
    return words_[used_++] & mask;
  }

private:
  static constexpr unsigned longLag = 100, shortLag = 37;
  static constexpr Word mask = (Word(1) << Bits) - 1;

  static Word combine(Word a, Word b) { return Adds ? a + b : a - b; }

  /// Continues the sequence; the state is its next `longLag` values.  Bits above `Bits` are noise.
  template <unsigned Count> void advance() {
    // Rounded up to whole vectors.
    for (unsigned i = longLag; i < longLag + (Count + 3) / 4 * 4; ++i)
      words_[i] = combine(words_[i - longLag], words_[i - shortLag]);
    std::copy_n(words_.begin() + Count, longLag, words_.begin());
  }

  /// The state of a seed: a power of z, far from those of other seeds, in the ring of the
  /// recurrence.
  void start(uint32_t seed) {
    std::array<Word, 2 * longLag> x{};
    Word bits = Adds ? 2 * (Word(seed) + 2) : (Word(seed) + 2) & (mask - 1);
    for (unsigned i = 0; i < longLag; ++i) {
      x[i] = bits;
      bits <<= 1;
      if (bits > mask)
        bits -= mask - 1;
    }
    ++x[1];
    constexpr unsigned separation = 70;
    for (unsigned power = seed, left = separation - 1; left;) {
      for (unsigned i = longLag - 1; i > 0; --i)
        x[2 * i] = x[i], x[2 * i - 1] = 0;
      for (unsigned i = 2 * longLag - 2; i >= longLag; --i) {
        x[i - (longLag - shortLag)] = combine(x[i - (longLag - shortLag)], x[i]);
        x[i - longLag] = combine(x[i - longLag], x[i]);
      }
      if (power & 1) {
        std::copy_backward(x.begin(), x.begin() + longLag, x.begin() + longLag + 1);
        x[0] = x[longLag];
        x[shortLag] = combine(x[shortLag], x[longLag]);
      }
      if (power)
        power >>= 1;
      else
        --left;
    }
    std::copy_n(x.begin(), shortLag, words_.begin() + longLag - shortLag);
    std::copy_n(x.begin() + shortLag, longLag - shortLag, words_.begin());
  }

  std::array<Word, 1112> words_{};
  unsigned used_ = 0;
};

/// Both generators of a run.
class Draws {
public:
  explicit Draws(uint64_t seed) : integers_(seed), fractions_(seed) {}

  /// A number in 0..max (`RandomInt`).
  uint32_t upTo(uint32_t max) { return integers_.next() % (max + 1); }

  /// What `below` compares with: a probability.
  static uint64_t threshold(double probability) {
    return std::ceil(std::ldexp(probability, fractionBits));
  }
  /// True with that probability (`RandomFloat() < probability`).
  bool below(uint64_t threshold) { return fractions_.next() < threshold; }

private:
  static constexpr unsigned fractionBits = 52;
  LaggedFibonacci<uint32_t, 30, false> integers_;
  LaggedFibonacci<uint64_t, fractionBits, true> fractions_;
};

} // namespace wsc::network::cycle
