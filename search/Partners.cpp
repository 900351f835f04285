// What each chip does with each of its strategies, looked up by the fields that are open.
#include "search/Partners.h"

#include "evaluation/Pools.h"
#include "llvm/ADT/DenseSet.h"

namespace wsc::search {

using evaluation::Measurement;

Partners::Partners(const evaluation::Binding &binding, llvm::ArrayRef<unsigned> open)
    : prefill_(partner(*binding.prefill(), open)), decode_(partner(binding, open)) {}

Partners::Partner Partners::partner(const evaluation::Binding &binding,
                                    llvm::ArrayRef<unsigned> open) {
  llvm::DenseSet<unsigned> read;
  for (const ir::Node *node : ir::Space::reachable(binding.nodes()))
    if (node->op() == ir::Op::Param)
      read.insert(node->index());
  Partner partner{&binding, {}, {}};
  for (unsigned param : open)
    if (read.contains(param))
      partner.open.push_back(param);
  return partner;
}

const Partners::Known &Partners::knownOf(Partner &partner, llvm::ArrayRef<double> params) {
  llvm::SmallVector<double, 16> key;
  for (unsigned param : partner.open)
    key.push_back(params[param]);
  auto [known, isNew] = partner.known.insert(key);
  if (!isNew)
    return *known;
  std::vector<std::string> reasons;
  known->design = partner.binding->read(params, reasons);
  if (known->design)
    known->run = start(*known->design, nullptr);
  return *known;
}

Measurement Partners::measure(llvm::ArrayRef<double> params) {
  const Known &prefill = knownOf(prefill_, params), &decode = knownOf(decode_, params);
  if (prefill.design && decode.design)
    return evaluation::measure({*prefill.design, *decode.design}, prefill.run, decode.run);
  Measurement invalid;
  invalid.status = evaluation::Status::Invalid;
  return invalid;
}

} // namespace wsc::search
