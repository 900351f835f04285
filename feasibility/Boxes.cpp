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
/// While Z3 works, one part in so many of all work goes to looking for a design elsewhere.
static constexpr uint64_t searchShare = 4, repairBudget = 2000;

BoxEngine::BoxEngine(const Problem &problem, Options options, Limits limits)
    : problem_(problem), judge_(problem), propagation_(problem, judge_), random_(options.seed),
      solver_(options.seed), literals_(solver_, problem.paramCount()),
      tableLimit_(options.tableLimit), workLimit_(limits.work), limit_(limits.work),
      selectors_(problem.space().constraints.size()) {}

void BoxEngine::learn(Lemma lemma) {
  std::vector<Literal> clause;
  for (unsigned constraint : lemma.constraints)
    clause.push_back(-selectors_[constraint]);
  for (const Lemma::Bound &bound : lemma.bounds)
    appendOutside(bound, clause);
  if (lemmas_.insert(std::move(lemma)).second)
    solver_.addClause(clause);
}

/// The literal that switches a constraint on.  Its first use compiles the constraint: to
/// exact clauses when its cone is small, else to what its intervals say about single values.
BoxEngine::Literal BoxEngine::selector(unsigned constraint) {
  if (selectors_[constraint])
    return selectors_[constraint];
  selectors_[constraint] = solver_.newVariable();
  if (problem_.conePoints(constraint) <= tableLimit_)
    for (Lemma &lemma : tabulate(judge_, problem_, constraint))
      learn(std::move(lemma));
  else
    punch(judge_, problem_, constraint, problem_.domains(), random_,
          [&](Lemma lemma) { learn(std::move(lemma)); });
  return selectors_[constraint];
}

void BoxEngine::exclude(const Design &design) {
  std::vector<Literal> clause;
  for (unsigned param = 0; param < problem_.fieldCount(); ++param)
    appendOutside({param, {design.choice[param], design.choice[param]}}, clause);
  solver_.addClause(clause);
  excluded_.insert(design);
}

/// Narrows a box by all constraints together; tells Z3 what is cut off, and by which of them.
bool BoxEngine::propagate(llvm::ArrayRef<unsigned> constraints, Box &box) {
  auto refute = [&](const Box &part) {
    if (!propagation_.refutes(constraints, part))
      return false;
    Lemma lemma{propagation_.minimalRefutation(constraints, part), {}};
    for (unsigned param = 0; param < part.size(); ++param)
      if (part[param] != problem_.domain(param))
        lemma.bounds.push_back({param, part[param]});
    learn(std::move(lemma));
    return true;
  };
  if (refute(box))
    return false;
  Box whole = box;
  propagation_.narrow(constraints, box);
  for (unsigned param = 0; param < box.size(); ++param) {
    Box part = whole;
    if (box[param].lo > whole[param].lo)
      part[param].hi = box[param].lo - 1, refute(part);
    part[param] = whole[param];
    if (box[param].hi < whole[param].hi)
      part[param].lo = box[param].hi + 1, refute(part);
  }
  return true;
}

/// The box of all designs in question, tightened; empty when there is none.
std::optional<Box> BoxEngine::rootBox(llvm::ArrayRef<unsigned> constraints) {
  Box box = problem_.domains();
  for (const Lemma::Bound &bound : assumed_)
    box[bound.param] = bound.range;
  auto learnCut = [&](Lemma lemma) { learn(std::move(lemma)); };
  if (!propagate(constraints, box) ||
      !contract(judge_, problem_, constraints, box, random_, learnCut))
    return std::nullopt;
  return box;
}

