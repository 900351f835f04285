// wsc sample: feasible designs, as a table or as JSON.
#include "feasibility/Sample.h"

#include "tools/wsc/Interrupt.h"
#include "tools/wsc/Json.h"
#include "tools/wsc/Pipeline.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace wsc::tool {

using feasibility::Design;
using llvm::outs;

static cl::opt<unsigned> number("n", cl::init(10), cl::value_desc("N"),
                                cl::desc("How many designs (default 10)"),
                                cl::sub(sampleCommand()));
static cl::opt<bool> diverse("diverse",
                             cl::desc("Designs that differ in many fields, rather than all "
                                      "feasible designs being equally likely"),
                             cl::sub(sampleCommand()));

namespace {

struct Samples {
  std::vector<Design> designs;
  std::string reason; ///< why there are fewer than asked for
  Exit exit = Done;
};

Samples draw(const Session &session) {
  using feasibility::Sampler;
  feasibility::Problem problem(*session.optimized), original(*session.space);
  Samples samples;
  if (auto errors = problem.check(); !errors.empty()) {
    samples.reason = errors.front();
    samples.exit = Unknown;
    return samples;
  }
  Sampler sampler(problem, session.options.seed, {session.options.limit},
                  diverse ? Sampler::Aim::Diverse : Sampler::Aim::Uniform);
  while (samples.designs.size() < number) {
    std::optional<Design> design = sampler.next();
    if (design && original.verify(*design).feasible) {
      samples.designs.push_back(std::move(*design));
      continue;
    }
    if (design)
      samples.reason = "a design found does not satisfy the spec as written; this is a bug in wsc";
    else if (!sampler.isExhausted())
      samples.reason = feasibility::whyStopped();
    else
      samples.reason = llvm::formatv("there are only {0} feasible designs", samples.designs.size());
    samples.exit = !sampler.isExhausted() || design ? Unknown
                   : samples.designs.empty()        ? Infeasible
                                                    : Done;
    break;
  }
  return samples;
}

void showTable(const ir::Space &space, llvm::ArrayRef<Design> designs) {
  llvm::ListSeparator comma(",");
  for (const ir::Param &param : space.params)
    outs() << comma << param.name;
  outs() << '\n';
  for (const Design &design : designs) {
    llvm::ListSeparator comma(",");
    std::vector<double> values = valuesOf(space, design);
    for (auto [param, value] : llvm::zip_equal(space.params, values))
      outs() << comma << ir::formatValue(space, param.type, value);
    outs() << '\n';
  }
}

void showText(const ir::Space &space, const Samples &samples) {
  if (!samples.designs.empty())
    showTable(space, samples.designs);
  outs().flush();
  if (samples.exit == Infeasible)
    outs() << "infeasible: there is no design\nhelp: `wsc check` says why\n";
  else if (samples.exit == Unknown)
    llvm::errs() << "unknown: " << samples.reason << "\nhelp: `--limit` allows more work\n";
  else if (!samples.reason.empty())
    llvm::errs() << "note: " << samples.reason << '\n';
}

void showJson(const ir::Space &space, const Samples &samples) {
  llvm::json::Array designs;
  for (const Design &design : samples.designs)
    designs.push_back(designJson(space, design));
  llvm::json::Object object{{"format_version", 1},
                            {"aim", diverse ? "diverse" : "uniform"},
                            {"designs", std::move(designs)}};
  if (!samples.reason.empty())
    object["reason"] = samples.reason;
  outs() << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(object)));
}

} // namespace

int run_sample() {
  Interrupt interrupt;
  Session session;
  if (!loadSpace(session))
    return SpecErrors;
  Samples samples;
  {
    Phase phase("sample");
    samples = draw(session);
  }
  switch (session.options.form) {
  case Form::Text: showText(*session.space, samples); break;
  case Form::Json: showJson(*session.space, samples); break;
  case Form::Sarif:
    if (samples.exit == Unknown)
      session.diagnostics.report(DiagKind::Undecided, {}, samples.reason)
          .suggest("`--limit` allows more work");
    showDiagnostics(session.diagnostics, Form::Sarif);
  }
  return samples.exit;
}

} // namespace wsc::tool
