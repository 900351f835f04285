// Proofs of infeasibility: each infeasible Space has one that the independent checker accepts, and
// what is not so is refused, whatever the proof says (brute force decides).
#include "FeasibilitySpaces.h"
#include "feasibility/Boxes.h"
#include "feasibility/Derivation.h"
#include "feasibility/Enumerate.h"
#include "feasibility/ProofCheck.h"
#include "feasibility/Prove.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace wsc;
using namespace wsc::feasibility;

namespace {

constexpr uint64_t randomSpaces = 150;

std::optional<Proof> proofOf(const Problem &problem, uint64_t seed, uint64_t tableLimit) {
  Options options{.seed = seed, .keepLemmas = true, .tableLimit = tableLimit};
  Answer answer = checkBoxes(problem, options);
  return answer.verdict == Verdict::Infeasible ? prove(problem, answer, seed) : std::nullopt;
}

std::optional<Proof> reread(const Problem &problem, const std::string &text) {
  SourceManager sources;
  DiagnosticEngine diagnostics;
  return readProof(problem, *sources.add("proof", text), diagnostics);
}

std::vector<unsigned> allParams(const Problem &problem) {
  std::vector<unsigned> params;
  for (unsigned param = 0; param < problem.paramCount(); ++param)
    params.push_back(param);
  return params;
}

/// Visits the designs of a box that meet all of some constraints.
template <typename F>
void forEachDesign(const Problem &problem, llvm::ArrayRef<unsigned> constraints, const Box &box,
                   F visit) {
  Judge judge(problem);
  forEachPoint(allParams(problem), box, [&](llvm::ArrayRef<unsigned> point) {
    if (llvm::all_of(constraints, [&](unsigned c) { return judge.at(c, point).holds; }))
      visit(point);
    return true;
  });
}

bool isTrue(const Problem &problem, const Lemma &lemma) {
  bool any = false;
  forEachDesign(problem, lemma.constraints, boxOf(problem, lemma), [&](auto &) { any = true; });
  return !any;
}

/// Of all roots of a tape at a design; exactly, where that can be.
std::vector<double> valuesOf(const ir::Space &space, const ir::Tape &tape,
                             llvm::ArrayRef<unsigned> point) {
  std::vector<double> params(point.size()), values(tape.rootCount());
  std::vector<Rational> exact(point.size());
  for (unsigned param = 0; param < point.size(); ++param) {
    params[param] = space.params[param].values[point[param]];
    exact[param] = space.params[param].domain[point[param]];
  }
  tape.evaluate(params, {}, values);
  for (unsigned root = 0; root < values.size(); ++root)
    if (std::optional<Rational> value = tape.evaluateExactly(root, exact))
      values[root] = toDouble(*value);
  return values;
}

Box randomBox(const Problem &problem, Random &random) {
  Box box = problem.domains();
  for (feasibility::Range &range : box)
    if (random.below(2)) {
      unsigned a = random.below(range.size()), b = random.below(range.size());
      range = {std::min(a, b), std::max(a, b)};
    }
  return box;
}

/// One change: of the box, of the constraints, or of a cut.
void mutate(const Problem &problem, Proof::Step &step, Random &random) {
  llvm::erase_if(step.lemma.bounds, [&](auto &) { return random.below(3) == 0; });
  for (Lemma::Bound &bound : step.lemma.bounds) {
    unsigned last = problem.domainSize(bound.param) - 1;
    if (random.below(2))
      bound.range.lo -= std::min<unsigned>(bound.range.lo, random.below(3));
    if (random.below(2))
      bound.range.hi = std::min<unsigned>(last, bound.range.hi + random.below(3));
  }
  if (step.lemma.constraints.size() > 1 && random.below(2))
    step.lemma.constraints.erase(step.lemma.constraints.begin());
  for (Cut &cut : step.cuts)
    if (random.below(4) == 0) {
      cut.bound += (cut.above ? -1 : 1) * std::fabs(cut.bound) * 0.1 * random.below(20);
      cut.above ^= random.below(3) == 0;
    }
}

} // namespace

TEST(Proof, EveryInfeasibleSpaceHasOne) {
  unsigned proofs = 0, infeasible = 0, joint = 0;
  for (uint64_t seed = 0; seed < randomSpaces; ++seed)
    for (uint64_t tableLimit : {4096, 0}) {
      SCOPED_TRACE(seed);
      auto space = test::randomSpace(seed);
      Problem problem(*space);
      std::optional<Proof> proof = proofOf(problem, seed, tableLimit);
      auto first = [](const Design &) { return false; };
      bool expected = enumerateDesigns(problem, problem.constraints(), first).count == 0;
      ASSERT_EQ(bool(proof), expected);
      infeasible += expected;
      if (!proof)
        continue;
      std::string text = toText(problem, *proof);
      std::optional<Proof> again = reread(problem, text);
      ASSERT_TRUE(again) << text;
      EXPECT_EQ(toText(problem, *again), text);
      ProofVerdict verdict = checkProof(problem, *again);
      EXPECT_EQ(verdict.kind, ProofVerdict::Proven) << text << verdict.reason;
      proofs += verdict.kind == ProofVerdict::Proven;
      for (const Proof::Step &step : proof->steps) {
        joint += step.lemma.constraints.size() > 1;
        EXPECT_TRUE(isTrue(problem, step.lemma)) << text;
      }
    }
  EXPECT_EQ(proofs, infeasible);
  EXPECT_GT(proofs, randomSpaces / 3);
  EXPECT_GT(joint, 20u);
}

