// Designs as JSON.
#include "tools/wsc/Json.h"

namespace wsc::tool {

llvm::json::Object designJson(const ir::Space &space, const feasibility::Design &design) {
  llvm::json::Object object;
  for (unsigned i = 0; i < space.params.size(); ++i) {
    const ir::Param &param = space.params[i];
    object[param.name] = quantityJson(space, param.type, param.values[design.choice[i]]);
  }
  return object;
}

} // namespace wsc::tool
