// Writing and verifying proofs of infeasibility.
#include "tools/wsc/Proofs.h"

#include "feasibility/ProofCheck.h"
#include "feasibility/Prove.h"
#include "tools/wsc/Output.h"
#include "tools/wsc/Verdict.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::tool {

using feasibility::Proof;
using feasibility::ProofVerdict;
using feasibility::Verdict;

Exit writeProof(const Session &session, const feasibility::Problem &problem,
                const feasibility::Answer &answer, llvm::StringRef path) {
  if (answer.verdict != Verdict::Infeasible) {
    llvm::errs() << "note: `" << path << "` was not written: there is a proof only where no design "
                 << "meets the requirements\n";
    return exitOf(answer.verdict);
  }
  std::optional<Proof> proof;
  {
    Phase phase("prove");
    proof = feasibility::prove(problem, answer, session.options.seed, {session.options.limit});
  }
  if (!proof) {
    llvm::errs() << "note: `" << path << "` was not written: the limit of work was reached before "
                 << "the proof was complete\nhelp: `--limit` allows more work\n";
    return Unknown;
  }
  if (!writeFile(path, toText(problem, *proof)))
    return OutputFailed;
  llvm::errs() << "note: the proof is in `" << path << "`: " << proof->steps.size()
               << (proof->steps.size() == 1 ? " lemma\n" : " lemmas\n");
  return Infeasible;
}

static void showProven(const Session &session, const feasibility::Problem &problem,
                       const Proof &proof, const ProofVerdict &verdict) {
  std::vector<std::string> names;
  for (unsigned constraint : proof.core)
    names.push_back(problem.space().constraints[constraint].name);
  if (session.options.form == Form::Json) {
    llvm::json::Object object{{"format_version", 1},
                              {"verdict", "proven"},
                              {"constraints", llvm::json::Array(names)},
                              {"lemmas", int64_t(proof.steps.size())},
                              {"borderline_points", int64_t(verdict.borderline)}};
    llvm::outs() << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(object)));
    return;
  }
  llvm::outs() << "proven: no design meets "
               << (names.size() == 1 ? "this requirement" : "these requirements together") << '\n';
  for (const std::string &name : names)
    llvm::outs() << "  " << name << '\n';
  llvm::outs() << (proof.steps.size() == 1
                       ? "Its lemma was"
                       : "Each of " + std::to_string(proof.steps.size()) + " lemmas was")
               << " derived again by evaluation, and Z3 confirms that no design is left.\n";
  if (verdict.borderline)
    llvm::outs() << verdict.borderline
                 << " points are within rounding of a limit (1e-12); double precision decides "
                    "them.\n";
}

Exit verifyProof(Session &session, const feasibility::Problem &problem, llvm::StringRef path) {
  std::string error;
  const SourceFile *source = session.sources.load(path, error);
  if (!source)
    session.diagnostics.report(DiagKind::FileUnreadable, {},
                               "cannot read `" + path.str() + "`: " + error);
  else if (auto errors = problem.check(); !errors.empty())
    session.diagnostics.report(DiagKind::UnprovenClaim, {source, 0, 1}, errors.front());
  else if (auto proof = readProof(problem, *source, session.diagnostics)) {
    Phase phase("verify");
    ProofVerdict verdict = checkProof(problem, *proof, {session.options.limit});
    switch (verdict.kind) {
    case ProofVerdict::Proven:
      if (session.options.form != Form::Sarif)
        showProven(session, problem, *proof, verdict);
      else
        showDiagnostics(session.diagnostics, Form::Sarif);
      return Done;
    case ProofVerdict::LimitReached:
      session.diagnostics.report(DiagKind::Undecided, {}, verdict.reason)
          .suggest("`--limit` allows more work");
      showDiagnostics(session.diagnostics, session.options.form);
      return Unknown;
    case ProofVerdict::Underived:
      session.diagnostics.report(DiagKind::UnprovenClaim, proof->steps[verdict.step].place,
                                 "this lemma does not follow: " + verdict.reason);
      break;
    case ProofVerdict::DesignsLeft:
      session.diagnostics.report(DiagKind::UnprovenClaim, {source, 0, 1}, verdict.reason);
    }
  }
  showDiagnostics(session.diagnostics, session.options.form);
  return SpecErrors;
}

} // namespace wsc::tool
