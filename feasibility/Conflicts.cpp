// Enumeration of minimal conflicts: a map of the subsets of constraints that are not yet known
// to be feasible or infeasible, explored from its largest members.
#include "feasibility/Boxes.h"

#include "llvm/ADT/STLExtras.h"

namespace wsc::feasibility {

namespace {
class SubsetMap {
public:
  SubsetMap(llvm::ArrayRef<unsigned> all, uint64_t seed) : all_(all), solver_(seed) {
    for (unsigned constraint : all) {
      literals_.resize(std::max<size_t>(literals_.size(), constraint + 1));
      literals_[constraint] = solver_.newVariable();
    }
  }

  /// Whether each subset is known to be feasible or infeasible.
  bool isExplored() { return solver_.check({}) == BoolSolver::Result::Unsat; }

  /// A largest unexplored subset; empty when none was found.
  std::optional<std::vector<unsigned>> largest() {
    if (solver_.check({}) != BoolSolver::Result::Sat)
      return std::nullopt;
    std::vector<BoolSolver::Literal> chosen;
    std::vector<unsigned> subset;
    for (unsigned constraint : all_) {
      chosen.push_back(literals_[constraint]);
      if (solver_.check(chosen) == BoolSolver::Result::Sat)
        subset.push_back(constraint);
      else
        chosen.pop_back();
    }
    return subset;
  }

  /// Supersets of a conflict are explored.
  void blockUp(llvm::ArrayRef<unsigned> conflict) {
    std::vector<BoolSolver::Literal> clause;
    for (unsigned constraint : conflict)
      clause.push_back(-literals_[constraint]);
    solver_.addClause(clause);
  }

  /// Subsets of what a design satisfies are explored.
  void blockDown(llvm::ArrayRef<unsigned> violated) {
    std::vector<BoolSolver::Literal> clause;
    for (unsigned constraint : violated)
      clause.push_back(literals_[constraint]);
    solver_.addClause(clause);
  }

private:
  llvm::ArrayRef<unsigned> all_;
  BoolSolver solver_;
  std::vector<BoolSolver::Literal> literals_; ///< by constraint
};
} // namespace

Conflicts minimalConflicts(const Problem &problem, unsigned count, const Options &options,
                           const Limits &limits, llvm::ArrayRef<std::vector<unsigned>> known,
                           llvm::function_ref<void(llvm::ArrayRef<unsigned>)> found) {
  Conflicts result{known, false};
  if (!problem.check().empty())
    return result;
  BoxEngine engine(problem, options, limits);
  SubsetMap map(problem.constraints(), options.seed);
  for (const std::vector<unsigned> &core : known)
    map.blockUp(core);
  while (result.cores.size() < count && engine.work() < limits.work) {
    std::optional<std::vector<unsigned>> subset = map.largest();
    if (!subset)
      break;
    engine.extend(limits.work - engine.work());
    Answer answer = engine.solve(*subset);
    if (answer.verdict == Verdict::Infeasible)
      answer = engine.minimize(std::move(answer));
    if (answer.verdict == Verdict::Unknown ||
        (answer.verdict == Verdict::Infeasible && !answer.coreIsMinimal))
      break;
    if (answer.verdict == Verdict::Infeasible) {
      map.blockUp(answer.core);
      result.cores.push_back(answer.core);
      if (found)
        found(answer.core);
    } else {
      map.blockDown(problem.verify(answer.witness).violated);
    }
  }
  result.complete = map.isExplored();
  return result;
}

} // namespace wsc::feasibility
