// Showing a verdict as text or JSON.
#include "tools/wsc/Verdict.h"

#include "ir/Components.h"
#include "search/MeasuredRequirements.h"
#include "tools/wsc/Conflicts.h"
#include "tools/wsc/Json.h"
#include "tools/wsc/Output.h"
#include "tools/wsc/Uncertain.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace wsc::tool {

using feasibility::Answer;
using feasibility::asWithin;
using feasibility::Verdict;
using feasibility::Within;
using llvm::outs;

Exit exitOf(Verdict verdict) {
  switch (verdict) {
  case Verdict::Feasible: return Done;
  case Verdict::Infeasible: return Infeasible;
  case Verdict::Unknown: return Unknown;
  }
  llvm_unreachable("covered switch");
}

llvm::StringRef nameOf(Verdict verdict) {
  switch (verdict) {
  case Verdict::Feasible: return "feasible";
  case Verdict::Infeasible: return "infeasible";
  case Verdict::Unknown: return "unknown";
  }
  llvm_unreachable("covered switch");
}

std::vector<const ir::Quantity *> headlines(const ir::Space &space) {
  static const llvm::StringRef names[] = {
      "reticle.peak", "reticle.sram",         "reticle.memory", "wafer.peak", "wafer.sram",
      "wafer.memory", "wafer.sram_bandwidth", "reticle.area",   "wafer.area", "wafer.power",
      "wafer.yield",  "system.wafers",        "system.power"};
  std::vector<const ir::Quantity *> result;
  for (llvm::StringRef chip : {"", "prefill."})
    for (llvm::StringRef name : names)
      if (const ir::Quantity *quantity = space.findQuantity((chip + name).str()))
        result.push_back(quantity);
  // What the chip itself derives is what its author wants to know.
  for (const ir::Quantity &quantity : space.quantities)
    if (!llvm::StringRef(quantity.name).contains('.') && !quantity.node->operands().empty())
      result.push_back(&quantity);
  if (!result.empty())
    return result;
  // Models by themselves, each under its name; of a dense one all parameters are active.
  for (const ir::Quantity &quantity : space.quantities) {
    llvm::StringRef field = llvm::StringRef(quantity.name).split('.').second;
    if ((field == "parameters" || field == "active_parameters") &&
        (result.empty() || result.back()->node != quantity.node))
      result.push_back(&quantity);
  }
  return result;
}

double valueAt(const ir::Space &space, const ir::Node *node, llvm::ArrayRef<double> point,
               llvm::ArrayRef<double> metrics) {
  return valuesAt(space, node, point, metrics)[0];
}

std::vector<double> valuesAt(const ir::Space &space, llvm::ArrayRef<const ir::Node *> nodes,
                             llvm::ArrayRef<double> point, llvm::ArrayRef<double> metrics) {
  std::vector<double> values(nodes.size());
  const std::vector<double> unknown(space.metrics.size(), std::nan(""));
  ir::Tape(space, nodes)
      .evaluate(point, metrics.empty() ? llvm::ArrayRef(unknown) : metrics, values);
  return values;
}

void showHeadlines(const ir::Space &space, llvm::ArrayRef<double> point, llvm::StringRef title) {
  std::vector<const ir::Quantity *> shown = headlines(space);
  if (!shown.empty())
    outs() << title << '\n';
  std::vector<const ir::Node *> nodes;
  for (const ir::Quantity *quantity : shown)
    nodes.push_back(quantity->node);
  for (auto [quantity, value] : llvm::zip(shown, knownValues(space, nodes, point)))
    showValue(space, quantity->name, quantity->node->type(), value);
}

void showDesign(const ir::Space &space, const feasibility::Design &design, llvm::raw_ostream &out) {
  for (unsigned i = 0; i < space.params.size(); ++i) {
    const ir::Param &param = space.params[i];
    out << "  "
        << aligned(param.name, ir::formatValue(space, param.type, param.values[design.choice[i]]))
        << '\n';
  }
}

