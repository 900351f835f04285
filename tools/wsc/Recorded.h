// How good suites were when somebody last looked: `recorded.csv` beside their specs, so that a
// change that makes one worse is noticed.
#pragma once

#include "tools/wsc/Suites.h"

namespace wsc::tool {

/// Points of percent by which a MAPE may grow: the figures are recorded in hundredths.
constexpr double recordedTolerance = 0.05;

/// What is worse than recorded, one sentence each; empty if nothing is.
std::vector<std::string> worseThanRecorded(Session &session, llvm::ArrayRef<SuiteRun> runs);

/// Writes the figures of these suites and keeps those of others.  False, and `error` says why, when
/// that is impossible.
bool record(Session &session, llvm::ArrayRef<SuiteRun> runs, std::string &error);

} // namespace wsc::tool
