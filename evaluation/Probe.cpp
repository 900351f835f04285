// Evaluating a design at other values of its constants.
#include "evaluation/Probe.h"

#include "evaluation/Analytic.h"
#include "evaluation/Pools.h"
#include <cmath>

namespace wsc::evaluation {

/// Of the chip, then of that of the prompts, where there is one.
static std::vector<const ir::Node *> fieldsOf(const Binding *binding) {
  return binding ? binding->allNodes() : std::vector<const ir::Node *>();
}

Probe::Probe(const ir::Space &space, const Binding *binding,
             llvm::ArrayRef<const ir::Node *> outputs)
    : space_(space), binding_(binding),
      fields_(space, fieldsOf(binding), ir::Tape::Constants::Open),
      outputs_(space, outputs, ir::Tape::Constants::Open) {}

std::vector<double> Probe::operator()(llvm::ArrayRef<double> point) const {
  std::vector<double> result(space_.metrics.size(), std::nan(""));
  if (binding_) {
    std::vector<double> fields(fields_.rootCount());
    fields_.evaluate(point, result, fields);
    result = metricsOf(space_, measured(fields));
  }
  const std::vector<double> metrics = result;
  result.resize(metrics.size() + outputs_.rootCount());
  outputs_.evaluate(point, metrics, llvm::MutableArrayRef(result).drop_front(metrics.size()));
  return result;
}

Measurement Probe::measured(llvm::ArrayRef<double> fields) const {
  std::vector<std::string> reasons;
  const auto design = binding_->assemble(fields.take_front(fieldCount()), reasons);
  if (!design)
    return {};
  if (!binding_->prefill())
    return measure(*design);
  const auto prefill = binding_->prefill()->assemble(fields.drop_front(fieldCount()), reasons);
  return prefill ? measure(Pools{*prefill, *design}) : Measurement();
}

std::vector<double> Probe::nominal(const ir::Space &space, llvm::ArrayRef<double> parameters) {
  std::vector<double> point = parameters.vec();
  for (const ir::NamedConstant &constant : space.constants)
    point.push_back(toDouble(constant.value));
  return point;
}

} // namespace wsc::evaluation
