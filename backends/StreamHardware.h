// The system of cores that Stream reads.
#pragma once

#include "backends/CoreNest.h"

namespace wsc::backends {

/// What stays in the array: `output`.
llvm::StringRef streamKind(Dim streamed);

/// `KIND_core.yaml`, the array of a core, and `KIND_holder.yaml`, which has the SRAM and the links.
/// `type` is Stream's name of the type of an operand.
void addStreamCores(const CoreHardware &core, const CoreNest &nest, llvm::StringRef type,
                    std::vector<File> &files);

/// `outside.yaml`, with operands of `word` bytes.
std::string streamOutside(double word);

/// Holders line by line, then cores, then the outside, and their links.
std::string streamMesh(const evaluation::Block &block, const CoreHardware &core,
                       llvm::StringRef kind);

} // namespace wsc::backends
