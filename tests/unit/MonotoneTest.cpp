// Trends that ir::Monotone claims, against all pairs of neighbouring points of random boxes, and
// what evaluation over faces gains.
#include "ir/Monotone.h"
#include "FeasibilitySpaces.h"
#include "feasibility/Box.h"
#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace wsc;
using feasibility::Box;

namespace {

class Boxed {
public:
  Boxed(const ir::Space &space, llvm::ArrayRef<const ir::Node *> roots)
      : space(space), roots(roots), tape(space, roots) {}

  Box randomBox(Random &random, unsigned width) const {
    Box box;
    for (const ir::Param &param : space.params) {
      unsigned lo = random.below(param.domain.size());
      unsigned room = param.domain.size() - lo;
      box.push_back({lo, unsigned(lo + random.below(std::min(room, width)))});
    }
    return box;
  }

  std::vector<Interval> values(const Box &box) const {
    std::vector<Interval> result;
    for (unsigned p = 0; p < box.size(); ++p)
      result.push_back({space.params[p].values[box[p].lo], space.params[p].values[box[p].hi]});
    return result;
  }

  /// Of each root; NaN bounds where it is undefined.
  std::vector<Interval> at(const std::vector<unsigned> &choice) const {
    Box point;
    std::vector<double> doubles, results(roots.size()), metrics(space.metrics.size(), NAN);
    for (unsigned p = 0; p < choice.size(); ++p) {
      point.push_back({choice[p], choice[p]});
      doubles.push_back(space.params[p].values[choice[p]]);
    }
    tape.evaluate(doubles, metrics, results);
    std::vector<Interval> enclosures(roots.size()), workspace;
    RoundUp rounding;
    tape.evaluate(values(point), workspace, enclosures);
    for (unsigned i = 0; i < roots.size(); ++i)
      if (std::isnan(results[i]))
        enclosures[i] = Interval::point(NAN);
    return enclosures;
  }

  const ir::Space &space;
  llvm::ArrayRef<const ir::Node *> roots;
  ir::Tape tape;
};

bool contradicts(ir::Trend trend, Interval before, Interval after) {
  switch (trend) {
  case ir::Trend::Unknown: return false;
  case ir::Trend::Increasing: return before.lo > after.hi;
  case ir::Trend::Decreasing: return before.hi < after.lo;
  case ir::Trend::Constant: return before.lo > after.hi || before.hi < after.lo;
  }
  llvm_unreachable("covered switch");
}

} // namespace

TEST(Monotone, HoldsBetweenAllNeighbours) {
  unsigned claims = 0, compared = 0, tighter = 0, enclosures = 0;
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE(seed);
    auto space = test::randomSpace(seed);
    std::vector<const ir::Node *> roots;
    for (const ir::Node *node : space->reachable())
      if (!node->operands().empty())
        roots.push_back(node);
    Boxed boxed(*space, roots);
    Random random(seed);
    Box box = boxed.randomBox(random, 5);
    std::vector<Interval> ranges = boxed.values(box), naive(roots.size()), workspace, faces;
    ir::Monotone monotone(*space, roots, ranges);
    {
      RoundUp rounding;
      boxed.tape.evaluate(ranges, workspace, naive);
      for (unsigned i = 0; i < roots.size(); ++i)
        faces.push_back(ir::encloseByFaces(monotone, boxed.tape, i, ranges, workspace));
    }
    std::vector<unsigned> params;
    for (unsigned p = 0; p < space->params.size(); ++p)
      params.push_back(p);
    feasibility::forEachPoint(params, box, [&](std::vector<unsigned> choice) {
      std::vector<Interval> here = boxed.at(choice);
      for (unsigned i = 0; i < roots.size(); ++i)
        EXPECT_TRUE(std::isnan(here[i].lo) ||
                    (faces[i].lo <= here[i].hi && here[i].lo <= faces[i].hi))
            << ir::mnemonic(roots[i]->op()).str();
      for (unsigned p : params) {
        if (choice[p] == box[p].hi)
          continue;
        std::vector<unsigned> next = choice;
        ++next[p];
        std::vector<Interval> there = boxed.at(next);
        for (unsigned i = 0; i < roots.size(); ++i, ++compared)
          EXPECT_FALSE(contradicts(monotone.of(i, p), here[i], there[i]))
              << ir::mnemonic(roots[i]->op()).str() << " is not "
              << ir::name(monotone.of(i, p)).str() << " in " << p;
      }
      return true;
    });
    for (unsigned i = 0; i < roots.size(); ++i, ++enclosures) {
      tighter += faces[i].hi - faces[i].lo < 0.999 * (naive[i].hi - naive[i].lo);
      for (unsigned p : params)
        claims += monotone.of(i, p) != ir::Trend::Unknown;
    }
  }
  EXPECT_GT(claims, 50'000u);
  EXPECT_GT(compared, 300'000u);
  EXPECT_GT(tighter, enclosures / 100);
}
