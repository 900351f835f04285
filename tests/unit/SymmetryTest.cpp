// Interchangeable fields and independent components, against brute force.
#include "ir/Symmetry.h"
#include "FeasibilitySpaces.h"
#include "feasibility/Enumerate.h"
#include "ir/Components.h"
#include "ir/Verify.h"
#include "passes/Pass.h"
#include "llvm/ADT/DenseMap.h"

#include <gtest/gtest.h>
#include <set>

using namespace wsc;
using namespace wsc::feasibility;

namespace {

std::set<Design> feasibleDesigns(const ir::Space &space, llvm::ArrayRef<unsigned> constraints) {
  std::set<Design> designs;
  Problem problem(space);
  enumerateDesigns(problem, constraints, [&](const Design &design) {
    designs.insert(design);
    return true;
  });
  return designs;
}
std::set<Design> feasibleDesigns(const ir::Space &space) {
  return feasibleDesigns(space, Problem(space).constraints());
}

/// A random Space twice, as the parts `a` and `b` of one, with a constraint across.
std::unique_ptr<ir::Space> doubled(const ir::Space &one) {
  auto two = one.cloneDeclarations();
  two->params.clear();
  for (const char *part : {"a.", "b."})
    for (const ir::Param &param : one.params)
      two->params.emplace_back(part + param.name, param.type, param.domain, ir::Location{});
  const ir::Node *sum = nullptr;
  for (unsigned offset : {0u, unsigned(one.params.size())}) {
    llvm::DenseMap<const ir::Node *, const ir::Node *> map;
    const ir::Node *number = nullptr;
    for (const ir::Node *node : one.reachable()) {
      llvm::SmallVector<const ir::Node *, 3> operands;
      for (const ir::Node *operand : node->operands())
        operands.push_back(map.lookup(operand));
      map[node] = node->op() == ir::Op::Param ? two->param(node->index() + offset)
                                              : two->withOperands(node, operands);
      if (node->type().isNumber() && !node->isConstant())
        number = map[node];
    }
    for (const ir::Constraint &constraint : one.constraints)
      two->constraints.push_back(
          {(offset ? "b." : "a.") + constraint.name, map.lookup(constraint.node), "", {}, 0});
    if (number)
      sum = sum ? two->make(ir::Op::Add, number->type(), {number, sum}) : number;
  }
  if (sum)
    test::require("across", test::Expr{two.get(), sum} <= 5);
  return two;
}

Design swapped(Design design, const ir::Swap &swap) {
  for (auto [a, b] : swap)
    std::swap(design.choice[a], design.choice[b]);
  return design;
}

/// Whether swaps lead from a design to a member of a set.
bool reaches(const Design &from, llvm::ArrayRef<ir::Swap> swaps, const std::set<Design> &goal) {
  std::set<Design> seen{from};
  std::vector<Design> open{from};
  while (!open.empty()) {
    Design design = open.back();
    open.pop_back();
    if (goal.count(design))
      return true;
    for (const ir::Swap &swap : swaps)
      if (Design next = swapped(design, swap); seen.insert(next).second)
        open.push_back(next);
  }
  return false;
}

} // namespace

TEST(Symmetry, KeepsOneDesignOfEachOrbit) {
  unsigned single = 0, parts = 0;
  uint64_t before = 0, after = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    auto space = doubled(*test::randomSpace(seed));
    if (space->designCount() > 20'000)
      continue;
    std::vector<ir::Swap> swaps = ir::symmetries(*space);
    std::set<Design> all = feasibleDesigns(*space);
    for (const ir::Swap &swap : swaps) {
      (swap.size() > 1 ? parts : single) += 1;
      for (const Design &design : all)
        ASSERT_TRUE(all.count(swapped(design, swap)));
    }
    auto broken = passes::breakSymmetry(*space);
    ASSERT_TRUE(ir::verify(*broken).empty());
    std::set<Design> kept = feasibleDesigns(*broken);
    EXPECT_TRUE(std::includes(all.begin(), all.end(), kept.begin(), kept.end()));
    for (const Design &design : all)
      ASSERT_TRUE(reaches(design, swaps, kept));
    before += all.size();
    after += kept.size();
  }
  EXPECT_GT(single, 100u);
  EXPECT_GT(parts, 50u);
  EXPECT_LT(after, before * 2 / 3);
}

TEST(Components, AreIndependent) {
  unsigned several = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    auto space = test::randomSpace(seed);
    Problem problem(*space);
    double product = 1;
    unsigned params = 0, constraints = 0;
    std::vector<ir::Component> parts = ir::components(*space, problem.constraints());
    for (const ir::Component &part : parts) {
      params += part.params.size();
      constraints += part.constraints.size();
      // Designs of the whole Space that meet this part, per choice of the other parameters.
      double others = 1;
      for (unsigned p = 0; p < problem.paramCount(); ++p)
        if (!llvm::is_contained(part.params, p))
          others *= problem.domainSize(p);
      product *= feasibleDesigns(*space, part.constraints).size() / others;
    }
    EXPECT_EQ(params, problem.paramCount());
    EXPECT_EQ(constraints, problem.constraints().size());
    EXPECT_EQ(product, feasibleDesigns(*space).size());
    several += parts.size() > 1;
  }
  EXPECT_GT(several, 100u);
}
