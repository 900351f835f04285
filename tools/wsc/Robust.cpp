// Showing robust designs, and the worst cases that break the others.
#include "tools/wsc/Robust.h"

#include "feasibility/Robust.h"
#include "passes/Pass.h"
#include "tools/wsc/Json.h"
#include "tools/wsc/Verdict.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::tool {

using feasibility::RobustAnswer;
using feasibility::Scenario;
using feasibility::Verdict;
using llvm::outs;

/// The constants that are meant.
static std::string rangesText(const ir::Space &space) {
  size_t count =
      llvm::count_if(space.constants, [](const auto &constant) { return !!constant.range; });
  return count == 1 ? "the constant that is known to a range"
                    : "the " + std::to_string(count) + " constants that are known to a range";
}

/// The two sides of a comparison at the design that it excludes.
static std::string marginText(const ir::Space &space, const Scenario &scenario) {
  const ir::Node *node = space.constraints[scenario.instance].node;
  if (node->op() != ir::Op::Le && node->op() != ir::Op::Lt)
    return "does not hold";
  return comparisonText(space, node, valuesOf(space, scenario.broken)) + " does not hold";
}

static void showScenarios(const ir::Space &space, const RobustAnswer &robust) {
  if (robust.scenarios.empty())
    return;
  outs() << "worst cases, each of which breaks a design that meets the ones above it\n";
  for (const Scenario &scenario : robust.scenarios)
    outs() << "  " << space.constraints[scenario.constraint].name << " where "
           << feasibility::toText(space, scenario.values) << ": " << marginText(space, scenario)
           << '\n';
}

static void showDoubtful(const ir::Space &space, const RobustAnswer &robust) {
  for (const feasibility::Doubtful &doubtful : robust.doubtful) {
    outs() << "undecided: whether `" << space.constraints[doubtful.constraint].name
           << "` holds for all values of its constants";
    const char *separator = " where ";
    for (unsigned i : doubtful.fields) {
      const ir::Param &field = space.params[i];
      outs() << std::exchange(separator, ", ") << field.name << " = "
             << ir::formatValue(space, field.type, field.values[doubtful.design.choice[i]]);
    }
    outs() << '\n';
  }
}

static void showText(const ir::Space &space, const RobustAnswer &robust) {
  std::string ranges = rangesText(space);
  switch (robust.answer.verdict) {
  case Verdict::Feasible:
    outs() << "robust: the design below meets every requirement for all values of " << ranges
           << '\n';
    break;
  case Verdict::Infeasible:
    if (!robust.nominal) {
      outs() << "not robust: no design meets the requirements even with nominal values\n";
      break;
    }
    outs() << "not robust: there are designs for nominal values, but none for all values of "
           << ranges << '\n';
    if (!space.params.empty())
      outs() << "a design for nominal values\n";
    showDesign(space, *robust.nominal, outs());
    break;
  case Verdict::Unknown: outs() << "robust or not is unknown\n"; break;
  }
  showScenarios(space, robust);
  if (robust.answer.verdict == Verdict::Unknown)
    showDoubtful(space, robust);
}

static llvm::json::Object toJson(const ir::Space &space, const RobustAnswer &robust) {
  llvm::json::Array scenarios, undecided;
  for (const Scenario &scenario : robust.scenarios) {
    llvm::json::Object values;
    for (const auto &[i, value] : scenario.values)
      values[space.constants[i].name] =
          quantityJson(space, space.constants[i].type, toDouble(value));
    scenarios.push_back(
        llvm::json::Object{{"requirement", space.constraints[scenario.constraint].name},
                           {"name", space.constraints[scenario.instance].name},
                           {"constants", std::move(values)},
                           {"breaks", designJson(space, scenario.broken)}});
  }
  for (const feasibility::Doubtful &doubtful : robust.doubtful)
    undecided.push_back(
        llvm::json::Object{{"requirement", space.constraints[doubtful.constraint].name},
                           {"design", designJson(space, doubtful.design)}});
  llvm::json::Object object{{"worst_cases", std::move(scenarios)},
                            {"undecided", std::move(undecided)}};
  if (robust.nominal)
    object["nominal_design"] = designJson(space, *robust.nominal);
  return object;
}

Exit checkRobustly(Session &session) {
  RobustAnswer robust =
      feasibility::checkRobust(*session.space,
                               [&] {
                                 session.optimized = passes::runDefault(*session.space);
                                 return decide(session, feasibility::Problem(*session.optimized));
                               },
                               {session.options.limit});
  if (session.options.form == Form::Text)
    showText(*session.space, robust);
  llvm::json::Object extra{{"robust", toJson(*session.space, robust)}};
  showVerdict(session, feasibility::Problem(*session.optimized), robust.answer, std::move(extra));
  return exitOf(robust.answer.verdict);
}

} // namespace wsc::tool
