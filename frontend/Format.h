// The canonical layout of .wsc text: what `wsc fmt` prints.
#pragma once

#include "support/Diagnostics.h"

namespace wsc {

/// Lays a file out.  Only white space changes; line breaks and comments stay where they are;
/// formatting the result again changes nothing.
///
/// - Two blanks per block, one blank around operators, at most one empty line in a row.  Blanks
///   around `*` and `/` are the author's, since `energy/data` and `a / b` both read well.
/// - In neighbouring lines of a kind (`param`, `let`, cases of a `match`; comments between them
///   do not matter, an empty line does) the `:`, `=` and `in` after the name, the `=` or `in`
///   after the type, and `from`, `assumed`, `prefixes`, and the `within` or `else` of a
///   requirement after the value stand in columns.  So do blocks on one line, in which the
///   blanks before a number are the author's, and the cells of table rows, numbers to the right.
/// - A line that goes on with a statement (it starts with an operator, `then`, `else`, `from`,
///   follows a line that ends in an operator, or stands in a bracket opened inside a line) stands
///   at least four blanks deeper.  Where the author put it under the value, or under what follows
///   the bracket, it moves with that; otherwise it moves with the statement.
///
/// Empty when the text has errors, which are reported.
std::optional<std::string> format(const SourceFile &source, DiagnosticEngine &diagnostics);

} // namespace wsc