std::string withinText(const ir::Space &space, const Within &within, llvm::ArrayRef<double> point,
                       llvm::ArrayRef<double> metrics) {
  double wanted = valueAt(space, within.wanted, point, metrics),
         measured = valueAt(space, within.measured, point, metrics);
  // Plus zero, so that what rounds to it has no sign.
  const double off = std::round(1000 * (measured - wanted) / wanted) / 10 + 0.0;
  return llvm::formatv("{0} is {1:F1} % off {2}, {3:F1} % allowed",
                       ir::formatValue(space, within.measured->type(), measured), off,
                       ir::formatValue(space, within.wanted->type(), wanted),
                       100 * valueAt(space, within.share, point, metrics));
}

std::string comparisonText(const ir::Space &space, const ir::Node *node,
                           llvm::ArrayRef<double> point, llvm::ArrayRef<double> metrics) {
  auto value = [&](const ir::Node *side) {
    return ir::formatValue(space, side->type(), valueAt(space, side, point, metrics));
  };
  if (auto within = asWithin(node))
    return withinText(space, *within, point, metrics);
  const ir::Node *left = node->operand(0), *right = node->operand(1);
  std::string sign = node->op() == ir::Op::Le ? "=" : "";
  return feasibility::isLimitLeft(node) ? value(right) + " >" + sign + " " + value(left)
                                        : value(left) + " <" + sign + " " + value(right);
}

bool isComparison(const ir::Node *node) {
  return node->op() == ir::Op::Le || node->op() == ir::Op::Lt;
}

/// The comparison with the least room at a point, in parts of the larger side; null without any.
static const ir::Node *tightest(const ir::Space &space, llvm::ArrayRef<const ir::Node *> parts,
                                llvm::ArrayRef<double> point) {
  std::vector<const ir::Node *> sides;
  for (const ir::Node *part : parts)
    if (isComparison(part))
      llvm::append_range(sides, part->operands());
  std::vector<double> values = valuesAt(space, sides, point);
  const ir::Node *result = nullptr;
  double least = INFINITY;
  llvm::ArrayRef<double> rest = values;
  for (const ir::Node *part : parts) {
    if (!isComparison(part))
      continue;
    double left = rest[0], right = rest[1];
    rest = rest.drop_front(2);
    double scale = std::max(std::fabs(left), std::fabs(right));
    if (double room = scale == 0 ? 0 : (right - left) / scale; !result || room < least)
      least = room, result = part;
  }
  return result;
}

/// One line for each comparison that a requirement makes; of many the tightest.
static void showRequirement(const ir::Space &space, llvm::StringRef name, const ir::Node *node,
                            llvm::ArrayRef<double> point) {
  constexpr size_t many = 3;
  std::vector<const ir::Node *> parts = ir::conjunctsOf(node);
  auto show = [&](const std::string &text, const ir::Node *whole) {
    outs() << llvm::formatv("  {0,-32} {1}\n", name, text);
    if (std::string doubt = toText(space, doubtOf(space, whole, point)); !doubt.empty())
      outs() << "    " << doubt << '\n';
  };
  const ir::Node *least = parts.size() > many ? tightest(space, parts, point) : nullptr;
  if (least) {
    show(comparisonText(space, least, point) + ", the tightest of " + std::to_string(parts.size()),
         node);
    return;
  }
  // Of what has no sides, once is enough where nothing is in doubt.
  bool isSaid = false;
  for (const ir::Node *part : parts)
    if (isComparison(part))
      show(comparisonText(space, part, point), part);
    else if (!std::exchange(isSaid, true) || !toText(space, doubtOf(space, part, point)).empty())
      show("holds", part);
}

std::vector<std::string> measuredNames(const ir::Space &space) {
  std::vector<std::string> names;
  for (const ir::Constraint *requirement : search::measuredRequirements(space))
    names.push_back(requirement->name);
  return names;
}

