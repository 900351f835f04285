// One operator on one rank, one collective on one group.
#include "evaluation/SingleOperator.h"

#include "evaluation/Energy.h"
#include "evaluation/Groups.h"
#include "evaluation/Validity.h"
#include <algorithm>

namespace wsc::evaluation {

namespace {

/// Rows of `n` elements, each read and written once.
Operator rowsOperator(const Workload &workload, double flops, bool reduces) {
  const double elements = workload.m * workload.n;
  Operator op{OperatorKind::Single};
  op.count = workload.m;
  op.flops = flops * elements;
  op.reads = op.writes = elements * workload.elementSize;
  op.left = op.right = op.result = workload.elementSize;
  op.reduces = reduces;
  return op;
}

} // namespace

Collective collectiveOf(Operation operation) {
  switch (operation) {
  case Operation::ReduceScatter: return Collective::ReduceScatter;
  case Operation::AllGather: return Collective::AllGather;
  case Operation::AllToAll: return Collective::AllToAll;
  default: return Collective::AllReduce;
  }
}

bool isSingle(const Workload &workload) { return workload.operation != Operation::Nothing; }
bool isCollective(const Workload &workload) {
  return workload.operation >= Operation::AllReduce && workload.operation <= Operation::AllToAll;
}
bool isTraffic(const Workload &workload) { return workload.operation >= Operation::Traffic; }

Operator singleOperator(const Workload &workload) {
  switch (workload.operation) {
  case Operation::Softmax: return rowsOperator(workload, softmaxFlops, true);
  case Operation::Norm: return rowsOperator(workload, normFlops, true);
  case Operation::Activation: return rowsOperator(workload, activationFlops, false);
  default: break;
  }
  const auto &[m, n, k, count] = std::tie(workload.m, workload.n, workload.k, workload.count);
  Operator op{OperatorKind::Single, m, n, k, count};
  op.flops = 2 * m * n * k * count;
  op.reads = m * k * count * workload.elementSize;
  op.resident = k * n * count * workload.elementSize;
  op.writes = m * n * count * workload.elementSize;
  op.left = op.right = op.result = workload.elementSize;
  return op;
}

Iteration singleOperation(const Design &design, const Placement &placement) {
  const Workload &workload = design.workload;
  SingleOperation single;
  Iteration result;
  if (isCollective(workload)) {
    const GroupCost cost =
        collective(collectiveOf(workload.operation), placement.tensor, workload.bytes);
    single.note = cost.algorithm;
    result.time = cost.time;
    result.usage = cost.usage;
  } else {
    const OperatorCost cost =
        costOf(singleOperator(workload), rankHardware(design, placement.rank, Phase::Prefill));
    single.note = name(cost.bound);
    single.bound = cost.bound;
    single.computes = true;
    result.time = cost.time;
    result.usage = cost.usage;
  }
  single.name = name(workload.operation);
  result.tokens = std::nan("");
  // One rank, all the time at the same thing.
  result.rankPower =
      energyOf(design.chip, result.usage, 0).total() / result.time / design.strategy.ranks();
  result.detail = single;
  return result;
}

void findSingleContradictions(const Design &design, std::vector<std::string> &reasons) {
  findTooFewReticles(design, reasons);
  const Workload &workload = design.workload;
  if (isCollective(workload)) {
    if (!(workload.bytes > 0))
      reasons.push_back("a collective needs `workload.bytes` above 0");
  } else if (std::min({workload.m, workload.n, workload.k, workload.count}) < 1) {
    reasons.push_back("an operator needs `workload.m`, `n`, `k` and `count` of at least 1");
  }
}

} // namespace wsc::evaluation
