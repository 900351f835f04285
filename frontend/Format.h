// The canonical layout of .wsc text: what `wsc fmt` prints.
#pragma once

#include "support/Diagnostics.h"

namespace wsc {

/// Lays a file out: two blanks per bracket, one blank around operators, at most one empty
/// line, `:`, `=` and `in` of neighbouring lines in one column.  Line breaks and comments stay
/// where they are; blanks around `*` and `/` too, since `energy/data` and `a / b` both read
/// well.  Only white space changes, and formatting the result again changes nothing.
/// Empty when the text has errors, which are reported.
std::optional<std::string> format(const SourceFile &source, DiagnosticEngine &diagnostics);

} // namespace wsc
