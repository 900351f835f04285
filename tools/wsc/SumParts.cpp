// Taking a sum apart as far as the names of quantities.
#include "tools/wsc/SumParts.h"

#include "tools/wsc/Verdict.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::tool {

std::vector<SumPart> partsOfSum(const ir::Space &space, const ir::Node *sum,
                                llvm::ArrayRef<double> point) {
  llvm::DenseMap<const ir::Node *, llvm::StringRef> names;
  for (const ir::Quantity &quantity : space.quantities)
    names.try_emplace(quantity.node, quantity.name);
  std::vector<SumPart> parts;
  double others = 0;
  llvm::SmallVector<const ir::Node *, 8> left{sum};
  while (!left.empty()) {
    const ir::Node *node = left.pop_back_val();
    const auto name = names.find(node);
    if (node->op() == ir::Op::Add && (node == sum || name == names.end())) {
      for (const ir::Node *summand : llvm::reverse(node->operands()))
        left.push_back(summand);
      continue;
    }
    const double value = valueAt(space, node, point);
    if (name == names.end())
      others += value;
    else if (value != 0)
      parts.push_back({name->second, value});
  }
  if (parts.size() < 2)
    return {};
  if (others != 0)
    parts.push_back({"", others});
  return parts;
}

} // namespace wsc::tool
