// The same calls as the subcommands make, with exceptions instead of exit codes.
#include "python/src/Spec.h"

#include "feasibility/Preferences.h"
#include "frontend/Elaborate.h"
#include "frontend/Lock.h"
#include "ir/Tape.h"
#include "passes/Pass.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <thread>

namespace wsc::python {

namespace {

std::string textOf(const DiagnosticEngine &diagnostics) {
  std::string text;
  llvm::raw_string_ostream out(text);
  renderText(diagnostics, out, /*colour=*/false);
  return text;
}

/// Throws what was reported where there is no result.
template <typename T> T orThrow(T result, const DiagnosticEngine &diagnostics) {
  if (!result || diagnostics.hasErrors())
    throw SpecError(textOf(diagnostics));
  return result;
}

evaluation::Fidelity fidelityOf(const std::string &name) {
  if (auto fidelity = evaluation::fidelityNamed(name))
    return *fidelity;
  throw SpecError("there is no fidelity `" + name + "`: analytic, flow or cycle");
}

llvm::StringRef nameOf(feasibility::Verdict verdict) {
  switch (verdict) {
  case feasibility::Verdict::Feasible: return "feasible";
  case feasibility::Verdict::Infeasible: return "infeasible";
  case feasibility::Verdict::Unknown: return "unknown";
  }
  llvm_unreachable("covered switch");
}

void addParts(const evaluation::Item &item, const std::string &path,
              std::map<std::string, double> &parts) {
  const std::string name = path + item.name.str();
  parts[name] = item.value;
  for (const evaluation::Item &part : item.parts)
    addParts(part, name + "/", parts);
}

bool isValue(const ir::Space &space, const ir::Param &param, unsigned i, const Value &value) {
  if (auto *number = std::get_if<double>(&value))
    return param.type.isNumber() &&
           std::abs(*number - param.values[i]) <= 1e-9 * std::abs(param.values[i]);
  if (auto *word = std::get_if<std::string>(&value))
    return ir::formatValue(space, param.type, param.values[i]) == *word; // `48 kB`, too
  return param.type.isBool() && std::get<bool>(value) == (param.values[i] != 0);
}

} // namespace

Value valueOf(const ir::Space &space, const ir::Type &type, double value) {
  if (type.isBool())
    return value != 0;
  if (type.isEnum())
    return ir::formatValue(space, type, value);
  return value;
}

std::string unitOf(const ir::Space &space, const ir::Type &type) {
  return type.isNumber() ? space.units.baseUnit(type.dim) : "";
}

Spec::Spec(const std::string &file, const std::vector<std::string> &settings,
           const Selected &selected, const std::vector<std::string> &imports,
           const std::string &stdlib) {
  SourceManager sources;
  DiagnosticEngine diagnostics;
  const auto program =
      orThrow(loadProgram(file, {imports, stdlib}, sources, diagnostics), diagnostics);
  orThrow(checkLockBeside(*program, file, sources, diagnostics), diagnostics);
  Selection selection;
  selection.chip = selected.chip;
  selection.model = selected.model;
  selection.workload = selected.workload;
  selection.strategy = selected.strategy;
  for (const std::string &setting : settings) {
    const auto [field, value] = llvm::StringRef(setting).split('=');
    selection.settings.push_back(
        {field.trim().str(), sources.add("set " + field.trim().str(), value.trim().str())});
  }
  space_ = orThrow(elaborate(*program, selection, diagnostics), diagnostics);
  warnings_ = textOf(diagnostics);
  optimized_ = passes::runDefault(*space_);
}

Spec::Spec(std::unique_ptr<ir::Space> space)
    : space_(std::move(space)), optimized_(passes::runDefault(*space_)) {}

std::vector<Column> Spec::fields() const {
  std::vector<Column> columns;
  for (const ir::Param &param : space_->params)
    columns.push_back({param.name, unitOf(*space_, param.type)});
  return columns;
}

std::vector<Column> Spec::metrics() const {
  std::vector<Column> columns;
  for (const ir::MetricDef &metric : space_->metrics)
    columns.push_back({metric.name, unitOf(*space_, metric.type)});
  return columns;
}

std::vector<Value> Spec::domain(const std::string &field) const {
  for (const ir::Param &param : space_->params)
    if (param.name == field) {
      std::vector<Value> values;
      for (double value : param.values)
        values.push_back(valueOf(*space_, param.type, value));
      return values;
    }
  throw SpecError("`" + field + "` is not an open field of the spec");
}

Fields Spec::fieldsOf(const feasibility::Design &design) const {
  Fields fields;
  for (unsigned p = 0; p < space_->params.size(); ++p) {
    const ir::Param &param = space_->params[p];
    fields[param.name] = valueOf(*space_, param.type, param.values[design.choice[p]]);
  }
  return fields;
}

feasibility::Design Spec::designOf(const Fields &fields) const {
  feasibility::Design design;
  for (const ir::Param &param : space_->params) {
    const auto given = fields.find(param.name);
    if (given == fields.end())
      throw SpecError("the design has no value for the open field `" + param.name + "`");
    unsigned i = 0;
    while (i < param.values.size() && !isValue(*space_, param, i, given->second))
      ++i;
    if (i == param.values.size())
      throw SpecError("the value of `" + param.name + "` is not in its domain; `domain(\"" +
                      param.name + "\")` lists it");
    design.choice.push_back(i);
  }
  for (const auto &[name, value] : fields)
    if (llvm::none_of(space_->params,
                      [&, &name = name](const ir::Param &param) { return param.name == name; }))
      throw SpecError("`" + name + "` is not an open field of the spec");
  return design;
}

Verdict Spec::check(uint64_t seed, uint64_t limit) const {
  const feasibility::Problem problem(*optimized_);
  feasibility::Options options;
  options.seed = seed;
  const feasibility::Answer answer = feasibility::checkPreferred(problem, options, {limit});
  Verdict verdict;
  verdict.verdict = nameOf(answer.verdict).str();
  verdict.reason = answer.reason;
  verdict.isMinimal = answer.coreIsMinimal;
  for (unsigned index : answer.core) {
    const ir::Constraint &constraint = optimized_->constraints[index];
    verdict.core.push_back(
        {constraint.name, constraint.reason, constraint.location.file, constraint.location.line});
  }
  if (answer.verdict != feasibility::Verdict::Feasible)
    return verdict;
  // The passes must not have changed the question.
  if (!feasibility::Problem(*space_).verify(answer.witness).feasible)
    throw std::logic_error("the design found does not satisfy the spec as written; this is a bug "
                           "in wsc");
  verdict.design = fieldsOf(answer.witness);
  return verdict;
}

std::vector<Fields> Spec::sample(unsigned count, uint64_t seed, bool diverse,
                                 uint64_t limit) const {
  using feasibility::Sampler;
  const feasibility::Problem problem(*optimized_), original(*space_);
  std::vector<Fields> designs;
  if (auto errors = problem.check(); !errors.empty())
    throw SpecError(errors.front());
  Sampler sampler(problem, seed, {limit}, diverse ? Sampler::Aim::Diverse : Sampler::Aim::Uniform);
  while (designs.size() < count) {
    const std::optional<feasibility::Design> design = sampler.next();
    if (!design)
      break;
    if (original.verify(*design).feasible)
      designs.push_back(fieldsOf(*design));
  }
  return designs;
}

std::map<std::string, Value> Spec::quantities(const Fields &design) const {
  std::vector<const ir::Node *> nodes;
  for (const ir::Quantity &quantity : space_->quantities)
    if (quantity.node->bindingTime() != ir::BindingTime::Measured)
      nodes.push_back(quantity.node);
  const ir::Tape tape(*space_, nodes);
  std::vector<double> values(tape.rootCount());
  tape.evaluate(valuesOf(*space_, designOf(design)), {}, values);
  std::map<std::string, Value> quantities;
  const double *next = values.data();
  for (const ir::Quantity &quantity : space_->quantities)
    if (quantity.node->bindingTime() != ir::BindingTime::Measured)
      quantities[quantity.name] = valueOf(*space_, quantity.node->type(), *next++);
  return quantities;
}

bool Spec::isFeasible(const Fields &design) const {
  return feasibility::Problem(*space_).verify(designOf(design)).feasible;
}

std::unique_ptr<evaluation::Evaluator> Spec::evaluator(const std::string &fidelity) const {
  const evaluation::Fidelity chosen = fidelityOf(fidelity);
  auto binding = evaluation::Binding::create(*space_);
  if (auto *ready = std::get_if<evaluation::Binding>(&binding))
    return evaluation::createEvaluator(chosen, std::move(*ready));
  std::string text = "the spec cannot be evaluated:";
  for (const auto &problem : std::get<std::vector<evaluation::BindProblem>>(binding))
    text += "\n`" + problem.path + "` " + problem.problem;
  throw SpecError(text);
}

static Evaluated evaluatedOf(const ir::Space &space, const evaluation::Measurement &measurement) {
  Evaluated evaluated{evaluation::name(measurement.status).str(), {}, {}, {}};
  const std::vector<double> values = evaluation::metricsOf(space, measurement);
  for (unsigned i = 0; i < values.size(); ++i)
    if (std::isfinite(values[i]))
      evaluated.metrics[space.metrics[i].name] = values[i];
  return evaluated;
}

Evaluated Spec::evaluate(const Fields &design, const std::string &fidelity) const {
  const evaluation::Evaluation evaluation =
      evaluator(fidelity)->evaluate(valuesOf(*space_, designOf(design)));
  Evaluated evaluated = evaluatedOf(*space_, evaluation);
  evaluated.reasons = evaluation.reasons;
  for (const evaluation::Item &item : evaluation.breakdown)
    addParts(item, "", evaluated.parts);
  return evaluated;
}

std::vector<Evaluated> Spec::evaluateAll(const std::vector<Fields> &designs,
                                         const std::string &fidelity) const {
  const auto model = evaluator(fidelity);
  std::vector<std::vector<double>> points;
  for (const Fields &design : designs)
    points.push_back(valuesOf(*space_, designOf(design)));
  std::vector<Evaluated> results(designs.size());
  const unsigned workers = std::max(1U, std::thread::hardware_concurrency());
  auto work = [&](unsigned first) {
    for (size_t i = first; i < points.size(); i += workers)
      results[i] = evaluatedOf(*space_, model->measure(points[i]));
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < workers; ++i)
    threads.emplace_back(work, i);
  work(0);
  for (std::thread &thread : threads)
    thread.join();
  return results;
}

} // namespace wsc::python
