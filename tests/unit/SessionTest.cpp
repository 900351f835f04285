// A session answers as a fresh engine does, whatever was asked before, and reuses what it learnt.
#include "feasibility/Session.h"
#include "FeasibilitySpaces.h"
#include "feasibility/Enumerate.h"
#include "ir/Rebuild.h"
#include <gtest/gtest.h>

using namespace wsc;
using namespace wsc::feasibility;

namespace {

bool isFeasible(const ir::Space &space) {
  Problem problem(space);
  return enumerateDesigns(problem, problem.constraints(), [](const Design &) {
           return false;
         }).count > 0;
}

/// The Space with one edit: a constraint removed, two exchanged, or the first of a domain's values
/// removed.
std::unique_ptr<ir::Space> edited(const ir::Space &space, Random &random) {
  auto result = ir::copy(space);
  auto &constraints = result->constraints;
  ir::Param &param = result->params[random.below(result->params.size())];
  switch (random.below(3)) {
  case 0: constraints.erase(constraints.begin() + random.below(constraints.size())); break;
  case 1: std::swap(constraints.front(), constraints[random.below(constraints.size())]); break;
  case 2:
    if (param.domain.size() > 1)
      param = ir::Param(param.name, param.type, {param.domain.begin() + 1, param.domain.end()},
                        param.location);
    break;
  }
  return result;
}

} // namespace

TEST(Session, EditsAreAnsweredAsAfresh) {
  unsigned feasible = 0, infeasible = 0;
  size_t reused = 0;
  for (uint64_t seed = 0; seed < test::seeds(150); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    auto space = test::randomSpace(seed);
    Session session({.seed = seed});
    for (unsigned edit = 0; edit < 4 && !space->constraints.empty(); ++edit) {
      bool expected = isFeasible(*space);
      Answer answer = session.decide(ir::copy(*space));
      ASSERT_EQ(answer.verdict, expected ? Verdict::Feasible : Verdict::Infeasible);
      ++(expected ? feasible : infeasible);
      if (expected) {
        EXPECT_TRUE(Problem(*space).verify(answer.witness).feasible);
      } else {
        Problem problem(*space);
        EXPECT_EQ(
            enumerateDesigns(problem, answer.core, [](const Design &) { return false; }).count, 0u);
      }
      reused += session.reused();
      space = edited(*space, random);
    }
  }
  EXPECT_GT(feasible, 100u);
  EXPECT_GT(infeasible, 100u);
  EXPECT_GT(reused, 1000u);
}

TEST(Session, AChangedNumberKeepsTheLemmasOfTheOthers) {
  Session session;
  EXPECT_EQ(session.decide(test::waferSpace(42.7, 15000)).verdict, Verdict::Infeasible);
  EXPECT_EQ(session.reused(), 0u);
  EXPECT_EQ(session.decide(test::waferSpace(36, 15000)).verdict, Verdict::Feasible);
  EXPECT_GT(session.reused(), 10u);
  // A design that still meets everything is the answer at once.
  Answer again = session.decide(test::waferSpace(35, 15000));
  EXPECT_EQ(again.verdict, Verdict::Feasible);
  EXPECT_EQ(again.statistics.work, 0u);
}

// While a number is typed there may be no design for a moment.
TEST(Session, RemembersTheLastDesign) {
  Session session;
  EXPECT_EQ(session.decide(test::waferSpace(36, 15000)).verdict, Verdict::Feasible);
  EXPECT_EQ(session.decide(test::waferSpace(36, 15)).verdict, Verdict::Infeasible);
  Answer again = session.decide(test::waferSpace(36, 15000));
  EXPECT_EQ(again.verdict, Verdict::Feasible);
  EXPECT_EQ(again.statistics.work, 0u);
}

TEST(Session, OnlyWhatChangedIsCompiled) {
  Session session;
  uint64_t first = session.decide(test::waferSpace(36, 15)).statistics.work;
  Answer second = session.decide(test::waferSpace(36, 16));
  EXPECT_EQ(second.verdict, Verdict::Infeasible);
  EXPECT_LT(3 * second.statistics.work, first);
}
