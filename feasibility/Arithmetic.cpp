// Z3 arithmetic with a check of every model it proposes.
#include "feasibility/Arithmetic.h"

#include "feasibility/Lowering.h"

namespace wsc::feasibility {

namespace {
class ArithmeticEngine {
public:
  ArithmeticEngine(const Problem &problem, const Options &options, const Limits &limits)
      : problem_(problem), solver_(context_), lowering_(problem, solver_), selectors_(context_) {
    z3::params params(context_);
    params.set("random_seed", unsigned(options.seed % 0x7fffffff));
    params.set("rlimit", unsigned(std::min<uint64_t>(limits.work, UINT32_MAX)));
    solver_.set(params);
    for (unsigned constraint : problem.constraints()) {
      selectors_.push_back(
          z3::expr(context_, Z3_mk_fresh_const(context_, "s", context_.bool_sort())));
      const ir::Node *node = problem.space().constraints[constraint].node;
      solver_.add(z3::implies(selectors_.back(), lowering_.holds(node)));
    }
  }

  Answer run() {
    constexpr unsigned maxModels = 2000;
    for (unsigned i = 0; i < maxModels; ++i) {
      ++statistics_.checks;
      z3::check_result result = solver_.check(selectors_);
      if (result == z3::unknown)
        return finish(Answer::unknown("Z3 gave up: " + solver_.reason_unknown()));
      if (result == z3::unsat)
        return infeasible();
      Design design = lowering_.design(solver_.get_model());
      Verification verification = problem_.verify(design);
      if (verification.feasible)
        return feasible(std::move(design), std::move(verification.borderline));
      exclude(design, verification.violated.front());
    }
    return finish(Answer::unknown("too many models of the relaxation were wrong"));
  }

private:
  void exclude(const Design &design, unsigned violated) {
    z3::expr same = selector(violated);
    for (unsigned param : problem_.cone(violated))
      same = same && lowering_.isChosen(param, design.choice[param]);
    solver_.add(!same);
    ++statistics_.lemmas;
  }

  z3::expr selector(unsigned constraint) {
    llvm::ArrayRef<unsigned> all = problem_.constraints();
    return selectors_[static_cast<int>(std::find(all.begin(), all.end(), constraint) -
                                       all.begin())];
  }

  Answer feasible(Design design, std::vector<unsigned> borderline) {
    Answer answer;
    answer.verdict = Verdict::Feasible;
    answer.witness = std::move(design);
    answer.borderline = std::move(borderline);
    return finish(std::move(answer));
  }

  Answer infeasible() {
    Answer answer;
    answer.verdict = Verdict::Infeasible;
    z3::expr_vector core = solver_.unsat_core();
    for (unsigned constraint : problem_.constraints())
      for (z3::expr member : core)
        if (z3::eq(member, selector(constraint)))
          answer.core.push_back(constraint);
    return finish(std::move(answer));
  }

  Answer finish(Answer answer) {
    answer.statistics = statistics_;
    return answer;
  }

  const Problem &problem_;
  z3::context context_;
  z3::solver solver_;
  Lowering lowering_;
  z3::expr_vector selectors_; ///< in the order of Problem::constraints
  Statistics statistics_;
};
} // namespace

Answer checkArithmetic(const Problem &problem, const Options &options, const Limits &limits) try {
  if (auto errors = problem.check(); !errors.empty())
    return Answer::unknown(errors.front());
  return ArithmeticEngine(problem, options, limits).run();
} catch (const z3::exception &error) {
  return Answer::unknown(std::string("Z3 failed: ") + error.msg());
}

} // namespace wsc::feasibility
