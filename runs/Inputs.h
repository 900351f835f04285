// What an evaluator reads of a design, as a digest: designs, and designs of different specs, for
// which it is the same get the same answer.
#pragma once

#include "ir/Tape.h"

namespace wsc::runs {

class Inputs {
public:
  /// `nodes` is what the evaluator reads, under these names; `evaluator` tells versions of it
  /// apart.
  Inputs(const ir::Space &space, std::vector<std::string> names,
         llvm::ArrayRef<const ir::Node *> nodes, std::string evaluator);

  /// SHA-256 over the version of the evaluator and every name with its value: numbers to the last
  /// bit, enumerators by name, so that neither their order nor the text of the spec matters.
  std::string digest(llvm::ArrayRef<double> params) const;

private:
  const ir::Space *space_;
  std::vector<std::string> names_;
  std::vector<ir::Type> types_;
  std::string evaluator_;
  ir::Tape tape_;
};

} // namespace wsc::runs
