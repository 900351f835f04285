// Minimal conflicts: members are added to a few until these exclude each other, then left out one
// by one.  Each design found on the way violates some members; where there is only one left, that
// is needed (J. Marques-Silva and I. Lynce, SAT 2011; A. Belov and J. Marques-Silva, FMCAD 2011).
#include "feasibility/Boxes.h"

#include "llvm/ADT/STLExtras.h"

namespace wsc::feasibility {

namespace {
class Minimizer {
public:
  Minimizer(BoxEngine &engine, const Problem &problem, Answer infeasible, uint64_t work)
      : engine_(engine), judge_(problem), answer_(std::move(infeasible)), work_(work) {
    answer_.coreIsMinimal = true;
  }

  Answer run() {
    grow();
    leaveOut();
    return std::move(answer_);
  }

private:
  /// Members of the core, those that most lemmas name first.
  std::vector<unsigned> byUse() const {
    std::map<unsigned, unsigned> uses;
    for (const Lemma &lemma : engine_.lemmas())
      for (unsigned constraint : lemma.constraints)
        ++uses[constraint];
    std::vector<unsigned> order = answer_.core;
    llvm::stable_sort(order, [&](unsigned a, unsigned b) { return uses[a] > uses[b]; });
    return order;
  }

  /// Looks near the last design, and notes what a new one violates.
  Answer solve(std::vector<unsigned> constraints, uint64_t work) {
    llvm::sort(constraints);
    engine_.extend(work);
    if (!violated_.empty())
      engine_.suggest(design_);
    Answer answer = engine_.solve(constraints);
    if (answer.verdict != Verdict::Feasible)
      return answer;
    design_ = answer.witness;
    std::vector<unsigned> &violated = violated_.emplace_back();
    for (unsigned member : answer_.core)
      if (!judge_.at(member, design_.choice).holds)
        violated.push_back(member);
    return answer;
  }

  /// Adds members that the last design violates to a few, until these exclude each other.
  void grow() {
    std::vector<unsigned> order = byUse(), some{order.front()};
    while (some.size() < order.size()) {
      Answer answer = solve(some, work_ / order.size());
      if (answer.verdict == Verdict::Infeasible)
        answer_.core = answer.core;
      if (answer.verdict != Verdict::Feasible)
        return;
      some.push_back(*llvm::find_if(
          order, [&](unsigned member) { return llvm::is_contained(violated_.back(), member); }));
    }
  }

  /// Whether some design violates this member alone.
  bool isNeeded(unsigned candidate) const {
    return llvm::any_of(violated_, [&](const std::vector<unsigned> &violated) {
      return llvm::all_of(violated, [&](unsigned member) {
        return member == candidate || !llvm::is_contained(answer_.core, member);
      });
    });
  }

  /// Leaves out those that fewest lemmas name, several at once as long as that goes well.
  void leaveOut() {
    std::vector<unsigned> candidates = byUse();
    std::reverse(candidates.begin(), candidates.end());
    uint64_t share = work_ / (candidates.size() + 1);
    for (size_t chunk = (candidates.size() + 3) / 4;;) {
      llvm::erase_if(candidates, [&](unsigned member) {
        return !llvm::is_contained(answer_.core, member) || isNeeded(member);
      });
      if (candidates.empty())
        return;
      size_t count = std::min(chunk, candidates.size());
      std::vector<unsigned> rest = answer_.core;
      llvm::erase_if(rest, [&](unsigned member) {
        return llvm::is_contained(llvm::ArrayRef(candidates).take_front(count), member);
      });
      Answer without = solve(rest, share);
      if (without.verdict == Verdict::Infeasible) {
        answer_.core = without.core;
        chunk = 2 * count;
      } else if (count > 1) {
        chunk = count / 2;
      } else if (without.verdict == Verdict::Unknown) {
        answer_.coreIsMinimal = false;
        candidates.erase(candidates.begin());
      }
    }
  }

  BoxEngine &engine_;
  Judge judge_;
  Answer answer_;
  uint64_t work_;
  Design design_;                               ///< the last one found
  std::vector<std::vector<unsigned>> violated_; ///< by design: members of the core
};
} // namespace

Answer BoxEngine::minimize(Answer infeasible) {
  return finish(Minimizer(*this, problem_, std::move(infeasible), workLimit_).run());
}

} // namespace wsc::feasibility
