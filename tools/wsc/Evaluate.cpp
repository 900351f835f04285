// wsc evaluate: what one design does on its workload.
#include "tools/wsc/Evaluation.h"

#include "llvm/Support/raw_ostream.h"

namespace wsc::tool {

int run_evaluate() {
  Session session;
  Exit exit;
  auto evaluated = evaluateSpec(session, exit);
  if (!evaluated)
    return exit;
  showEvaluation(session, evaluated->design, evaluated->evaluation);
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
