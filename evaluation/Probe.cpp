// Evaluating a design at other values of its constants.
#include "evaluation/Probe.h"

#include "evaluation/Analytic.h"
#include <cmath>

namespace wsc::evaluation {

static llvm::ArrayRef<const ir::Node *> fieldsOf(const Binding *binding) {
  return binding ? binding->nodes() : llvm::ArrayRef<const ir::Node *>();
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
    std::vector<std::string> reasons;
    if (std::optional<Design> design = binding_->assemble(fields, reasons))
      result = metricsOf(space_, measure(*design));
  }
  const std::vector<double> metrics = result;
  result.resize(metrics.size() + outputs_.rootCount());
  outputs_.evaluate(point, metrics, llvm::MutableArrayRef(result).drop_front(metrics.size()));
  return result;
}

std::vector<double> Probe::nominal(const ir::Space &space, llvm::ArrayRef<double> parameters) {
  std::vector<double> point = parameters.vec();
  for (const ir::NamedConstant &constant : space.constants)
    point.push_back(toDouble(constant.value));
  return point;
}

} // namespace wsc::evaluation
