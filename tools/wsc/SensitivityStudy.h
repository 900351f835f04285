// What moves the outputs of a design, how far each requirement is from its limit, and what matters
// to nothing: one input at a time.
#pragma once

#include "evaluation/Probe.h"

namespace wsc::tool {

/// A number that is printed: a metric, a quantity, an objective.
struct Output {
  std::string name;
  ir::Type type;
  size_t index; ///< of what the probe returns
};

/// A requirement; its truth and the sides of its comparisons are outputs of the probe.
struct Requirement {
  std::string name;
  size_t truth; ///< NaN where it is undefined
  std::vector<std::pair<size_t, size_t>> sides;
  double slack = NAN; ///< the least (right - left) in parts of the larger side
};

/// One value beside the present one, and what it does.
struct Step {
  double value;
  std::vector<double> changes; ///< of outputs, in parts; NaN where undefined
  std::vector<std::string> breaks;
};

/// A number of the spec that can be another.
struct Input {
  std::string name;
  ir::Type type;
  size_t slot; ///< in a point of the probe
  double value;
  std::vector<double> elasticities = {}; ///< of outputs; empty where only steps make sense
  std::vector<Step> steps = {};
  bool matters = false; ///< to any output or requirement
};

class Sensitivity {
public:
  /// Without a binding there are no metrics.  `parameters` are the values of the design.
  Sensitivity(const ir::Space &space, const evaluation::Binding *binding,
              llvm::ArrayRef<double> parameters);

  std::vector<Output> outputs;
  std::vector<Requirement> requirements;
  std::vector<Input> inputs;
  double nominal(const Output &output) const { return nominal_[output.index]; }

private:
  std::vector<const ir::Node *> collectNodes();
  std::vector<double> at(size_t slot, double value) const;
  bool differs(llvm::ArrayRef<double> values) const;
  void addStep(Input &input, double value);
  void vary(unsigned parameter);
  void varyConstant(unsigned constant);

  const ir::Space &space_;
  std::vector<double> point_;
  evaluation::Probe probe_;
  std::vector<double> nominal_;
};

} // namespace wsc::tool
