// The main engine: random probes for the easy questions, clause learning for the others, and Z3 to
// derive from the lemmas once more that there is no design.
//
// Clauses are about order literals `index of a field <= i` and one selector for each named
// constraint; arithmetic is done by outward-rounded intervals, whose refutations are the lemmas.
// Unsatisfiable selectors are the conflict.  Lemmas hold on their own, so they serve every later
// question.
#pragma once

#include "feasibility/ClauseSearch.h"
#include "feasibility/OrderLiterals.h"
#include <set>

namespace wsc::feasibility {

class BoxEngine {
public:
  /// The Problem must be valid (Problem::check) and outlive the engine.
  BoxEngine(const Problem &problem, Options options, Limits limits);

  /// Is there a design that meets these constraints (indices, all of them counting)?
  /// The core of an infeasible answer is not minimal yet.
  Answer solve(llvm::ArrayRef<unsigned> constraints);

  /// Removes members of an infeasible answer's core until each is needed.  All this may take
  /// as much work as the limit once more; where that is not enough, coreIsMinimal is false.
  Answer minimize(Answer infeasible);

  /// Is there a design that meets all constraints that count?  The core is minimized, and lemmas
  /// are kept, as the options say.
  Answer decide();

  /// Excludes one design from all later answers.  Cores then mean "no other design".
  void exclude(const Design &design);

  /// Restricts parameters to ranges in the next `solve` only (for sampling); an infeasible
  /// answer then says nothing about the Space.
  void assume(std::vector<Lemma::Bound> bounds) { assumed_ = std::move(bounds); }

  /// Takes over a lemma of another engine; it must be true.
  void adopt(Lemma lemma) { search_.add(std::move(lemma)); }
  /// Whether a constraint has been compiled to lemmas, and says so where all of those were adopted.
  bool isCompiled(unsigned constraint) const { return selectors_[constraint] != 0; }
  void setCompiled(unsigned constraint) { selectors_[constraint] = solver_.newVariable(); }

  /// Suggests a design near which the next `solve` is to look, and not everywhere first.
  void suggest(const Design &design) {
    search_.suggest(design);
    suggested_ = true;
  }

  /// What has been learned: with the order of values, why answers are infeasible.
  llvm::ArrayRef<Lemma> lemmas() const { return search_.lemmas(); }

  /// See Limits; a lemma counts as one evaluation, a call of Z3 as several hundred, and as one for
  /// each order literal, as large domains have many.
  uint64_t work() const { return judge_.work() + search_.lemmas().size() + checkWork_; }
  /// Allows so much more work.
  void extend(uint64_t work) { limit_ = this->work() + work; }

private:
  using Literal = BoolSolver::Literal;

  void feed();
  void appendOutside(const Lemma::Bound &bound, std::vector<Literal> &clause) {
    literals_.appendOutside(bound, problem_.domainSize(bound.param), clause);
  }
  Literal selector(unsigned constraint);
  std::optional<Box> rootBox(llvm::ArrayRef<unsigned> constraints);
  std::vector<Literal> assumptions(llvm::ArrayRef<unsigned> constraints);
  bool isAllowed(const Design &design) const;
  Answer feasible(llvm::ArrayRef<unsigned> constraints, Design design);
  Answer certify();
  Answer finish(Answer answer);

  const Problem &problem_;
  Options options_;
  Judge judge_;
  Propagation propagation_;
  Random random_;
  ClauseSearch search_;
  BoolSolver solver_;
  OrderLiterals literals_;
  double tableLimit_;
  uint64_t workLimit_;             ///< as given, for one question
  uint64_t limit_;                 ///< of work(), for the present one
  std::vector<Literal> selectors_; ///< by constraint, 0 while not in use
  size_t fed_ = 0;                 ///< lemmas that Z3 knows
  std::set<Design> excluded_;
  std::vector<Lemma::Bound> assumed_;
  bool suggested_ = false;
  uint64_t checkWork_ = 0, checks_ = 0;
};

/// Decides a Problem; never returns a witness that was not verified.
Answer checkBoxes(const Problem &problem, const Options &options = {}, const Limits &limits = {});

struct Conflicts {
  std::vector<std::vector<unsigned>> cores; ///< each minimal, as they were found
  bool complete = false;                    ///< whether there are no others
};
/// Up to `count` minimal conflicts (the MARCO scheme: Liffiton et al., Constraints 21(2),
/// 2016), those that are known already first.  `limits.work` is for all together; `found` is told
/// of each other one at once.
Conflicts minimalConflicts(const Problem &problem, unsigned count, const Options &options = {},
                           const Limits &limits = {},
                           llvm::ArrayRef<std::vector<unsigned>> known = {},
                           llvm::function_ref<void(llvm::ArrayRef<unsigned>)> found = {});

} // namespace wsc::feasibility
