// The domain of a field that a column of measurements fills: any number.
#pragma once

#include "ir/Space.h"

namespace wsc::ir {

/// The least and the greatest value there can be, and between them a number that says whether all are
/// integers.
std::vector<Rational> anyNumber(bool integer);

/// Whether the domain of a parameter is one of these.
bool takesAnyNumber(const Param &param);

} // namespace wsc::ir
