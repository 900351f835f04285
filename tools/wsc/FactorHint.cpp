// The slips between units of one dimension, by the factor that they leave behind.
#include "tools/wsc/FactorHint.h"

#include "support/Units.h"
#include <cmath>

namespace wsc::tool {

std::string factorHint(double measured, double wanted) {
  if (!(measured > 0) || !(wanted > 0))
    return "";
  static const struct {
    double factor;
    const char *slip;
  } slips[] = {
      {8, "bits for bytes"},
      {2, "one direction for both, or dense for sparse"},
      {1.024, "KB for KiB"},
      {1.024 * 1.024, "MB for MiB"},
      {1.024 * 1.024 * 1.024, "GB for GiB"},
      {1.024 * 1.024 * 1.024 * 1.024, "TB for TiB"},
      {1e3, "a prefix, such as um for mm"},
      {1e6, "a prefix, such as um^2 for mm^2"},
      {1e9, "a prefix, or a quantity per cycle for one per second"},
  };
  double ratio = std::fmax(measured / wanted, wanted / measured);
  for (auto [factor, slip] : slips)
    // A wrong unit leaves the factor exactly; published figures are rounded.
    if (std::fabs(ratio / factor - 1) < 0.002)
      return "off by a factor of " + formatNumber(std::round(factor * 1e4) / 1e4) + ": " + slip +
             "?";
  return "";
}

} // namespace wsc::tool
