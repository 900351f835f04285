// Whether there is a design: what an editor shows of a spec that has no errors otherwise.
#pragma once

#include "feasibility/Session.h"
#include "lsp/Workspace.h"

namespace wsc::lsp {

/// Where no design meets the requirements of an analysis, whose `design` is known, reports a
/// minimal conflict of them, at the first that stands in the main file.  `session` keeps what was
/// learnt from one text to the next; nothing is reported where its limits do not suffice.
void reportConflict(Analysis &analysis, feasibility::Session &session);

} // namespace wsc::lsp
