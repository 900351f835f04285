// wsc count: how many designs are feasible?
#include "feasibility/Count.h"

#include "tools/wsc/Interrupt.h"
#include "tools/wsc/Verdict.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace wsc::tool {

using feasibility::Natural;
using llvm::outs;

static Natural combinations(const ir::Space &space) {
  Natural product = 1;
  for (const ir::Param &param : space.params)
    product *= (unsigned long)param.domain.size();
  return product;
}

/// All digits while they can be read, then three and the power of ten; an upper bound upward.
static std::string toText(const Natural &number, bool upward = false) {
  constexpr unsigned most = 24, shown = 3;
  std::string digits = number.get_str();
  if (digits.size() <= most)
    return digits;
  Natural unit;
  mpz_ui_pow_ui(unit.get_mpz_t(), 10, digits.size() - shown);
  Natural leading = number / unit;
  if (upward && leading * unit < number)
    ++leading;
  std::string text = leading.get_str();
  return llvm::formatv("{0}.{1}e{2}", text[0], text.substr(1),
                       digits.size() - shown + text.size() - 1);
}

static void showText(const ir::Space &space, const feasibility::Count &count, uint64_t seed) {
  std::string all = toText(combinations(space));
  if (count.isExact()) {
    outs() << toText(count.lower) << " of " << all << " combinations are feasible, exactly\n";
    if (count.lower == 0)
      outs() << "help: `wsc check` says why\n";
  } else {
    outs() << "unknown: " << count.reason << '\n';
    outs() << "  proved: between " << toText(count.lower) << " and " << toText(count.upper)
           << " of " << all << " combinations are feasible\n";
  }
  if (const auto &estimate = count.estimate) {
    if (estimate->hits)
      outs() << llvm::format("  estimated: %.3g, with 95 %% confidence between %.3g and %.3g",
                             estimate->designs, estimate->low, estimate->high);
    else
      outs() << llvm::format("  estimated: at most %.3g, with 95 %% confidence", estimate->high);
    outs() << llvm::formatv(" ({0} of {1} draws, seed {2})\n", estimate->hits, estimate->draws,
                            seed);
  }
  if (!count.isExact())
    outs() << "help: `--limit` allows more work\n";
  for (const std::string &name : measuredNames(space))
    outs() << "not counted: `" << name << "`, which waits for an evaluator\n";
}

static void showJson(const ir::Space &space, const feasibility::Count &count) {
  // Numbers beyond 2^53 are not safe in JSON.
  llvm::json::Object object{{"format_version", 1},
                            {"exact", count.isExact()},
                            {"lower", count.lower.get_str()},
                            {"upper", count.upper.get_str()},
                            {"combinations", combinations(space).get_str()},
                            {"not_counted", llvm::json::Array(measuredNames(space))},
                            {"work", count.work}};
  if (!count.isExact())
    object["reason"] = count.reason;
  if (const auto &estimate = count.estimate)
    object["estimate"] =
        llvm::json::Object{{"designs", estimate->designs},     {"low", estimate->low},
                           {"high", estimate->high},           {"confidence", 0.95},
                           {"feasible_draws", estimate->hits}, {"draws", estimate->draws}};
  outs() << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(object)));
}

int run_count() {
  Interrupt interrupt;
  Session session;
  if (!loadSpace(session))
    return SpecErrors;
  feasibility::Problem problem(*session.optimized);
  feasibility::Options options;
  options.seed = session.options.seed;
  feasibility::Count count;
  {
    Phase phase("count");
    count = feasibility::countDesigns(problem, options, {session.options.limit});
  }
  switch (session.options.form) {
  case Form::Text: showText(*session.space, count, options.seed); break;
  case Form::Json: showJson(*session.space, count); break;
  case Form::Sarif:
    if (!count.isExact())
      session.diagnostics.report(DiagKind::Undecided, {}, count.reason)
          .suggest("`--limit` allows more work");
    showDiagnostics(session.diagnostics, Form::Sarif);
  }
  return !count.isExact() ? Unknown : count.lower == 0 ? Infeasible : Done;
}

} // namespace wsc::tool
