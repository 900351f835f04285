// Z3's Boolean core behind its wrapper.
#include "feasibility/BoolSolver.h"

#include <csignal>
#include <gtest/gtest.h>
#include <sys/time.h>

using wsc::feasibility::BoolSolver;

namespace {

volatile std::sig_atomic_t sent = 0, heard = 0;

/// One pigeon more than there are holes: nobody proves quickly that they do not fit.
void addPigeons(BoolSolver &solver, unsigned holes) {
  std::vector<std::vector<BoolSolver::Literal>> isIn(holes + 1);
  for (auto &pigeon : isIn) {
    for (unsigned hole = 0; hole < holes; ++hole)
      pigeon.push_back(solver.newVariable());
    solver.addClause(pigeon);
  }
  for (unsigned hole = 0; hole < holes; ++hole)
    for (unsigned one = 0; one < isIn.size(); ++one)
      for (unsigned other = 0; other < one; ++other)
        solver.addClause({-isIn[one][hole], -isIn[other][hole]});
}

} // namespace

/// Z3 can catch Ctrl-C during a check, and keeps it from whoever listens.
TEST(BoolSolver, CtrlCDuringACheckIsHeard) {
  std::signal(SIGINT, [](int) { heard = heard + 1; });
  std::signal(SIGALRM, [](int) {
    sent = sent + 1;
    std::raise(SIGINT);
  });
  BoolSolver solver(1);
  addPigeons(solver, 8);
  const itimerval often{{0, 1000}, {0, 1000}}, never{};
  setitimer(ITIMER_REAL, &often, nullptr);
  EXPECT_EQ(solver.check({}), BoolSolver::Result::Unsat) << solver.reason();
  setitimer(ITIMER_REAL, &never, nullptr);
  EXPECT_GT(sent, 0);
  EXPECT_EQ(heard, sent);
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGALRM, SIG_DFL);
}
