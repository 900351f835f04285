// The loop between Z3 and the intervals.
#include "feasibility/Boxes.h"

#include "feasibility/Contract.h"
#include "feasibility/Probe.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::feasibility {

/// Probes before Z3 is asked.
static constexpr unsigned firstProbes = 20;
/// What a call of Z3 counts for, or one for each order literal if that is more.
static constexpr uint64_t leastCheckWork = 500;

BoxEngine::BoxEngine(const Problem &problem, Options options, Limits limits)
    : problem_(problem), options_(options), judge_(problem), propagation_(problem, judge_),
      random_(options.seed), search_(problem, judge_, options.seed), solver_(options.seed),
      literals_(solver_, problem.paramCount()), tableLimit_(options.tableLimit),
      workLimit_(limits.work), limit_(limits.work), selectors_(problem.space().constraints.size()) {
}

/// Tells Z3 of the lemmas that it does not know.
void BoxEngine::feed() {
  for (; fed_ < search_.lemmas().size(); ++fed_) {
    const Lemma &lemma = search_.lemmas()[fed_];
    std::vector<Literal> clause;
    for (unsigned constraint : lemma.constraints)
      clause.push_back(-selector(constraint));
    for (const Lemma::Bound &bound : lemma.bounds)
      appendOutside(bound, clause);
    solver_.addClause(clause);
  }
}

/// The literal that switches a constraint on.  Its first use compiles the constraint: to
/// exact clauses when its cone is small, else to what its intervals say about single values.
BoxEngine::Literal BoxEngine::selector(unsigned constraint) {
  if (selectors_[constraint])
    return selectors_[constraint];
  selectors_[constraint] = solver_.newVariable();
  if (problem_.conePoints(constraint) <= tableLimit_)
    for (Lemma &lemma : tabulate(judge_, problem_, constraint))
      search_.add(std::move(lemma));
  else
    punch(judge_, problem_, constraint, problem_.domains(), random_,
          [&](Lemma lemma) { search_.add(std::move(lemma)); });
  return selectors_[constraint];
}

void BoxEngine::exclude(const Design &design) {
  std::vector<Literal> clause;
  for (unsigned param = 0; param < problem_.fieldCount(); ++param)
    appendOutside({param, {design.choice[param], design.choice[param]}}, clause);
  solver_.addClause(clause);
  search_.exclude(design);
  excluded_.insert(design);
}

/// The box of all designs in question, tightened; empty when there is none.
std::optional<Box> BoxEngine::rootBox(llvm::ArrayRef<unsigned> constraints) {
  Box box = problem_.domains();
  for (const Lemma::Bound &bound : assumed_)
    box[bound.param] = bound.range;
  if (!propagation_.narrow(constraints, box))
    return std::nullopt;
  for (unsigned param = problem_.fieldCount(); param < problem_.paramCount(); ++param)
    box[param].hi = box[param].lo; // who meets a threshold meets those below
  return box;
}

bool BoxEngine::isAllowed(const Design &design) const {
  return !excluded_.count(design) && llvm::all_of(assumed_, [&](const Lemma::Bound &bound) {
    return bound.range.contains(design.choice[bound.param]);
  });
}

std::vector<BoolSolver::Literal> BoxEngine::assumptions(llvm::ArrayRef<unsigned> constraints) {
  std::vector<Literal> result;
  for (unsigned constraint : constraints)
    result.push_back(selector(constraint));
  for (const Lemma::Bound &bound : assumed_) {
    std::vector<Literal> outside;
    appendOutside(bound, outside);
    for (Literal literal : outside)
      result.push_back(-literal);
  }
  return result;
}

Answer BoxEngine::finish(Answer answer) {
  answer.statistics = {search_.lemmas().size(), checks_, work()};
  assumed_.clear();
  return answer;
}

Answer BoxEngine::feasible(llvm::ArrayRef<unsigned> constraints, Design design) {
  Answer answer;
  answer.verdict = Verdict::Feasible;
  for (unsigned constraint : constraints)
    if (judge_.at(constraint, design.choice).borderline)
      answer.borderline.push_back(constraint);
  answer.witness = std::move(design);
  return finish(std::move(answer));
}

Answer BoxEngine::solve(llvm::ArrayRef<unsigned> constraints) {
  std::optional<Box> root = rootBox(constraints);
  unsigned probes = std::exchange(suggested_, false) ? 0 : firstProbes;
  for (unsigned i = 0; root && i < probes && work() < limit_; ++i)
    if (auto design = probe(propagation_, judge_, constraints, *root, random_))
      if (isAllowed(*design))
        return feasible(constraints, std::move(*design));
  for (unsigned constraint : constraints) // costs as much as some ten probes
    selector(constraint);
  uint64_t elsewhere = work() - judge_.work();
  switch (search_.run(constraints, assumed_, std::max(limit_, elsewhere) - elsewhere)) {
  case Verdict::Feasible: return feasible(constraints, search_.design());
  case Verdict::Infeasible: return certify();
  case Verdict::Unknown: return finish(Answer::unknown(whyStopped()));
  }
  llvm_unreachable("covered switch");
}

/// Derives with Z3, from the lemmas, that the constraints which the search blames exclude each
/// other.
Answer BoxEngine::certify() {
  feed();
  ++checks_;
  checkWork_ += std::max(leastCheckWork, literals_.count());
  switch (solver_.check(assumptions(search_.core()))) {
  case BoolSolver::Result::Unknown: return finish(Answer::unknown(solver_.reason()));
  case BoolSolver::Result::Sat:
    llvm::report_fatal_error("a conflict does not follow from its lemmas");
  case BoolSolver::Result::Unsat: break;
  }
  Answer answer;
  answer.verdict = Verdict::Infeasible;
  std::vector<Literal> core = solver_.core();
  for (unsigned constraint : search_.core())
    if (llvm::is_contained(core, selectors_[constraint]))
      answer.core.push_back(constraint);
  return finish(std::move(answer));
}

Answer BoxEngine::decide() {
  Answer answer = solve(problem_.constraints());
  if (answer.verdict != Verdict::Infeasible)
    return answer;
  if (options_.onInfeasible)
    options_.onInfeasible();
  if (options_.minimizeCore)
    answer = minimize(std::move(answer));
  if (options_.keepLemmas)
    answer.lemmas = lemmas().vec();
  return answer;
}

Answer checkBoxes(const Problem &problem, const Options &options, const Limits &limits) {
  if (auto errors = problem.check(); !errors.empty())
    return Answer::unknown(errors.front());
  return BoxEngine(problem, options, limits).decide();
}

} // namespace wsc::feasibility
