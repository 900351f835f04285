// wsc check: is there a design?
#include "tools/wsc/Verdict.h"

namespace wsc::tool {

int run_check() {
  Session session;
  if (!loadSpace(session))
    return SpecErrors;
  feasibility::Problem problem(*session.optimized);
  feasibility::Answer answer = decide(session, problem);
  showVerdict(session, problem, answer);
  return exitOf(answer.verdict);
}

} // namespace wsc::tool
