// json: everything that wsc knows of one design, for programs: each quantity with its unit, what
// the evaluator says, and the lists of operators and collectives of the plan.
#include "backends/Backend.h"
#include "ir/Json.h"
#include "ir/Tape.h"

#include "llvm/Support/FormatVariadic.h"
#include <cmath>

namespace wsc::backends {

namespace {

using evaluation::LayerCollective;
using evaluation::PlannedOperator;
using evaluation::PlannedPart;
using evaluation::PlannedPhase;
using llvm::json::Array;
using llvm::json::Object;

Object quantitiesOf(const Request &request) {
  const ir::Space &space = request.space;
  std::vector<const ir::Node *> nodes;
  for (const ir::Quantity &quantity : space.quantities)
    nodes.push_back(quantity.node);
  std::vector<double> values(nodes.size());
  const std::vector<double> metrics = evaluation::metricsOf(space, request.evaluation);
  ir::Tape(space, nodes).evaluate(request.point, metrics, values);
  Object object;
  for (unsigned i = 0; i < nodes.size(); ++i)
    object[space.quantities[i].name] = ir::quantityJson(space, nodes[i]->type(), values[i]);
  return object;
}

Object parametersOf(const Request &request) {
  Object object;
  for (unsigned i = 0; i < request.point.size(); ++i) {
    const ir::Param &param = request.space.params[i];
    object[param.name] = ir::quantityJson(request.space, param.type, request.point[i]);
  }
  return object;
}

Object metricsOf(const Request &request) {
  Object object;
  const std::vector<double> values = evaluation::metricsOf(request.space, request.evaluation);
  for (unsigned i = 0; i < values.size(); ++i)
    if (const ir::MetricDef &metric = request.space.metrics[i]; std::isfinite(values[i]))
      object[metric.name] = ir::quantityJson(request.space, metric.type, values[i]);
  return object;
}

llvm::StringRef nameOf(evaluation::Phase phase) {
  switch (phase) {
  case evaluation::Phase::Training: return "training";
  case evaluation::Phase::Prefill: return "prefill";
  case evaluation::Phase::Decode: return "decode";
  case evaluation::Phase::Mixed: return "mixed";
  }
  llvm_unreachable("covered switch");
}

Object toJson(const PlannedPhase &phase, const PlannedOperator &planned) {
  const evaluation::Operator &op = planned.op;
  return Object{{"operator", evaluation::name(op.kind)},
                {"pass", evaluation::name(planned.pass)},
                {"m", op.m},
                {"n", op.n},
                {"k", op.k},
                {"count", op.count},
                {"flop", op.flops},
                {"resident", op.resident},
                {"reads", op.reads},
                {"writes", op.writes},
                {"time", phase.costOf(planned).time * op.imbalance}};
}

Array toJson(const evaluation::CollectiveList &list) {
  Array array;
  for (const LayerCollective &each : list)
    array.push_back(Object{{"collective", evaluation::name(each.kind)},
                           {"group", evaluation::name(each.group)},
                           {"bytes", each.bytes},
                           {"forward", each.forward},
                           {"backward", each.backward}});
  return array;
}

Object toJson(const PlannedPhase &phase) {
  Array parts;
  for (const PlannedPart &part : phase.parts) {
    Array operators;
    for (const PlannedOperator &planned : part.operators)
      operators.push_back(toJson(phase, planned));
    parts.push_back(Object{{"part", part.name},
                           {"count", part.count},
                           {"operators", std::move(operators)},
                           {"collectives", toJson(part.collectives)}});
  }
  return Object{{"phase", nameOf(phase.phase)},
                {"repetitions", phase.repetitions},
                {"micro_batches", phase.microBatches},
                {"boundary_bytes", phase.boundaryBytes},
                {"boundary_forward", phase.boundaryForward},
                {"boundary_backward", phase.boundaryBackward},
                {"parts", std::move(parts)}};
}

Object toJson(const evaluation::Plan &plan) {
  Array phases;
  for (const PlannedPhase &phase : plan.phases)
    phases.push_back(toJson(phase));
  return Object{{"phases", std::move(phases)},
                {"ends", toJson(plan.ends)},
                {"optimizer_time", plan.optimizerTime}};
}

Result emit(const Request &request) {
  Object object{{"format_version", 1},
                {"name", request.space.name},
                {"parameters", parametersOf(request)},
                {"quantities", quantitiesOf(request)},
                {"metrics", metricsOf(request)}};
  if (request.plan)
    object["plan"] = toJson(*request.plan);
  Emission emission;
  emission.files.push_back(
      {"design.json", llvm::formatv("{0:2}\n", llvm::json::Value(std::move(object)))});
  emission.notes.push_back("numbers are in base units; those of a plan in bytes, seconds, flop");
  return emission;
}

} // namespace

const Backend resolvedDesign{
    "json", "JSON: the resolved design with units, and its plan", {}, nullptr, emit, nullptr};

} // namespace wsc::backends
