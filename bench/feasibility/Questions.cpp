// The questions of the benchmark, each a call or two of the feasibility engine.
#include "bench/feasibility/Questions.h"

#include "bench/ProcessorTime.h"
#include "feasibility/Bounds.h"
#include "feasibility/Preferences.h"
#include "feasibility/Relax.h"
#include "feasibility/Session.h"
#include "ir/Rebuild.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::bench {

using namespace feasibility;

namespace {

bool always(const Instance &) { return true; }
bool ifInfeasible(const Instance &instance) { return instance.isInfeasible; }
bool ifFeasible(const Instance &instance) { return !instance.isInfeasible; }
bool ifObjective(const Instance &instance) {
  return !instance.isInfeasible && !instance.space->objectives.empty();
}

std::string nameOf(const Answer &answer) {
  switch (answer.verdict) {
  case Verdict::Feasible: return "feasible";
  case Verdict::Infeasible: return "infeasible";
  case Verdict::Unknown: return "unknown: " + answer.reason;
  }
  return "";
}

/// `1 conflict`, `2 conflicts`.
std::string counted(size_t number, llvm::StringRef what) {
  return llvm::formatv("{0} {1}{2}", number, what, number == 1 ? "" : "s");
}

Reply verdict(const Instance &instance, const Options &options, const Limits &limits) {
  Problem problem(*instance.space);
  Options quick = options;
  quick.minimizeCore = false;
  Answer answer = checkPreferred(problem, quick, limits);
  return {nameOf(answer), answer.statistics.work};
}

Reply conflict(const Instance &instance, const Options &options, const Limits &limits) {
  Problem problem(*instance.space);
  Answer answer = checkPreferred(problem, options, limits);
  if (answer.verdict != Verdict::Infeasible)
    return {nameOf(answer), answer.statistics.work};
  return {(answer.coreIsMinimal ? "" : "unknown if minimal: ") +
              counted(answer.core.size(), "requirement"),
          answer.statistics.work};
}

Reply conflicts(const Instance &instance, const Options &options, const Limits &limits) {
  Problem problem(*instance.space);
  Conflicts all = minimalConflicts(problem, 1000, options, limits);
  return {(all.complete ? "" : "unknown if all: ") + counted(all.cores.size(), "conflict")};
}

/// The least change of one requirement, or end of a domain, a different one for each seed, once it
/// is known which exclude each other; limits are those of `wsc check`.
Reply relaxation(const Instance &instance, const Options &options, const Limits &) {
  constexpr size_t mostConflicts = 3;
  const Limits limits{Limits{}.work / 8};
  Conflicts found = minimalConflicts(Problem(*instance.space), mostConflicts, options, limits);
  Inquiry inquiry(*instance.space, found.cores, ir::copy, options, limits);
  std::vector<unsigned> measured;
  for (unsigned demand : inquiry.conflicts().front())
    if (inquiry.demands()[demand].isMeasurable())
      measured.push_back(demand);
  double start = processorSeconds();
  Relaxation least = relax(inquiry, measured[options.seed % measured.size()]);
  double seconds = processorSeconds() - start;
  bool isProved = least.verdict == Verdict::Infeasible || least.isLeast;
  return {isProved ? "proved" : "unknown: " + least.best.reason, 0, seconds};
}

/// A copy in which one number that a requirement compares with is another one, by a hundredth more
/// or less; which number and which way differs from seed to seed.
std::unique_ptr<ir::Space> edited(const ir::Space &space, uint64_t seed) {
  std::unique_ptr<ir::Space> copy = ir::copy(space);
  std::vector<std::pair<ir::Constraint *, unsigned>> numbers;
  for (ir::Constraint &constraint : copy->constraints)
    if (constraint.node->op() == ir::Op::Le || constraint.node->op() == ir::Op::Lt)
      for (unsigned side : {0, 1})
        if (constraint.node->operand(side)->op() == ir::Op::Constant)
          numbers.push_back({&constraint, side});
  auto [constraint, side] = numbers[seed % numbers.size()];
  const ir::Node *comparison = constraint->node, *number = comparison->operand(side);
  llvm::SmallVector<const ir::Node *, 2> operands(comparison->operands());
  operands[side] =
      copy->constant(number->value() * Rational(seed % 2 ? 101 : 99, 100), number->type());
  constraint->node = copy->make(comparison->op(), comparison->type(), operands);
  return copy;
}

/// The verdict on an edited Space by who has just decided it before the edit.
Reply change(const Instance &instance, const Options &options, const Limits &limits) {
  Options quick = options;
  quick.minimizeCore = false;
  Session session(quick, limits);
  session.decide(ir::copy(*instance.space));
  std::unique_ptr<ir::Space> after = edited(*instance.space, options.seed);
  double start = processorSeconds();
  Answer answer = session.decide(std::move(after));
  return {"now " + nameOf(answer), answer.statistics.work, processorSeconds() - start};
}

/// The best value of the first objective.
Optimum bestOf(const Instance &instance, const Options &options, const Limits &limits, double gap,
               uint64_t &work) {
  std::unique_ptr<ir::Space> space = ir::copy(*instance.space);
  const ir::Objective &objective = space->objectives.front();
  Target target{objective.node, objective.maximize};
  Optimizer optimizer(std::move(space), target, options, limits);
  Optimum best = optimizer.best(0, optimizer.constraints(), gap);
  work = optimizer.statistics().work;
  return best;
}

Reply optimum(const Instance &instance, const Options &options, const Limits &limits) {
  uint64_t work;
  Optimum best = bestOf(instance, options, limits, 0, work);
  if (best.verdict != Verdict::Feasible)
    return {best.verdict == Verdict::Infeasible ? "infeasible" : "unknown: " + best.reason, work};
  std::string text;
  llvm::raw_string_ostream out(text);
  out << llvm::format(best.proven ? "%.7g" : "unknown: %.7g", best.value);
  if (!best.proven)
    out << llvm::format(" of at most %.7g", best.bound);
  return {text, work};
}

/// `183 values`, which are left of all fields together.
Reply bounds(const Instance &instance, const Options &options, const Limits &limits) {
  Bounds bounds = boundsOf(*instance.space, {}, true, options, limits);
  if (bounds.verdict != Verdict::Feasible)
    return {bounds.verdict == Verdict::Infeasible ? "infeasible" : "unknown", bounds.work};
  size_t values = 0, open = 0;
  for (const FieldBounds &field : bounds.fields) {
    open += !field.least.isExact + !field.greatest.isExact;
    values += field.greatest.proved - field.least.proved + 1;
  }
  return {(open ? "unknown: at most " : "") + counted(values, "value"), bounds.work};
}

Reply percent(const Instance &instance, const Options &options, const Limits &limits) {
  uint64_t work;
  Optimum best = bestOf(instance, options, limits, 0.01, work);
  if (best.verdict != Verdict::Feasible)
    return {best.verdict == Verdict::Infeasible ? "infeasible" : "unknown: " + best.reason, work};
  return {best.reason.empty() ? "within 1 %" : "unknown: " + best.reason, work};
}

const Question all[] = {
    {"verdict", "Verdict", always, verdict},
    {"conflict", "One minimal conflict", ifInfeasible, conflict},
    {"conflicts", "All minimal conflicts", ifInfeasible, conflicts},
    {"relaxation", "Least change of one requirement, proved", ifInfeasible, relaxation},
    {"change", "Verdict once a number has changed", always, change},
    {"bounds", "Exact bounds of all fields", ifFeasible, bounds},
    {"optimum", "Optimum with proof", ifObjective, optimum},
    {"percent", "Within 1 % of the optimum, proved", ifObjective, percent},
};

} // namespace

llvm::ArrayRef<Question> questions() { return all; }

} // namespace wsc::bench
