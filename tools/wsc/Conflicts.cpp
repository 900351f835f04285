// Explaining why there is no design.
#include "tools/wsc/Conflicts.h"

#include "feasibility/Explain.h"
#include "tools/wsc/FactorHint.h"
#include "tools/wsc/Json.h"
#include "tools/wsc/Verdict.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::tool {

using feasibility::Answer;
using feasibility::Comparison;
using feasibility::Demand;
using llvm::outs;

/// The demands of a conflict, in terms of the Space as written: there the passes have not folded
/// a requirement over fixed fields to `false`.
class Explanation {
public:
  Explanation(const Session &session, const feasibility::Problem &solved, const Answer &answer)
      : space(*session.space), problem_(space) {
    std::vector<unsigned> core;
    for (unsigned index : answer.core) {
      const std::string &name = solved.space().constraints[index].name;
      for (unsigned i : problem_.constraints())
        if (space.constraints[i].name == name)
          core.push_back(i);
    }
    demands = feasibility::explainConflict(problem_, core);
  }

  const ir::Space &space;
  std::vector<Demand> demands;

private:
  feasibility::Problem problem_;
};

/// `2 kW`, or `3.1 kW .. 41 kW` where the side depends on open fields.
static std::string rangeText(const ir::Space &space, const Comparison &comparison, Interval range) {
  if (range == Interval::all())
    return "anything (it divides by zero, or takes the root or logarithm of a negative number)";
  std::string lo = ir::formatValue(space, comparison.type, range.lo),
              hi = ir::formatValue(space, comparison.type, range.hi);
  return lo == hi ? lo : lo + " .. " + hi;
}

static llvm::StringRef symbol(ir::Op op) {
  return op == ir::Op::Le ? "<=" : op == ir::Op::Lt ? "<" : "==";
}

/// Where both sides are fixed, how far they are apart; and which slip would explain it.
static void showDeviation(const ir::Space &space, const ir::Node *node) {
  if (node->op() == ir::Op::And) {
    for (const ir::Node *part : node->operands())
      showDeviation(space, part);
    return;
  }
  auto within = asWithin(node);
  bool equality = node->op() == ir::Op::Eq && node->operand(0)->type().isNumber();
  if (!within && !equality)
    return;
  const ir::Node *measured = within ? within->measured : node->operand(0),
                 *wanted = within ? within->wanted : node->operand(1);
  if (within)
    outs() << "  " << withinText(space, *within, {}) << '\n';
  std::string hint = factorHint(valueAt(space, measured, {}), valueAt(space, wanted, {}));
  if (!hint.empty())
    outs() << "  help: " << hint << '\n';
}

/// `where`: of which designs the ranges are.
static void showDemand(Session &session, const ir::Space &space, const Demand &demand,
                       llvm::StringRef where) {
  const ir::Constraint &constraint = space.constraints[demand.constraint];
  const ir::Location &at = constraint.location;
  if (at)
    outs() << at.file << ':' << at.line << ':' << at.column << ": ";
  outs() << "`" << constraint.name << "`";
  if (!constraint.reason.empty())
    outs() << ": " << constraint.reason;
  outs() << '\n';
  renderSnippet(rangeOf(session, at), outs());
  for (const Comparison &comparison : demand.comparisons)
    outs() << "  " << where << ": " << rangeText(space, comparison, comparison.left) << "  "
           << symbol(comparison.op) << "  " << rangeText(space, comparison, comparison.right)
           << (comparison.isImpossible() ? ", which is impossible" : "") << '\n';
  if (demand.params.empty() && !constraint.isMeasured())
    showDeviation(space, constraint.node);
  if (!demand.params.empty()) {
    outs() << "  it depends on";
    for (unsigned param : demand.params)
      outs() << (param == demand.params.front() ? " " : ", ") << space.params[param].name;
    outs() << '\n';
  }
}

static std::string headline(size_t requirements) {
  return requirements == 1
             ? "this requirement cannot be met"
             : "these " + std::to_string(requirements) + " requirements exclude each other";
}

void reportConflicts(Session &session, const feasibility::Problem &problem, const Answer &answer) {
  Explanation explanation(session, problem, answer);
  Diagnostic *finding = nullptr;
  for (const Demand &demand : explanation.demands) {
    const ir::Constraint &constraint = explanation.space.constraints[demand.constraint];
    Range at = rangeOf(session, constraint.location);
    if (!finding)
      finding = &session.diagnostics.report(DiagKind::Infeasible, at,
                                            headline(explanation.demands.size()));
    finding->note(at, "`" + constraint.name + "`" +
                          (constraint.reason.empty() ? "" : ": " + constraint.reason));
  }
}

void showConflicts(Session &session, const feasibility::Problem &problem, const Answer &answer) {
  size_t n = answer.core.size();
  outs() << "infeasible: " << headline(n) << '\n';
  llvm::StringRef where = n == 1   ? "over the space"
                          : n == 2 ? "where the other holds"
                                   : "where the others hold";
  Explanation explanation(session, problem, answer);
  for (const Demand &demand : explanation.demands)
    showDemand(session, explanation.space, demand, where);
  if (n == 1)
    return;
  outs() << (answer.coreIsMinimal
                 ? "The conflict is minimal: leave any of them out, and the others can be met "
                   "together.\n"
                 : "Perhaps not each is needed for the conflict: the work limit was reached.\n");
}

static llvm::json::Object sideJson(const Comparison &comparison, Interval range,
                                   const ir::Space &space) {
  llvm::json::Object object{{"min", range.lo}, {"max", range.hi}};
  if (std::string unit = space.units.baseUnit(comparison.type.dim); !unit.empty())
    object["unit"] = unit;
  return object;
}

llvm::json::Array conflictsJson(Session &session, const feasibility::Problem &problem,
                                const Answer &answer) {
  Explanation explanation(session, problem, answer);
  const ir::Space &space = explanation.space;
  llvm::json::Array constraints;
  for (const Demand &demand : explanation.demands) {
    const ir::Constraint &constraint = space.constraints[demand.constraint];
    llvm::json::Array comparisons, fields;
    for (const Comparison &comparison : demand.comparisons)
      comparisons.push_back(
          llvm::json::Object{{"left", sideJson(comparison, comparison.left, space)},
                             {"operator", symbol(comparison.op)},
                             {"right", sideJson(comparison, comparison.right, space)}});
    for (unsigned param : demand.params)
      fields.push_back(space.params[param].name);
    constraints.push_back(llvm::json::Object{{"name", constraint.name},
                                             {"file", constraint.location.file},
                                             {"line", constraint.location.line},
                                             {"column", constraint.location.column},
                                             {"reason", constraint.reason},
                                             {"comparisons", std::move(comparisons)},
                                             {"fields", std::move(fields)}});
  }
  return llvm::json::Array{llvm::json::Object{{"constraints", std::move(constraints)},
                                              {"minimal", answer.coreIsMinimal}}};
}

} // namespace wsc::tool
