// Staged brute force.
#include "feasibility/Enumerate.h"

#include "feasibility/Judge.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::feasibility {

namespace {
class Enumerator {
public:
  Enumerator(const Problem &problem, llvm::ArrayRef<unsigned> constraints,
             llvm::function_ref<bool(const Design &)> visit, uint64_t limit)
      : problem_(problem), judge_(problem), visit_(visit), limit_(limit),
        decided_(problem.paramCount() + 1) {
    design_.choice.resize(problem.paramCount());
    for (unsigned constraint : constraints) {
      llvm::ArrayRef<unsigned> cone = problem.cone(constraint);
      decided_[cone.empty() ? 0 : cone.back() + 1].push_back(constraint);
    }
  }

  Enumeration run() {
    result_.complete = descend(0);
    return result_;
  }

private:
  /// With the first `depth` parameters fixed; false to stop altogether.
  bool descend(unsigned depth) {
    if (judge_.work() + result_.count >= limit_)
      return false;
    for (unsigned constraint : decided_[depth])
      if (!judge_.at(constraint, design_.choice).holds)
        return true;
    if (depth == problem_.paramCount()) {
      ++result_.count;
      return visit_(design_);
    }
    for (unsigned i = 0; i < problem_.domainSize(depth); ++i) {
      design_.choice[depth] = i;
      if (!descend(depth + 1))
        return false;
    }
    return true;
  }

  const Problem &problem_;
  Judge judge_;
  llvm::function_ref<bool(const Design &)> visit_;
  uint64_t limit_;
  std::vector<std::vector<unsigned>> decided_; ///< by the number of fixed parameters
  Design design_;
  Enumeration result_;
};
} // namespace

Enumeration enumerateDesigns(const Problem &problem, llvm::ArrayRef<unsigned> constraints,
                             llvm::function_ref<bool(const Design &)> visit, const Limits &limits) {
  return Enumerator(problem, constraints, visit, limits.work).run();
}

/// Feasible, Infeasible with all constraints as the core, or Unknown.
static Answer decide(const Problem &problem, std::vector<unsigned> constraints,
                     const Limits &limits) {
  Answer answer = Answer::unknown(whyStopped());
  Enumeration all = enumerateDesigns(
      problem, constraints,
      [&](const Design &design) {
        answer.witness = design;
        return false;
      },
      limits);
  if (all.count)
    answer.verdict = Verdict::Feasible;
  else if (all.complete)
    answer.verdict = Verdict::Infeasible, answer.core = std::move(constraints);
  return answer;
}

Answer checkEnumerate(const Problem &problem, const Options &options, const Limits &limits) {
  if (auto errors = problem.check(); !errors.empty())
    return Answer::unknown(errors.front());
  Answer answer = decide(problem, problem.constraints().vec(), limits);
  if (answer.verdict == Verdict::Feasible)
    answer.borderline = problem.verify(answer.witness).borderline;
  if (answer.verdict != Verdict::Infeasible || !options.minimizeCore)
    return answer;
  answer.coreIsMinimal = true;
  for (unsigned candidate : problem.constraints()) {
    std::vector<unsigned> rest = answer.core;
    llvm::erase(rest, candidate);
    Answer without = decide(problem, rest, limits);
    if (without.verdict == Verdict::Infeasible)
      answer.core = rest;
    answer.coreIsMinimal &= without.verdict != Verdict::Unknown;
  }
  return answer;
}

} // namespace wsc::feasibility
