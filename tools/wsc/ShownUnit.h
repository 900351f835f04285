// The unit that the numbers of an explanation are shown in: that of the requirement as written, so
// that no sentence mixes GiB and GB.
#pragma once

#include "tools/wsc/Pipeline.h"

namespace wsc::tool {

struct ShownUnit {
  std::string text;
  Rational scale; ///< in base units
};

/// The unit of a dimension that a number of the requirement at a place was written with; of several
/// that of the number equal to `value` (in base units), else the first.
std::optional<ShownUnit> writtenUnit(const Session &session, const ir::Location &requirement,
                                     const Dim &dim, const Rational &value);

/// The unit in which a value is shown by default; nothing for pure numbers.
std::optional<ShownUnit> defaultUnit(const UnitTable &units, const Dim &dim, double value);

} // namespace wsc::tool
