// The registry of backends.
#include "backends/Backend.h"

namespace wsc::backends {

static const Backend backends[] = {
#define BACKEND(function, name, summary) {name, summary, function},
#include "backends/Backends.def"
};

llvm::ArrayRef<Backend> all() { return backends; }

const Backend *find(llvm::StringRef name) {
  for (const Backend &backend : backends)
    if (backend.name == name)
      return &backend;
  return nullptr;
}

} // namespace wsc::backends
