// A figure that is off by a telling factor: the unit mistakes that dimensions cannot catch.
#pragma once

#include <string>

namespace wsc::tool {

/// `off by a factor of 8: bits for bytes?` where the ratio of two figures, which should be about
/// equal, is one that a common slip leaves behind; empty otherwise.
std::string factorHint(double measured, double wanted);

} // namespace wsc::tool
