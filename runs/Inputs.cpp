// Digests by LLVM's SHA-256.
#include "runs/Inputs.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace wsc::runs {

Inputs::Inputs(const ir::Space &space, std::vector<std::string> names,
               llvm::ArrayRef<const ir::Node *> nodes, std::string evaluator)
    : space_(&space), names_(std::move(names)), evaluator_(std::move(evaluator)),
      tape_(space, nodes) {
  for (const ir::Node *node : nodes)
    types_.push_back(node->type());
}

std::string Inputs::digest(llvm::ArrayRef<double> params) const {
  std::vector<double> values(names_.size());
  const std::vector<double> metrics(space_->metrics.size(), NAN);
  tape_.evaluate(params, metrics, values);
  std::string text;
  llvm::raw_string_ostream out(text);
  out << evaluator_ << '\n';
  for (unsigned i = 0; i < names_.size(); ++i) {
    out << names_[i] << '=';
    if (types_[i].isEnum())
      out << ir::formatValue(*space_, types_[i], values[i]);
    else
      out << llvm::format("%a", values[i] == 0 ? 0.0 : values[i]); // no negative zero
    out << '\n';
  }
  return llvm::toHex(llvm::SHA256::hash(llvm::arrayRefFromStringRef(text)), /*LowerCase=*/true);
}

} // namespace wsc::runs
