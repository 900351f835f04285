// wsc sensitivity: prints what moves the outputs of a design, how far each requirement is from its
// limit, and what matters to nothing.
#include "tools/wsc/Evaluation.h"
#include "tools/wsc/Json.h"
#include "tools/wsc/Output.h"
#include "tools/wsc/SensitivityStudy.h"
#include "tools/wsc/Verdict.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace cl = llvm::cl;

namespace wsc::tool {

static cl::opt<unsigned> top("top", cl::init(8), cl::value_desc("n"),
                             cl::desc("Lines for each output (default 8)"),
                             cl::sub(sensitivityCommand()));
static cl::opt<bool> all("all", cl::desc("Every line"), cl::sub(sensitivityCommand()));

namespace {

using llvm::outs;

/// Less than this is printed as 0.000.
constexpr double leastElasticity = 5e-4;
/// Less than this is printed as 0.00 %.
constexpr double leastChange = 5e-5;

/// Inputs by the size of their elasticity of an output, those without left out.
std::vector<const Input *> ranked(const Sensitivity &result, size_t output) {
  std::vector<const Input *> inputs;
  for (const Input &input : result.inputs)
    if (!input.elasticities.empty() && std::fabs(input.elasticities[output]) >= leastElasticity)
      inputs.push_back(&input);
  llvm::stable_sort(inputs, [&](const Input *a, const Input *b) {
    return std::fabs(a->elasticities[output]) > std::fabs(b->elasticities[output]);
  });
  return inputs;
}

/// Requirements with comparisons, the tightest first.
std::vector<const Requirement *> bySlack(const Sensitivity &result) {
  std::vector<const Requirement *> requirements;
  for (const Requirement &requirement : result.requirements)
    if (!std::isnan(requirement.slack))
      requirements.push_back(&requirement);
  llvm::stable_sort(requirements, [](auto *a, auto *b) { return a->slack < b->slack; });
  return requirements;
}

template <typename T> llvm::ArrayRef<T> shown(const std::vector<T> &lines) {
  return all ? llvm::ArrayRef(lines) : llvm::ArrayRef(lines).take_front(top);
}

template <typename T> void showRest(const std::vector<T> &lines) {
  if (size_t rest = lines.size() - shown(lines).size())
    outs() << "    and " << rest << " more\n";
}

void showElasticities(const ir::Space &space, const Sensitivity &result) {
  outs() << "elasticities: percent more of the output for 1 % more of the input\n";
  for (size_t i = 0; i < result.outputs.size(); ++i) {
    const Output &output = result.outputs[i];
    std::vector<const Input *> inputs = ranked(result, i);
    outs() << "  "
           << aligned(output.name, ir::formatValue(space, output.type, result.nominal(output)))
           << '\n';
    for (const Input *input : shown(inputs)) {
      const double value = input->elasticities[i];
      std::string text = llvm::formatv("{0}{1:f3}", value < 0 ? "" : "+", value);
      outs() << llvm::formatv("    {0,8}  {1} = {2}\n", text, input->name,
                              ir::formatValue(space, input->type, input->value));
    }
    showRest(inputs);
  }
}

bool isOpen(const ir::Space &space, const Input &input) { return input.slot < space.params.size(); }

bool isUndefined(double value) { return std::isnan(value); }

void showSteps(const ir::Space &space, const Sensitivity &result) {
  bool first = true;
  for (const Input &input : result.inputs)
    for (const Step &step : input.steps) {
      if (!all && !isOpen(space, input) && llvm::any_of(step.changes, isUndefined))
        continue; // most fixed counts cannot change alone
      if (std::exchange(first, false))
        outs() << "steps: the change of the outputs at the next value of a field\n";
      outs() << "  " << input.name << ' ' << ir::formatValue(space, input.type, input.value)
             << " -> " << ir::formatValue(space, input.type, step.value) << ':';
      unsigned changes = 0, undefined = 0;
      for (size_t i = 0; i < step.changes.size(); ++i) {
        double change = step.changes[i];
        undefined += std::isnan(change);
        if (std::isnan(change) || std::fabs(change) < leastChange)
          continue;
        outs() << (changes++ ? ", " : " ")
               << llvm::formatv("{0} {1}{2:f2} %", result.outputs[i].name, change < 0 ? "" : "+",
                                100 * change);
      }
      if (undefined)
        outs() << (changes ? "; " : " ") << "cannot be evaluated";
      else if (!changes)
        outs() << " nothing changes";
      for (const std::string &name : step.breaks)
        outs() << "; breaks `" << name << '`';
      outs() << '\n';
    }
}

void showText(const ir::Space &space, const Sensitivity &result,
              llvm::ArrayRef<std::string> reasons) {
  for (const std::string &reason : reasons)
    outs() << "there are no metrics, since the design cannot run: " << reason << '\n';
  showElasticities(space, result);
  showSteps(space, result);
  std::vector<const Requirement *> requirements = bySlack(result);
  if (!requirements.empty())
    outs() << "slack of requirements, in parts of the limit\n";
  for (const Requirement *requirement : shown(requirements))
    outs() << llvm::formatv("  {0,-32} {1,9:P2}\n", requirement->name, requirement->slack);
  showRest(requirements);
  std::vector<std::string> idle;
  for (const Input &input : result.inputs)
    if (!input.matters)
      idle.push_back(input.name);
  if (!idle.empty())
    outs() << "no effect on any output or requirement\n";
  for (const std::string &name : shown(idle))
    outs() << "  " << name << '\n';
  showRest(idle);
}

llvm::json::Object changesJson(const Sensitivity &result, llvm::ArrayRef<double> values) {
  llvm::json::Object object;
  for (auto [output, value] : llvm::zip(result.outputs, values))
    object[output.name] = numberOrNull(value);
  return object;
}

llvm::json::Object toJson(const ir::Space &space, const Sensitivity &result, const Input &input) {
  llvm::json::Object object{{"name", input.name},
                            {"value", quantityJson(space, input.type, input.value)},
                            {"matters", input.matters}};
  if (!input.elasticities.empty())
    object["elasticities"] = changesJson(result, input.elasticities);
  llvm::json::Array steps;
  for (const Step &step : input.steps)
    steps.push_back(llvm::json::Object{{"value", quantityJson(space, input.type, step.value)},
                                       {"changes", changesJson(result, step.changes)},
                                       {"breaks", llvm::json::Array(step.breaks)}});
  if (!steps.empty())
    object["steps"] = std::move(steps);
  return object;
}

void showJson(const ir::Space &space, const Sensitivity &result, const feasibility::Design &design,
              llvm::ArrayRef<std::string> reasons) {
  llvm::json::Object outputs;
  for (const Output &output : result.outputs)
    outputs[output.name] = quantityJson(space, output.type, result.nominal(output));
  llvm::json::Array inputs, slack;
  for (const Input &input : result.inputs)
    inputs.push_back(toJson(space, result, input));
  for (const Requirement *requirement : bySlack(result))
    slack.push_back(
        llvm::json::Object{{"requirement", requirement->name}, {"slack", requirement->slack}});
  outs() << llvm::formatv(
      "{0:2}\n", llvm::json::Value(llvm::json::Object{{"format_version", 1},
                                                      {"design", designJson(space, design)},
                                                      {"reasons", llvm::json::Array(reasons)},
                                                      {"outputs", std::move(outputs)},
                                                      {"inputs", std::move(inputs)},
                                                      {"slack", std::move(slack)}}));
}

} // namespace

/// Why the design cannot run, so that there are no metrics; empty if it can.
static std::vector<std::string> whyNot(const evaluation::Binding &binding,
                                       llvm::ArrayRef<double> parameters) {
  return createEvaluator(evaluation::Fidelity::Analytic, binding)->evaluate(parameters).reasons;
}

int run_sensitivity() {
  Session session;
  session.nameFields = true;
  if (!loadSpace(session))
    return SpecErrors;
  const ir::Space &space = *session.space;
  std::optional<evaluation::Binding> binding;
  if (isWorkloadGiven(space) && !(binding = bindFields(session, space)))
    return SpecErrors;
  Exit exit;
  auto design = chooseDesign(session, exit);
  if (!design)
    return exit;
  const std::vector<double> parameters = valuesOf(space, *design);
  const std::vector<std::string> reasons =
      binding ? whyNot(*binding, parameters) : std::vector<std::string>();
  Sensitivity result(space, binding ? &*binding : nullptr, parameters);
  switch (session.options.form) {
  case Form::Text: showText(space, result, reasons); break;
  case Form::Json: showJson(space, result, *design, reasons); break;
  case Form::Sarif: showDiagnostics(session.diagnostics, Form::Sarif); break;
  }
  return Done;
}

} // namespace wsc::tool
