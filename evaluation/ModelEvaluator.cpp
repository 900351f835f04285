// Choosing what is looked at more closely.
#include "evaluation/ModelEvaluator.h"

#include "evaluation/Analytic.h"
#include "evaluation/Pools.h"
#include "evaluation/SingleOperator.h"
#include "evaluation/TrafficPoint.h"

namespace wsc::evaluation {

Evaluation analyse(const Design &design, Fidelity fidelity) {
  if (fidelity == Fidelity::Analytic)
    return analyse(design);
  if (isTraffic(design.workload))
    return trafficPoint(design, fidelity);
  return analyse(design, std::make_shared<RoutedNetwork>(design.chip, fidelity));
}

Evaluation analyse(const Design &design, std::shared_ptr<const RoutedNetwork> network) {
  Evaluation unknown;
  unknown.status = Status::NotModelled;
  findUnmodelledRouters(design.chip, network->fidelity(), unknown.reasons);
  if (!unknown.reasons.empty())
    return unknown;
  Evaluation result = analyse(design, network.get());
  if (result.status == Status::Ok && !network->problems().empty()) {
    unknown.reasons = network->problems();
    return unknown;
  }
  result.network = std::move(network);
  return result;
}

Evaluation ModelEvaluator::evaluate(llvm::ArrayRef<double> design) const {
  Evaluation result;
  if (binding_.prefill()) {
    if (std::optional<Pools> pools = binding_.readPools(design, result.reasons))
      return analyse(*pools, fidelity_);
  } else if (std::optional<Design> bound = binding_.read(design, result.reasons))
    return analyse(*bound, fidelity_);
  result.status = Status::Invalid;
  return result;
}

Measurement ModelEvaluator::measure(llvm::ArrayRef<double> design) const {
  if (fidelity_ != Fidelity::Analytic)
    return evaluate(design);
  std::vector<std::string> reasons;
  if (binding_.prefill()) {
    if (std::optional<Pools> pools = binding_.readPools(design, reasons))
      return evaluation::measure(*pools);
  } else if (std::optional<Design> bound = binding_.read(design, reasons))
    return evaluation::measure(*bound);
  Measurement result;
  result.status = Status::Invalid;
  return result;
}

} // namespace wsc::evaluation
