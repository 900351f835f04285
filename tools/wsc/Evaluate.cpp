// wsc evaluate: what one design does on its workload.
#include "tools/wsc/Evaluation.h"

#include "llvm/Support/raw_ostream.h"

namespace wsc::tool {

int run_evaluate() {
  Session session;
  if (!loadSpace(session))
    return SpecErrors;
  auto evaluator = makeEvaluator(session, *session.space);
  if (!evaluator)
    return SpecErrors;
  Exit exit;
  auto design = chooseDesign(session, exit);
  if (!design)
    return exit;
  auto result = evaluator->evaluate(valuesOf(*session.space, *design));
  showEvaluation(session, *design, result);
  switch (result.status) {
  case evaluation::Status::Ok: return Done;
  case evaluation::Status::DoesNotFit:
  case evaluation::Status::Invalid: return Infeasible;
  case evaluation::Status::InternalError: return InternalBug;
  }
  llvm_unreachable("covered switch");
}

} // namespace wsc::tool
