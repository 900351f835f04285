// wsc bounds: how far can each field and quantity go?
#include "feasibility/Bounds.h"

#include "tools/wsc/Interrupt.h"
#include "tools/wsc/Json.h"
#include "tools/wsc/Pipeline.h"
#include "tools/wsc/Verdict.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace wsc::tool {

using feasibility::FieldBounds;
using feasibility::QuantityBounds;
using feasibility::RangeEnd;
using feasibility::Verdict;
using llvm::outs;

static llvm::cl::opt<bool>
    optimize("optimize", llvm::cl::sub(boundsCommand()),
             llvm::cl::desc("Close the gap to what designs reach, with proof"));

namespace {

/// Something with a name and a value that is looked at: a quantity or an objective.
struct Subject {
  std::string name;
  const ir::Node *node; ///< of the Space that is solved
  bool isObjective;
};

/// Numbers that depend on open fields and are not fields themselves.
std::vector<Subject> subjectsOf(const ir::Space &space) {
  auto isOpen = [](const ir::Node *node) {
    return node->type().isNumber() && node->op() != ir::Op::Param &&
           node->bindingTime() == ir::BindingTime::Static;
  };
  std::vector<Subject> result;
  for (const ir::Quantity &quantity : space.quantities)
    if (isOpen(quantity.node))
      result.push_back({quantity.name, quantity.node, false});
  for (const ir::Objective &objective : space.objectives)
    if (isOpen(objective.node))
      result.push_back({objective.name, objective.node, true});
  return result;
}

class Report {
public:
  Report(const Session &session)
      : session_(session), space_(*session.optimized), subjects_(subjectsOf(space_)) {
    for (const Subject &subject : subjects_)
      if (slots_.insert({subject.node, unsigned(nodes_.size())}).second)
        nodes_.push_back(subject.node);
    Phase phase("bounds");
    bounds_ = feasibility::boundsOf(space_, nodes_, optimize, {.seed = session.options.seed},
                                    {session.options.limit});
  }

  Verdict verdict() const { return bounds_.verdict; }

  void showText() const {
    if (bounds_.verdict == Verdict::Infeasible) {
      outs() << "infeasible: no design satisfies every requirement; `wsc check` says why\n";
      return;
    }
    if (optimize)
      outs() << "bounds over all designs that satisfy every requirement; designs reach those "
                "without a sign\n";
    else
      outs() << "bounds by propagation: no design that satisfies every requirement is outside; "
                "`--optimize` finds how far designs go\n";
    if (!space_.params.empty())
      outs() << "fields\n";
    for (unsigned param = 0; param < space_.params.size(); ++param)
      outs() << llvm::formatv("  {0,-32} {1}\n", space_.params[param].name, fieldText(param));
    for (bool objectives : {false, true}) {
      llvm::StringRef title = objectives ? "objectives\n" : "quantities\n";
      for (const Subject &subject : subjects_)
        if (subject.isObjective == objectives) {
          outs() << std::exchange(title, "");
          outs() << llvm::formatv("  {0,-32} {1}\n", subject.name, quantityText(subject));
        }
    }
    if (optimize && bounds_.verdict == Verdict::Unknown)
      outs() << "unknown whether there is a design: " << feasibility::whyStopped() << '\n'
             << "help: `--limit` allows more work\n";
    else if (optimize && !isClosed())
      outs() << "help: " << feasibility::whyStopped() << "; `--limit` allows more\n";
  }

  llvm::json::Object json() const {
    llvm::json::Object result{{"format_version", 1}, {"verdict", nameOf(bounds_.verdict)}};
    if (bounds_.verdict == Verdict::Infeasible)
      return result;
    llvm::json::Object fields, quantities, objectives;
    for (unsigned param = 0; param < space_.params.size(); ++param)
      fields[space_.params[param].name] = fieldJson(param);
    for (const Subject &subject : subjects_)
      (subject.isObjective ? objectives : quantities)[subject.name] =
          rangeJson(bounds_.quantities[slots_.lookup(subject.node)], subject.node->type(), {});
    result["fields"] = std::move(fields);
    result["quantities"] = std::move(quantities);
    result["objectives"] = std::move(objectives);
    result["statistics"] = llvm::json::Object{{"work", bounds_.work}};
    return result;
  }

private:
  using Values = std::function<double(double)>;

  /// From an index into the domain of a field to its value.
  Values valuesOf(unsigned param) const {
    return [this, param](double index) { return space_.params[param].values[size_t(index)]; };
  }