TEST(Proof, FalseLemmasAreRefused) {
  unsigned refused = 0, derived = 0;
  for (uint64_t seed = 0; seed < randomSpaces; ++seed) {
    SCOPED_TRACE(seed);
    auto space = test::randomSpace(seed);
    Problem problem(*space);
    std::optional<Proof> proof = proofOf(problem, seed, 0);
    Random random(seed);
    for (unsigned i = 0; proof && i < 20; ++i) {
      Proof changed{proof->core, {proof->steps[random.below(proof->steps.size())]}};
      mutate(problem, changed.steps[0], random);
      bool isRefused = checkProof(problem, changed).kind == ProofVerdict::Underived;
      if (!isTrue(problem, changed.steps[0].lemma)) {
        ++refused;
        ASSERT_TRUE(isRefused) << toText(problem, changed);
      }
      derived += !isRefused;
    }
  }
  EXPECT_GT(refused, 50u);
  EXPECT_GT(derived, 50u);
}

// Leaving out a lemma that is needed, or narrowing one, leaves a design, and the checker says so.
TEST(Proof, WhatDoesNotCoverIsRefused) {
  unsigned refused = 0;
  for (uint64_t seed = 0; seed < randomSpaces; ++seed) {
    SCOPED_TRACE(seed);
    auto space = test::randomSpace(seed);
    Problem problem(*space);
    std::optional<Proof> proof = proofOf(problem, seed, 4096);
    for (size_t i = 0; proof && i < proof->steps.size(); ++i) {
      Proof changed = *proof;
      changed.steps.erase(changed.steps.begin() + i);
      bool covers = true;
      forEachDesign(problem, {}, problem.domains(), [&](llvm::ArrayRef<unsigned> point) {
        covers &= llvm::any_of(changed.steps, [&](const Proof::Step &step) {
          return llvm::all_of(step.lemma.bounds, [&](const Lemma::Bound &bound) {
            return bound.range.contains(point[bound.param]);
          });
        });
      });
      ProofVerdict::Kind kind = checkProof(problem, changed).kind;
      EXPECT_EQ(kind, covers ? ProofVerdict::Proven : ProofVerdict::DesignsLeft);
      refused += !covers;
    }
  }
  EXPECT_GT(refused, 50u);
}

// A cut that is accepted loses no design, for whatever node and bound.
TEST(Proof, CutsLoseNoDesign) {
  uint64_t made = 0, refuted = 0;
  for (uint64_t seed = 0; seed < randomSpaces; ++seed) {
    SCOPED_TRACE(seed);
    auto space = test::randomSpace(seed);
    Problem problem(*space);
    Random random(seed);
    for (unsigned i = 0; i < 10; ++i) {
      std::vector<unsigned> constraints;
      for (unsigned constraint : problem.constraints())
        if (random.below(2))
          constraints.push_back(constraint);
      Derivation derivation(problem, constraints);
      llvm::ArrayRef<const ir::Node *> nodes = derivation.nodes();
      if (nodes.empty())
        continue;
      ir::Tape tape(*space, nodes);
      Box box = randomBox(problem, random);
      std::vector<std::vector<double>> designs; // values of all nodes
      forEachDesign(problem, constraints, box, [&](llvm::ArrayRef<unsigned> point) {
        if (designs.size() < 50)
          designs.push_back(valuesOf(*space, tape, point));
      });
      derivation.start(box);
      for (unsigned k = 0; k < 200 && !derivation.isRefuted(); ++k) {
        unsigned node = random.below(nodes.size());
        Interval known = derivation.known(node);
        double lo = std::max(known.lo, -100.0), hi = std::min(known.hi, 100.0);
        Cut cut{nodes[node], random.below(2) == 0, lo + (hi - lo) * random.below(9) / 8};
        bool isNew = cut.above ? cut.bound <= known.hi : cut.bound >= known.lo;
        if (!derivation.cut(cut) || !isNew)
          continue;
        ++made;
        double slack = 1e-9 * std::max(1.0, std::fabs(cut.bound));
        for (const std::vector<double> &values : designs)
          ASSERT_TRUE(cut.above ? values[node] < cut.bound + slack
                                : values[node] > cut.bound - slack);
      }
      refuted += derivation.isRefuted();
      if (derivation.isRefuted()) {
        ASSERT_TRUE(designs.empty());
      }
    }
  }
  EXPECT_GT(made, 2'000u);
  EXPECT_GT(refuted, 50u);
}

// A wafer of real size, in few boxes.
TEST(Proof, ProvesAWafer) {
  auto space = test::waferSpace(60, 15000);
  Problem problem(*space);
  std::optional<Proof> proof = proofOf(problem, 1, 4096);
  ASSERT_TRUE(proof);
  EXPECT_LE(proof->steps.size(), 5000u);
}
