// The evaluator at the fidelities `analytic`, `flow` and `cycle`.  They differ in collectives
// and transfers between stages on meshes and tori, and in traffic: closed forms, or packet by packet
// over the links that they share.
#pragma once

#include "evaluation/Evaluator.h"
#include "evaluation/RoutedNetwork.h"

namespace wsc::evaluation {

/// What a fidelity makes of one design; the evaluator below, without a Space.
Evaluation analyse(const Design &design, Fidelity fidelity);
/// The same by the closer look of `network`, which the result keeps; not for traffic.
Evaluation analyse(const Design &design, std::shared_ptr<const RoutedNetwork> network);

class ModelEvaluator final : public Evaluator {
public:
  ModelEvaluator(Fidelity fidelity, Binding binding)
      : fidelity_(fidelity), binding_(std::move(binding)) {}
  Fidelity fidelity() const override { return fidelity_; }
  Evaluation evaluate(llvm::ArrayRef<double> design) const override;
  Measurement measure(llvm::ArrayRef<double> design) const override;

private:
  Fidelity fidelity_;
  Binding binding_;
};

} // namespace wsc::evaluation
