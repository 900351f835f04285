// What makes a run folder self-contained: the spec and what it imports, with digests and versions.
#pragma once

#include "runs/RunStore.h"
#include "tools/wsc/Pipeline.h"

namespace wsc::tool {

/// The spec, what it imports and their lock; none for IR text.
std::vector<runs::SourceText> sourcesOf(const Session &session);

/// Name and digests of spec and library, versions, options.
std::map<std::string, std::string> factsOf(const Session &session);

/// The command that does a run again, from its folder alone but for a run it took over designs
/// from.
std::string reproduction(const runs::RunStore &store);

/// Null after saying why the run cannot be opened.
std::unique_ptr<runs::RunStore> openRun(llvm::StringRef folder, runs::RunStore::Access access);

/// How wide results may be.
unsigned terminalColumns();

} // namespace wsc::tool
