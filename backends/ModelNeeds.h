// What a model, a workload and a strategy ask of evaluators of whole models.
#pragma once

#include "backends/Backend.h"

namespace wsc::backends {

/// The features that rules find.
struct Needs {
  void add(bool needed, Feature feature, llvm::StringRef because) {
    if (needed)
      list.push_back({feature, because.str()});
  }

  std::vector<Need> list = {};
};

/// All but the networks of the chip.
std::vector<Need> modelNeeds(const Request &request);

} // namespace wsc::backends
