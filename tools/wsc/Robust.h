// `check --robust`: is there a design for every value of the constants that are known to a range?
#pragma once

#include "tools/wsc/Pipeline.h"

namespace wsc::tool {

/// Decides and shows it.  The Space of the session then has a requirement for each worst case.
Exit checkRobustly(Session &session);

} // namespace wsc::tool