void showMeasured(const ir::Space &space, llvm::ArrayRef<double> point,
                  llvm::ArrayRef<double> metrics) {
  const auto requirements = search::measuredRequirements(space);
  if (!requirements.empty())
    outs() << "measured requirements\n";
  for (const ir::Constraint *requirement : requirements)
    for (const ir::Node *part : ir::conjunctsOf(requirement->node)) {
      std::string text = isComparison(part) ? comparisonText(space, part, point, metrics) : "holds";
      const double holds = valueAt(space, part, point, metrics);
      if (std::isnan(holds))
        text = "undefined";
      else if (holds == 0)
        text = isComparison(part) ? text + ", missed" : "missed";
      outs() << "  " << aligned(requirement->name, text) << '\n';
      if (holds != 1 && !requirement->reason.empty())
        outs() << "    " << requirement->reason << '\n';
    }
}

/// Preferences that are met and missed, with their weights.
static void showPreferences(const ir::Space &space, const Answer &answer,
                            llvm::ArrayRef<double> point) {
  bool any = false;
  for (const ir::Constraint &constraint : space.constraints) {
    if (constraint.isHard() || constraint.isMeasured())
      continue;
    if (!any)
      outs() << (answer.preferencesProven
                     ? "preferences (no design meets more, by weight)\n"
                     : "preferences (the best found; `--limit` allows more work)\n");
    any = true;
    bool met = valueAt(space, constraint.node, point) == 1;
    outs() << llvm::formatv("  {0,-32} {1}, weight {2}\n", constraint.name, met ? "met" : "missed",
                            formatNumber(constraint.weight));
  }
}

/// How many designs there are; beyond the range of a double, by the power of ten.
static std::string showCount(const ir::Space &space) {
  if (double count = space.designCount(); !std::isinf(count))
    return formatNumber(count);
  double digits = 0;
  for (const ir::Param &param : space.params)
    digits += std::log10(param.domain.size());
  return "about 10^" + std::to_string(std::lround(digits));
}

static void showFeasible(const Session &session, const Answer &answer) {
  const ir::Space &space = *session.space;
  std::vector<double> point = valuesOf(space, answer.witness);
  outs() << "feasible: a design that satisfies every requirement, verified by exact evaluation\n";
  if (!space.params.empty())
    outs() << "design (one of " << showCount(space) << " combinations)\n";
  showDesign(space, answer.witness, outs());
  showHeadlines(space, point, "quantities");
  bool any = false;
  for (const ir::Constraint &constraint : space.constraints) {
    if (!constraint.isHard() || constraint.isMeasured())
      continue;
    if (!std::exchange(any, true))
      outs() << "requirements\n";
    showRequirement(space, constraint.name, constraint.node, point);
  }
  showPreferences(space, answer, point);
  for (unsigned index : answer.borderline)
    outs() << "  `" << space.constraints[index].name
           << "` holds only within rounding (its margin is below 1e-12)\n";
  for (const std::string &name : measuredNames(space))
    outs() << "not checked: `" << name << "`, which waits for an evaluator\n";
}

static llvm::json::Array preferencesJson(const ir::Space &space, llvm::ArrayRef<double> point) {
  llvm::json::Array result;
  for (const ir::Constraint &constraint : space.constraints)
    if (!constraint.isHard() && !constraint.isMeasured())
      result.push_back(llvm::json::Object{{"name", constraint.name},
                                          {"weight", constraint.weight},
                                          {"met", valueAt(space, constraint.node, point) == 1}});
  return result;
}

static llvm::json::Array doubtsJson(const ir::Space &space, llvm::ArrayRef<double> point) {
  llvm::json::Array doubts;
  for (const ir::Constraint &constraint : space.constraints)
    if (constraint.isHard() && !constraint.isMeasured())
      if (Doubt doubt = doubtOf(space, constraint.node, point); doubt.kind != Doubt::None)
        doubts.push_back(toJson(space, constraint.name, doubt));
  return doubts;
}

