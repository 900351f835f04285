// The feed-forward part of a layer, dense or a mixture of experts, and the residuals of the layer.
#include "evaluation/Shape.h"

#include <algorithm>
#include <cmath>

namespace wsc::evaluation {

namespace {

/// `count` networks of `width`, each of which `tokens` go through.
struct Network {
  OperatorKind up, down;
  double tokens, width, count;
};

void addNetwork(OperatorList &ops, const Network &net, double imbalance, const Shape &s) {
  const double ups = s.ffnMatrices - 1, inner = net.tokens * net.count * net.width;
  auto add = [&](Operator op) {
    op.imbalance = imbalance;
    ops.push_back(op);
  };
  add(product(net.up, net.tokens, ups * net.width, s.hidden, net.count, Operand::Weights, s));
  add(elementwise(OperatorKind::Activation, activationFlops * inner, ups * inner, inner, s));
  add(product(net.down, net.tokens, s.hidden, net.width, net.count, Operand::Weights, s));
}

/// Both additions of a layer; beside each other, they are one with three operands.
void addResiduals(OperatorList &ops, bool parallelBlock, const Shape &s) {
  const double stream = s.stream(), sums = parallelBlock ? 1 : 2;
  Operator op = elementwise(OperatorKind::Residual, 2 * residualFlops * stream, (2 + sums) * stream,
                            sums * stream, s);
  op.writes += s.dropout ? 2 * stream : 0; // masks of one byte
  ops.push_back(op);
}

/// Experts of the group are spread over its ranks; each gets the tokens that any rank sends it.
/// Ranks that share sequences have the same tokens in decode, and each of those is computed once.
void addExperts(OperatorList &ops, const Design &design, const Shape &s) {
  const auto &[chip, model, workload, strategy] = design;
  const double tokens = s.tokens(), group = tokens * strategy.ep / s.copies;
  const double picked = group * model.expertsPerToken / strategy.ep;
  ops.push_back(
      product(OperatorKind::Router, tokens, model.experts, s.hidden, 1, Operand::Weights, s));
  const double moved = (tokens + picked) * s.hidden;
  ops.push_back(elementwise(OperatorKind::Dispatch, picked * s.hidden, moved, moved, s));
  // E (1 - (1 - k/E)^b) distinct experts are picked by b tokens under uniform routing.
  const double unpicked = std::pow(1 - model.expertsPerToken / model.experts, group);
  const double local = model.experts / strategy.ep * (1 - unpicked);
  addNetwork(ops,
             {OperatorKind::ExpertUp, OperatorKind::ExpertDown, picked / local,
              model.expertFfn / strategy.tp, local},
             workload.expertImbalance, s);
  if (model.sharedExperts > 0)
    addNetwork(ops,
               {OperatorKind::FfnUp, OperatorKind::FfnDown, tokens,
                model.sharedExperts * model.expertFfn / strategy.tp, 1},
               1, s);
}

} // namespace

OperatorList feedForwardOperators(const Design &design, Phase phase, bool sparse) {
  const Shape s = shapeOf(design, phase);
  OperatorList ops;
  if (sparse)
    addExperts(ops, design, s);
  else
    addNetwork(ops,
               {OperatorKind::FfnUp, OperatorKind::FfnDown, s.tokens(),
                design.model.ffn / design.strategy.tp, 1},
               1, s);
  addResiduals(ops, design.model.parallelBlock, s);
  return ops;
}

} // namespace wsc::evaluation