  /// `9.85 kW`, or with a sign what is proved where no design is known to reach it.
  std::string endText(const RangeEnd &end, llvm::StringRef sign, const ir::Type &type,
                      const Values &values) const {
    double value = end.isExact ? *end.reached : end.proved;
    if (std::isinf(value))
      return "unbounded";
    std::string text = ir::formatValue(space_, type, values ? values(value) : value);
    return optimize && !end.isExact ? sign.str() + text : text;
  }

  std::string rangeText(const RangeEnd &least, const RangeEnd &greatest, const ir::Type &type,
                        const Values &values = {}) const {
    std::string lo = endText(least, ">= ", type, values),
                hi = endText(greatest, "<= ", type, values);
    return lo == hi ? lo : lo + " .. " + hi;
  }

  std::string quantityText(const Subject &subject) const {
    const QuantityBounds &bounds = bounds_.quantities[slots_.lookup(subject.node)];
    return rangeText(bounds.least, bounds.greatest, subject.node->type());
  }

  std::string fieldText(unsigned param) const {
    const ir::Param &field = space_.params[param];
    const FieldBounds &bounds = bounds_.fields[param];
    if (field.type.isNumber()) {
      std::string text = rangeText(bounds.least, bounds.greatest, field.type, valuesOf(param));
      if (bounds.least.proved == 0 && bounds.greatest.proved == double(field.values.size() - 1))
        return text;
      return text + "  (of " + ir::formatValue(space_, field.type, field.values.front()) + " .. " +
             ir::formatValue(space_, field.type, field.values.back()) + ")";
    }
    std::vector<std::string> names;
    for (unsigned value : bounds.possible)
      names.push_back(ir::formatValue(space_, field.type, field.values[value]));
    return llvm::join(names, ", ") +
           (optimize && !bounds.possibleIsExact ? "  (not all are known to be possible)" : "");
  }

  /// Whether every end was reached.
  bool isClosed() const {
    auto closed = [](const auto &bounds) {
      return bounds.least.isExact && bounds.greatest.isExact;
    };
    return llvm::all_of(bounds_.fields, closed) && llvm::all_of(bounds_.quantities, closed);
  }

  template <typename B>
  llvm::json::Object rangeJson(const B &bounds, const ir::Type &type, const Values &values) const {
    auto number = [&](double end) {
      return std::isfinite(end) ? llvm::json::Value(values ? values(end) : end) : nullptr;
    };
    auto end = [&](const RangeEnd &end) { return number(end.isExact ? *end.reached : end.proved); };
    llvm::json::Object object{{"min", end(bounds.least)},
                              {"max", end(bounds.greatest)},
                              {"min_reached", bounds.least.isExact},
                              {"max_reached", bounds.greatest.isExact}};
    if (std::string unit = space_.units.baseUnit(type.dim); !unit.empty())
      object["unit"] = unit;
    return object;
  }

  llvm::json::Value fieldJson(unsigned param) const {
    const ir::Param &field = space_.params[param];
    const FieldBounds &bounds = bounds_.fields[param];
    if (field.type.isNumber())
      return rangeJson(bounds, field.type, valuesOf(param));
    llvm::json::Array values;
    for (unsigned value : bounds.possible)
      values.push_back(
          *quantityJson(space_, field.type, field.values[value]).getAsObject()->get("value"));
    return llvm::json::Object{{"values", std::move(values)}, {"reached", bounds.possibleIsExact}};
  }

  const Session &session_;
  const ir::Space &space_;
  std::vector<Subject> subjects_;
  llvm::DenseMap<const ir::Node *, unsigned> slots_;
  std::vector<const ir::Node *> nodes_;
  feasibility::Bounds bounds_;
};

} // namespace

int run_bounds() {
  Interrupt interrupt;
  Session session;
  if (!loadSpace(session))
    return SpecErrors;
  feasibility::Problem problem(*session.optimized);
  if (auto errors = problem.check(); !errors.empty()) {
    outs() << "unknown: " << errors.front() << '\n';
    return Unknown;
  }
  Report report(session);
  switch (session.options.form) {
  case Form::Text: report.showText(); break;
  case Form::Json: outs() << llvm::formatv("{0:2}\n", llvm::json::Value(report.json())); break;
  case Form::Sarif: showDiagnostics(session.diagnostics, Form::Sarif); break;
  }
  bool isOpen = optimize && report.verdict() == Verdict::Unknown;
  return report.verdict() == Verdict::Infeasible ? Infeasible : isOpen ? Unknown : Done;
}

} // namespace wsc::tool
