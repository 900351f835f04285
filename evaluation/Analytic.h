// The analytic evaluator: operators, collectives and a pipeline schedule in closed formulas.
//
// Training follows the one-forward-one-backward schedule (Narayanan et al., arXiv:2104.04473):
// m micro-batches through p stages take the sum of all stages once and m - 1 times the slowest.
// Inference runs a prefill of the whole batch, then one decode step for each further token.
// Nothing is overlapped but what an operator overlaps itself (see Compute.h): collectives,
// transfers between stages and the gradient all-reduce add to the time.
#pragma once

#include "evaluation/Evaluator.h"
#include "evaluation/Iteration.h"

namespace wsc::evaluation {

/// What the model makes of one design; the evaluator below, without a Space.  `network`, where
/// there is one, times the collectives on meshes and tori.
Evaluation analyse(const Design &design, const NetworkModel *network = nullptr);

/// One iteration of a design that can run; empty for others, and for traffic.
std::optional<Iteration> iterationOf(const Design &design, const NetworkModel *network = nullptr);

/// The metrics of the same, without breakdown or allocation unless something is wrong.
Measurement measure(const Design &design);

class Analytic final : public Evaluator {
public:
  explicit Analytic(Binding binding) : binding_(std::move(binding)) {}
  Fidelity fidelity() const override { return Fidelity::Analytic; }
  Evaluation evaluate(llvm::ArrayRef<double> design) const override;
  Measurement measure(llvm::ArrayRef<double> design) const override;

private:
  Binding binding_;
};

} // namespace wsc::evaluation