/// Adds the verdict to what else there is to say.
static void showJson(Session &session, const feasibility::Problem &problem, const Answer &answer,
                     llvm::json::Object object) {
  const ir::Space &space = *session.space;
  object["format_version"] = 1;
  object["verdict"] = nameOf(answer.verdict);
  if (answer.verdict == Verdict::Feasible) {
    std::vector<double> point = valuesOf(space, answer.witness);
    std::vector<const ir::Quantity *> shown;
    std::vector<const ir::Node *> nodes;
    for (const ir::Quantity &quantity : space.quantities)
      if (quantity.node->bindingTime() != ir::BindingTime::Measured) {
        shown.push_back(&quantity);
        nodes.push_back(quantity.node);
      }
    llvm::json::Object quantities;
    for (auto [quantity, value] : llvm::zip(shown, knownValues(space, nodes, point)))
      quantities[quantity->name] = toJson(space, quantity->node->type(), value);
    object["design"] = designJson(space, answer.witness);
    object["quantities"] = std::move(quantities);
    object["preferences"] = preferencesJson(space, point);
    object["preferences_proven"] = answer.preferencesProven;
    object["doubts"] = doubtsJson(space, point);
    object["not_checked"] = llvm::json::Array(measuredNames(space));
  } else if (answer.verdict == Verdict::Unknown) {
    object["reason"] = answer.reason;
  } else if (conflictsWanted()) {
    Explanation explanation(session, problem, answer);
    object["conflicts"] = explanation.conflictsJson();
    object["relaxations"] = explanation.relaxationsJson();
    object["combination"] = explanation.combinationJson();
  }
  object["statistics"] = llvm::json::Object{{"lemmas", answer.statistics.lemmas},
                                            {"checks", answer.statistics.checks},
                                            {"work", answer.statistics.work}};
  outs() << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(object)));
}

static constexpr char noDesign[] = "no design meets every requirement";
static constexpr char whyNot[] =
    "without `--conflicts=0`, the requirements that exclude each other are named";

void announceInfeasible(const Session &session) {
  if (session.options.form != Form::Text)
    return;
  outs() << "infeasible: " << noDesign << '\n';
  outs().flush();
}

static void showText(Session &session, const feasibility::Problem &problem, const Answer &answer) {
  switch (answer.verdict) {
  case Verdict::Feasible: return showFeasible(session, answer);
  case Verdict::Infeasible:
    if (conflictsWanted())
      Explanation(session, problem, answer).showText();
    else
      outs() << "help: " << whyNot << '\n';
    return;
  case Verdict::Unknown:
    outs() << "unknown: " << answer.reason << "\n";
    outs() << "help: `--limit` allows more work\n";
  }
}

/// In SARIF a verdict is what is wrong with the spec: a conflict, or that none was found in time.
static void showFindings(Session &session, const feasibility::Problem &problem,
                         const Answer &answer) {
  if (answer.verdict == Verdict::Infeasible && conflictsWanted())
    Explanation(session, problem, answer).report();
  else if (answer.verdict == Verdict::Infeasible)
    session.diagnostics.report(DiagKind::Infeasible, {}, noDesign).suggest(whyNot);
  else if (answer.verdict == Verdict::Unknown)
    session.diagnostics.report(DiagKind::Undecided, {}, answer.reason)
        .suggest("`--limit` allows more work");
  showDiagnostics(session.diagnostics, Form::Sarif);
}

void showVerdict(Session &session, const feasibility::Problem &problem, const Answer &answer,
                 llvm::json::Object extra) {
  switch (session.options.form) {
  case Form::Text: return showText(session, problem, answer);
  case Form::Json: return showJson(session, problem, answer, std::move(extra));
  case Form::Sarif: return showFindings(session, problem, answer);
  }
}

} // namespace wsc::tool
