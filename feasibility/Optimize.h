// The best value of a quantity over all designs that meet some constraints, with a proof that none
// is better: the threshold of a goal is raised until no design reaches it.  What is learnt serves
// the next threshold, and the next question.
#pragma once

#include "feasibility/Boxes.h"

namespace wsc::feasibility {

/// Something to be made as large, or as small, as possible.
struct Target {
  const ir::Node *quantity; ///< a number
  bool maximize;
};

struct Optimum {
  /// Feasible: there is a design, and the rest is about the best one.  Infeasible: `core`.
  Verdict verdict = Verdict::Unknown;
  Design witness; ///< verified; values of the fields only
  /// Of the quantity there, rounded to the next worse number of single precision; the worst of
  /// these where the quantity is undefined for every design.
  double value = 0;
  double bound = 0; ///< no design is better than this: proved
  /// Whether `bound` is the next better number of single precision, which no design reaches; what
  /// is beyond all of these is not told apart.
  bool proven = false;
  std::vector<unsigned> core; ///< not minimal
  std::string reason;         ///< Unknown, or feasible and not proven: the limit

  /// What an answer says, before anything is measured.
  static Optimum of(Answer answer) {
    Optimum result;
    result.verdict = answer.verdict;
    result.witness = std::move(answer.witness);
    result.core = std::move(answer.core);
    result.reason = std::move(answer.reason);
    return result;
  }
};

class Optimizer {
public:
  /// Takes a Space (a copy made for this) with the targets in it.  `limits.work` is for each
  /// question.
  Optimizer(std::unique_ptr<ir::Space> space, llvm::ArrayRef<Target> targets,
            const Options &options = {}, const Limits &limits = {});

  const Problem &problem() const { return problem_; }
  /// The constraints that count.
  llvm::ArrayRef<unsigned> constraints() const { return problem_.constraints(); }

  /// The best design for a target under constraints (ascending indices, all of them counting), or
  /// one that is proved to miss it by no more than a share `gap` of its value.
  Optimum best(unsigned target, llvm::ArrayRef<unsigned> constraints, double gap = 0);

  /// The extreme value of a field, as an index into its domain; `value` and `bound` are indices.
  Optimum extreme(unsigned param, bool largest, llvm::ArrayRef<unsigned> constraints);

  /// Any design that meets constraints, and a bound; the core is not minimal.  Looks near a known
  /// one first, if there is one: that which is closest to the bound.
  Answer feasible(llvm::ArrayRef<unsigned> constraints,
                  std::optional<Lemma::Bound> assumed = std::nullopt) {
    if (assumed)
      suggestNear(*assumed);
    return solve(constraints, assumed, limits_.work);
  }

  /// Offers a design that was found elsewhere: answers start from it where it meets the
  /// constraints.
  void offer(Design design) {
    design.choice.resize(problem_.paramCount());
    known_.push_back(std::move(design));
  }

  /// For the questions from now on.
  void setLimits(const Limits &limits) { limits_ = limits; }
  Statistics statistics() const { return statistics_; }

private:
  Answer solve(llvm::ArrayRef<unsigned> constraints, std::optional<Lemma::Bound> assumed,
               uint64_t work);
  void suggestNear(const Lemma::Bound &bound);
  using IsBetter = llvm::function_ref<bool(const Design &, const Design &)>;
  std::optional<Design> known(llvm::ArrayRef<unsigned> constraints, IsBetter isBetter);
  Optimum start(llvm::ArrayRef<unsigned> constraints, IsBetter isBetter);
  bool reaches(const Goal &goal, const Design &design, unsigned threshold);
  unsigned reached(const Goal &goal, const Design &design);
  void raise(const Goal &goal, llvm::ArrayRef<unsigned> constraints, double gap, Optimum &result);
  void climb(const Goal &goal, llvm::ArrayRef<unsigned> constraints, Design &design);

  std::unique_ptr<ir::Space> space_;
  std::vector<Goal> goals_;
  std::vector<Target> targets_;
  std::vector<ir::Tape> quantities_; ///< by target, negative where it is minimized
  Problem problem_;
  Judge judge_;
  Limits limits_;
  BoxEngine engine_;
  std::vector<Design> known_; ///< witnesses of earlier answers
  Statistics statistics_;
};

} // namespace wsc::feasibility
