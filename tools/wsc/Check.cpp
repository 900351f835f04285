// wsc check: is there a design?
#include "tools/wsc/Interrupt.h"
#include "tools/wsc/Proofs.h"
#include "tools/wsc/Robust.h"
#include "tools/wsc/Verdict.h"

#include "frontend/Elaborate.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace wsc::tool {

static cl::opt<std::string> proofPath("proof", cl::value_desc("file"),
                                      cl::desc("Write a proof if there is no design"),
                                      cl::sub(checkCommand()));
static cl::opt<std::string> provenPath("verify-proof", cl::value_desc("file"),
                                       cl::desc("Check a proof that there is no design"),
                                       cl::sub(checkCommand()));

static cl::opt<bool> robust("robust",
                            cl::desc("Ask for a design that meets every requirement for all values "
                                     "of the constants known to a range"),
                            cl::sub(checkCommand()));

/// A file without a design has no verdict; that it loads is all there is to say.
static int showLibrary(const Session &session) {
  switch (session.options.form) {
  case Form::Text:
    llvm::outs() << "no errors; a library: it declares no chip, model, workload or strategy, so "
                    "there is no design to decide on\n";
    break;
  case Form::Json:
    llvm::outs() << llvm::formatv("{0:2}\n", llvm::json::Value(llvm::json::Object{
                                                 {"format_version", 1}, {"verdict", "library"}}));
    break;
  case Form::Sarif: showDiagnostics(session.diagnostics, Form::Sarif); break;
  }
  return Done;
}

int run_check() {
  Interrupt interrupt;
  if (robust && !(proofPath.empty() && provenPath.empty())) {
    llvm::errs() << "error: a proof is about nominal values; `--robust` cannot go with it\n";
    return WrongUsage;
  }
  Session session;
  if (!loadSpace(session))
    return SpecErrors;
  if (session.program && !declaresDesign(*session.program))
    return showLibrary(session);
  if (robust)
    return checkRobustly(session);
  feasibility::Problem problem(*session.optimized);
  if (!provenPath.empty())
    return verifyProof(session, problem, provenPath);
  feasibility::Answer answer = decide(
      session, problem,
      {.onInfeasible = [&] { announceInfeasible(session); }, .keepLemmas = !proofPath.empty()});
  // The proof comes first: explanations take longer, and add nothing to it.
  Exit exit =
      proofPath.empty() ? exitOf(answer.verdict) : writeProof(session, problem, answer, proofPath);
  showVerdict(session, problem, answer);
  return exit;
}

} // namespace wsc::tool
