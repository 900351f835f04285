// wsc evaluate: what one design does on its workload.
#include "tools/wsc/Compare.h"
#include "tools/wsc/Defects.h"
#include "tools/wsc/EvaluationFiles.h"
#include "tools/wsc/UncertainMetrics.h"

#include "llvm/Support/raw_ostream.h"

namespace wsc::tool {

static llvm::cl::opt<bool>
    uncertain("uncertain",
              llvm::cl::desc("How far the metrics go over the ranges of constants (`within`)"),
              llvm::cl::sub(evaluateCommand()));

static llvm::cl::opt<bool> compare("compare",
                                   llvm::cl::desc("The same at every fidelity side by side"),
                                   llvm::cl::sub(evaluateCommand()));

static llvm::cl::opt<unsigned>
    defects("defects", llvm::cl::value_desc("maps"),
            llvm::cl::desc("How far the metrics go over so many maps of dead cores and links"),
            llvm::cl::sub(evaluateCommand()));

/// The metrics over maps of defects, where that is asked for.  Empty with `failed` after showing
/// that the chip does not say what fails.
static std::optional<DefectStudy> studyOf(Session &session, const EvaluatedDesign &evaluated,
                                          bool &failed) {
  if (defects == 0 || evaluated.evaluation.status != evaluation::Status::Ok)
    return std::nullopt;
  const ir::Space &space = *session.space;
  std::vector<std::string> reasons;
  std::vector<DefectPart> parts;
  auto add = [&](const evaluation::Design &design) {
    if (const auto fields =
            evaluation::readDefects(space, valuesOf(space, evaluated.design), design, reasons))
      parts.push_back({design, *fields});
  };
  if (evaluated.pools)
    add(evaluated.pools->prefill);
  add(evaluated.pools ? evaluated.pools->decode : *evaluated.fields);
  auto report = [&](const std::string &reason) -> Diagnostic & {
    return session.diagnostics.report(DiagKind::NothingToDo, {},
                                      "no map of defects can be drawn: " + reason);
  };
  for (const std::string &reason : reasons)
    report(reason);
  const bool canFail =
      llvm::any_of(parts, [](const DefectPart &part) { return part.fields.canFail(); });
  if (reasons.empty() && !canFail)
    report("`core.yield`, `core.link_yield` and `wafer.bond_yield` are 1")
        .suggest("chips that refine `std.wafer` say how often their cores fail; 1 is also the "
                 "probability of what nobody knows");
  failed = !reasons.empty() || !canFail;
  if (failed)
    return std::nullopt;
  return studyDefects(space, parts, defects, session.options.seed, chosenFidelity());
}

/// The metrics of the design over the ranges of constants, where that is asked for and there are
/// any.
static std::optional<UncertainMetrics> metricsOver(const Session &session,
                                                   const EvaluatedDesign &evaluated) {
  if (!uncertain || evaluated.evaluation.status != evaluation::Status::Ok)
    return std::nullopt;
  const ir::Space &space = *session.space;
  return uncertainMetrics(space, evaluated.binding, valuesOf(space, evaluated.design),
                          session.options.seed);
}

int run_evaluate() {
  Session session;
  Exit exit;
  auto evaluated = evaluateSpec(session, exit);
  if (!evaluated)
    return exit;
  auto ranges = metricsOver(session, *evaluated);
  llvm::json::Object extra;
  if (ranges)
    extra["uncertain"] = toJson(*session.space, *ranges);
  bool failed = false;
  const std::optional<DefectStudy> study = studyOf(session, *evaluated, failed);
  if (failed) {
    showDiagnostics(session.diagnostics, session.options.form);
    return SpecErrors;
  }
  if (study)
    extra["defects"] = toJson(*session.space, *study);
  std::vector<FidelityResult> fidelities;
  if (compare && evaluated->fields)
    fidelities = compareFidelities(*evaluated);
  if (!fidelities.empty())
    extra["fidelities"] = toJson(*session.space, fidelities);
  showEvaluation(session, evaluated->design, evaluated->evaluation, std::move(extra));
  if (!fidelities.empty() && session.options.form == Form::Text)
    showComparison(*session.space, fidelities);
  if (study && session.options.form == Form::Text)
    showDefects(*session.space, *study);
  if (ranges && session.options.form == Form::Text)
    showUncertain(*session.space, *ranges);
  if (!writeEvaluationFiles(*evaluated, exit))
    return exit;
  switch (evaluated->evaluation.status) {
  case evaluation::Status::Ok: return Done;
  case evaluation::Status::DoesNotFit:
  case evaluation::Status::Invalid: return Infeasible;
  case evaluation::Status::NotModelled: return Unknown;
  case evaluation::Status::InternalError: return InternalBug;
  }
  llvm_unreachable("covered switch");
}

} // namespace wsc::tool
