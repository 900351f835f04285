// Normally distributed numbers that are the same on every platform, as those of support/Random.h.
#pragma once

#include "support/Random.h"
#include <cmath>
#include <numbers>

namespace wsc {

/// Of mean 0 and variance 1 (Box and Muller 1958); takes two uniform numbers.
inline double standardNormal(Random &random) {
  const double radius = std::sqrt(-2 * std::log1p(-random.uniform()));
  return radius * std::cos(2 * std::numbers::pi * random.uniform());
}

} // namespace wsc
