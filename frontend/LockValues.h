// Internal to Lock*.cpp: the named numbers of a file, as they are written.
#pragma once

#include "frontend/Ast.h"
#include <map>

namespace wsc {

struct LockedValue {
  std::string text; ///< `650 um^2 within 283 um^2 .. 671 um^2`
  Range at;
};

/// Constants, units, rows of tables, values of fields and defaults, by name.
std::map<std::string, LockedValue> lockedValues(const ast::File &file);

} // namespace wsc
