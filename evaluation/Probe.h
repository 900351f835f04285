// The numbers of a design as a function of its open fields and its named constants: what
// uncertainty and sensitivity vary.
#pragma once

#include "evaluation/Evaluator.h"
#include "ir/Tape.h"

namespace wsc::evaluation {

class Probe {
public:
  /// `outputs` may depend on metrics.  Without a binding there are no metrics.  The Space must
  /// outlive the probe.
  Probe(const ir::Space &space, const Binding *binding, llvm::ArrayRef<const ir::Node *> outputs);

  /// A value for each metric of the Space, then for each output; NaN where undefined, metrics also
  /// where the design cannot run.  `point` holds a value for each parameter, then for each
  /// constant.
  std::vector<double> operator()(llvm::ArrayRef<double> point) const;

  /// A point: these parameters and the nominal constants.
  static std::vector<double> nominal(const ir::Space &space, llvm::ArrayRef<double> parameters);

private:
  /// No metrics where a field breaks its kind.
  Measurement measured(llvm::ArrayRef<double> fields) const;

  const ir::Space &space_;
  const Binding *binding_;
  ir::Tape fields_, outputs_;
};

} // namespace wsc::evaluation
