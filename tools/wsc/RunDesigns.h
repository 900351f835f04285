// Designs of an earlier exploration, as the command line names them: `RUN#17`, `RUN#front`.
#pragma once

#include "feasibility/Answer.h"
#include "runs/RunStore.h"

namespace wsc::tool {

struct RunDesign {
  unsigned id = 0;
  feasibility::Design design;
};

struct RunDesigns {
  std::unique_ptr<runs::RunStore> store; ///< owns the Space of the designs
  std::string folder;
  std::vector<RunDesign> designs; ///< by id
  bool isFront = false;
};

/// The designs of that name, or a sentence that says why there are none.
std::variant<RunDesigns, std::string> findRunDesigns(llvm::StringRef name);

} // namespace wsc::tool
