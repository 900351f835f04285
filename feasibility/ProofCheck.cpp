// Deriving the lemmas of a proof, and the Boolean question that remains.
#include "feasibility/ProofCheck.h"

#include "feasibility/Derivation.h"
#include "feasibility/Judge.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <map>
#include <set>
#include <z3++.h>

namespace wsc::feasibility {

namespace {

class Checker {
public:
  Checker(const Problem &problem, const Proof &proof, Limits limits)
      : problem_(problem), proof_(proof), limits_(limits), judge_(problem) {}

  ProofVerdict run() {
    for (size_t i = 0; i < proof_.steps.size() && verdict_.kind == ProofVerdict::Proven; ++i)
      derive(i);
    if (verdict_.kind == ProofVerdict::Proven)
      cover();
    return verdict_;
  }

private:
  void fail(ProofVerdict::Kind kind, size_t step, std::string reason) {
    verdict_ = {kind, step, std::move(reason), 0};
  }

  void derive(size_t i) {
    const Proof::Step &step = proof_.steps[i];
    if (!std::ranges::includes(proof_.core, step.lemma.constraints))
      return fail(ProofVerdict::Underived, i, "it is about constraints outside the core");
    auto [it, isNew] = derivations_.try_emplace(step.lemma.constraints, nullptr);
    if (isNew)
      it->second = std::make_unique<Derivation>(problem_, step.lemma.constraints);
    Derivation &derivation = *it->second;
    Box box = problem_.domains();
    for (const Lemma::Bound &bound : step.lemma.bounds)
      box[bound.param] = bound.range;
    derivation.start(box);
    judge_.addWork(1 + derivation.nodes().size() * (1 + step.cuts.size()) / nodesPerWork);
    for (size_t k = 0; k < step.cuts.size() && !derivation.isRefuted(); ++k)
      if (!derivation.cut(step.cuts[k]))
        return fail(
            ProofVerdict::Underived, i,
            llvm::formatv("no operation on it justifies cut {0} of {1}", k + 1, step.cuts.size()));
    if (!derivation.isRefuted() && !isFalseAtEachPoint(step.lemma, box))
      return fail(ProofVerdict::Underived, i,
                  "evaluation over its box does not show that it holds");
    if (judge_.work() > limits_.work)
      fail(ProofVerdict::LimitReached, i, "the limit of work was reached");
  }

  bool isFalseAtEachPoint(const Lemma &lemma, const Box &box) {
    if (lemma.constraints.size() != 1)
      return false;
    unsigned constraint = lemma.constraints.front();
    llvm::ArrayRef<unsigned> cone = problem_.cone(constraint);
    return pointCount(cone, box) <= maxProofPoints &&
           forEachPoint(cone, box, [&](llvm::ArrayRef<unsigned> point) {
             Decision decision = judge_.at(constraint, point);
             verdict_.borderline += decision.borderline;
             return !decision.holds;
           });
  }

  /// Asks for a design outside every box, over order literals `index < i` for each end of a range.
  void cover() try {
    std::vector<std::set<unsigned>> ends(problem_.paramCount());
    for (const Proof::Step &step : proof_.steps)
      for (const Lemma::Bound &bound : step.lemma.bounds)
        ends[bound.param].insert({bound.range.lo, bound.range.hi + 1});
    z3::context context;
    z3::solver solver(context, "QF_FD");
    std::vector<std::map<unsigned, z3::expr>> below(problem_.paramCount());
    for (unsigned param = 0; param < ends.size(); ++param) {
      z3::expr previous = context.bool_val(false);
      for (unsigned end : ends[param]) {
        bool isInside = end > 0 && end < problem_.domainSize(param);
        std::string name = llvm::formatv("{0}<{1}", param, end);
        z3::expr literal = isInside ? context.bool_const(name.c_str()) : context.bool_val(end != 0);
        solver.add(!previous || literal);
        below[param].try_emplace(end, literal);
        previous = literal;
      }
    }
    for (const Proof::Step &step : proof_.steps) {
      z3::expr_vector clause(context);
      for (const Lemma::Bound &bound : step.lemma.bounds) {
        clause.push_back(below[bound.param].at(bound.range.lo));
        clause.push_back(!below[bound.param].at(bound.range.hi + 1));
      }
      solver.add(z3::mk_or(clause));
    }
    switch (solver.check()) {
    case z3::unsat: return;
    case z3::unknown:
      return fail(ProofVerdict::LimitReached, 0, "Z3 gave up: " + solver.reason_unknown());
    case z3::sat: break;
    }
    z3::model model = solver.get_model();
    std::string design;
    for (unsigned param = 0; param < below.size(); ++param) {
      unsigned index = 0; // the last end that it is not below
      for (const auto &[end, literal] : below[param])
        if (!model.eval(literal, true).is_true())
          index = end;
      const ir::Param &field = problem_.space().params[param];
      if (!below[param].empty()) // else any value will do
        design += (design.empty() ? "" : ", ") + field.name + " = " +
                  ir::formatValue(problem_.space(), field.type, field.values[index]);
    }
    fail(ProofVerdict::DesignsLeft, 0,
         "the lemmas leave designs: " + (design.empty() ? "all of them" : design));
  } catch (const z3::exception &error) {
    fail(ProofVerdict::LimitReached, 0, std::string("Z3 failed: ") + error.msg());
  }

  /// A constraint has tens of nodes; see Limits.
  static constexpr unsigned nodesPerWork = 16;

  const Problem &problem_;
  const Proof &proof_;
  Limits limits_;
  Judge judge_;
  ProofVerdict verdict_;
  std::map<std::vector<unsigned>, std::unique_ptr<Derivation>> derivations_;
};

} // namespace

ProofVerdict checkProof(const Problem &problem, const Proof &proof, const Limits &limits) {
  return Checker(problem, proof, limits).run();
}

} // namespace wsc::feasibility