/// Looks for a design near one that Z3 proposed, or anywhere, unless that has already had its
/// share of the work.
std::optional<Design> BoxEngine::search(Repair &repair, llvm::ArrayRef<unsigned> constraints,
                                        const Box &root, Design proposal) {
  if (searchWork_ * searchShare > work())
    return std::nullopt;
  uint64_t before = judge_.work();
  auto found = checks_ % 2 ? probe(propagation_, judge_, constraints, root, random_)
                           : repair.run(std::move(proposal), repairBudget);
  searchWork_ += judge_.work() - before;
  return found && isAllowed(*found) ? found : std::nullopt;
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

/// A design that Z3's model allows.  Of thresholds the weakest, which others only add to.
Design BoxEngine::model() {
  Design design;
  for (unsigned param = 0; param < problem_.paramCount(); ++param) {
    Range range = literals_.model(param, problem_.domainSize(param));
    design.choice.push_back(problem_.isThreshold(param) ? range.lo
                                                        : range.lo + random_.below(range.size()));
  }
  return design;
}

/// Learns why a design violates constraints; false when it violates none.  One of the reasons
/// is sought among all constraints together: much stronger, and much dearer.
bool BoxEngine::refute(llvm::ArrayRef<unsigned> constraints, const Design &design) {
  std::vector<unsigned> violated;
  for (unsigned constraint : constraints)
    if (!judge_.at(constraint, design.choice).holds)
      violated.push_back(constraint);
  if (violated.empty())
    return false;
  unsigned chosen = violated[random_.below(violated.size())];
  for (unsigned constraint : violated) {
    Lemma lemma = generalize(judge_, problem_, constraint, design.choice, random_);
    if (constraint == chosen)
      lemma = generalizeJointly(propagation_, problem_, constraints, lemma, random_);
    learn(std::move(lemma));
  }
  return true;
}

Answer BoxEngine::finish(Answer answer) {
  answer.statistics = {lemmas_.size(), checks_, work()};
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
  std::vector<Literal> assumed = assumptions(constraints);
  std::optional<Box> root = rootBox(constraints);
  for (unsigned i = 0; root && i < firstProbes && work() < limit_; ++i)
    if (auto design = probe(propagation_, judge_, constraints, *root, random_))
      if (isAllowed(*design))
        return feasible(constraints, std::move(*design));
  Repair repair(judge_, problem_, constraints, random_);
  while (work() < limit_) {
    ++checks_;
    checkWork_ += std::max(leastCheckWork, literals_.count());
    switch (solver_.check(assumed)) {
    case BoolSolver::Result::Unknown: return finish(Answer::unknown(solver_.reason()));
    case BoolSolver::Result::Sat: {
      Design design = model();
      if (!refute(constraints, design))
        return feasible(constraints, std::move(design));
      if (!root) // refuted already; Z3 has yet to learn it
        break;
      if (auto found = search(repair, constraints, *root, std::move(design)))
        return feasible(constraints, std::move(*found));
      break;
    }
    case BoolSolver::Result::Unsat: {
      Answer answer;
      answer.verdict = Verdict::Infeasible;
      std::vector<Literal> core = solver_.core();
      for (unsigned constraint : constraints)
        if (llvm::is_contained(core, selectors_[constraint]))
          answer.core.push_back(constraint);
      return finish(std::move(answer));
    }
    }
  }
  return finish(Answer::unknown("the limit of work was reached"));
}

Answer BoxEngine::minimize(Answer answer) {
  std::vector<unsigned> candidates = answer.core;
  answer.coreIsMinimal = true;
  for (unsigned candidate : candidates) {
    if (!llvm::is_contained(answer.core, candidate))
      continue;
    std::vector<unsigned> rest = answer.core;
    llvm::erase(rest, candidate);
    extend(workLimit_ / candidates.size());
    Answer without = solve(rest);
    if (without.verdict == Verdict::Infeasible)
      answer.core = without.core;
    answer.coreIsMinimal &= without.verdict != Verdict::Unknown;
  }
  return finish(std::move(answer));
}

Answer checkBoxes(const Problem &problem, const Options &options, const Limits &limits) {
  if (auto errors = problem.check(); !errors.empty())
    return Answer::unknown(errors.front());
  BoxEngine engine(problem, options, limits);
  Answer answer = engine.solve(problem.constraints());
  if (answer.verdict == Verdict::Infeasible && options.minimizeCore)
    answer = engine.minimize(std::move(answer));
  return answer;
}

} // namespace wsc::feasibility
