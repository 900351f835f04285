// Preferences: the weight that is met, against brute force on random small spaces.
#include "feasibility/Preferences.h"
#include "FeasibilitySpaces.h"
#include "feasibility/Boxes.h"
#include "feasibility/Enumerate.h"
#include "feasibility/Judge.h"
#include <gtest/gtest.h>

using namespace wsc;
using namespace wsc::feasibility;

namespace {

double weightMet(const Problem &problem, const Design &design) {
  Judge judge(problem);
  double total = 0;
  for (unsigned preference : problem.preferences())
    if (judge.at(preference, design.choice).holds)
      total += problem.space().constraints[preference].weight;
  return total;
}

} // namespace

TEST(Preferences, MeetAsMuchAsAnyDesign) {
  unsigned compared = 0, partly = 0;
  for (uint64_t seed = 0; seed < test::seeds(300); ++seed) {
    SCOPED_TRACE(seed);
    auto space = test::randomSpace(seed);
    for (unsigned i = 1; i < space->constraints.size(); ++i)
      space->constraints[i].weight = 1 + (seed + i) % 3;
    Problem problem(*space);
    double best = -1;
    enumerateDesigns(problem, problem.constraints(), [&](const Design &design) {
      best = std::max(best, weightMet(problem, design));
      return true;
    });
    for (uint64_t tableLimit : {4096, 0}) {
      Answer answer = checkPreferred(problem, {.seed = seed, .tableLimit = tableLimit});
      ASSERT_EQ(answer.verdict, best < 0 ? Verdict::Infeasible : Verdict::Feasible);
      if (best < 0)
        continue;
      EXPECT_TRUE(answer.preferencesProven);
      EXPECT_TRUE(problem.verify(answer.witness).feasible);
      EXPECT_EQ(weightMet(problem, answer.witness), best);
      ++compared;
      double total = 0;
      for (unsigned preference : problem.preferences())
        total += space->constraints[preference].weight;
      partly += best < total;
    }
  }
  EXPECT_GT(compared, 200u);
  EXPECT_GT(partly, 50u);
}
