// What a search is about: a feasible space, objectives, and what is known of them before a design
// is evaluated.
#pragma once

#include "feasibility/Problem.h"
#include "search/GaussianProcess.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <cmath>
#include <functional>

namespace wsc::search {

/// The objectives of a Space, in its order.
std::vector<const ir::Node *> objectiveNodes(const ir::Space &space);

/// What is known of a design before it is evaluated; NaN where nothing is.
struct Known {
  std::vector<double> objectives;   ///< as Space::objectives, or minimized
  std::vector<double> margins = {}; ///< as Margins has them; may be empty
};

/// What the evaluator says of a design.
struct Outcome {
  bool feasible = false;            ///< evaluated, and every measured requirement met
  std::vector<double> objectives;   ///< as Space::objectives; NaN where it could not be evaluated
  std::vector<double> margins = {}; ///< as Margins has them; NaN likewise
};

/// What is asked of an evaluator: a design, and by which of the fidelities of the Task.
struct Question {
  feasibility::Design design;
  unsigned fidelity = 0;
};

/// A question with its answer.
struct Point {
  feasibility::Design design;
  unsigned fidelity = 0;
  Outcome outcome;
};

/// How far designs are from breaking the requirements that wait for an evaluator.
class Margins {
public:
  explicit Margins(const ir::Space &space);

  /// One number for each comparison that such requirements are conjunctions of, not positive where
  /// it holds: the logarithm of the ratio of its sides where both are positive, else their
  /// difference.  Of any other condition 1 or -1.  NaN where it is undefined.
  std::vector<double> of(llvm::ArrayRef<double> params, llvm::ArrayRef<double> metrics) const;

private:
  void add(const ir::Node *condition);

  /// Places among the roots of the tape: two sides, or one condition.
  struct Part {
    unsigned left;
    std::optional<unsigned> right;
  };
  std::vector<const ir::Node *> roots_;
  std::vector<Part> parts_;
  std::optional<ir::Tape> tape_;
};

/// What designs are worth by their objectives, in the order of the Space and minimized: not less
/// where one of them is less.
using Worth = llvm::function_ref<double(llvm::ArrayRef<double>)>;
/// The worth of what nobody wants.
constexpr double worthless = -HUGE_VAL;
/// A design and its worth.
struct Valued {
  feasibility::Design design;
  double worth = 0;
};

class Task {
public:
  /// A cheap model of the objectives, as Space::objectives, and of the measured requirements.
  using Estimate = std::function<Known(const feasibility::Design &)>;

  /// Fields whose best values for the others are known without an evaluation.
  struct Refinement {
    /// Of the feasible designs that differ from the given one in these fields, the one that is
    /// worth most; empty where none is worth anything.  Null: nothing is known.
    std::function<std::optional<Valued>(const feasibility::Design &, Worth)> best = nullptr;
    std::vector<unsigned> fields = {};
    /// Whether a single objective is measured and no other depends on the fields, so that none of
    /// their values but the best ones is worth an evaluation.
    bool isDecided = false;
  };

  /// The Problem must outlive the Task.
  explicit Task(const feasibility::Problem &problem, Estimate estimate = nullptr);

  const feasibility::Problem &problem() const { return problem_; }
  unsigned objectiveCount() const { return space().objectives.size(); }
  bool hasEstimate() const { return static_cast<bool>(estimate_); }

  /// Whether an objective follows from the fields, so that it need not be modelled.
  bool isExact(unsigned objective) const { return exact_[objective]; }

  /// Whether something is known of every objective.
  bool isKnown() const {
    return hasEstimate() || llvm::all_of(exact_, [](bool isExact) { return isExact; });
  }

  /// The fidelity that the front is about; those below it are cheaper and less exact.
  unsigned target() const { return costs.size() - 1; }
  /// A question to the target, where there is a design.
  std::optional<Question> targetQuestion(std::optional<feasibility::Design> design) const {
    return design ? std::optional(Question{std::move(*design), target()}) : std::nullopt;
  }

  /// The worth of a design by its first objective that is measured.
  double worthByMeasured(llvm::ArrayRef<double> objectives) const {
    return -objectives[llvm::find(exact_, false) - exact_.begin()];
  }

  /// Objectives as numbers to minimize.
  std::vector<double> minimized(std::vector<double> objectives) const;

  /// What is known of a design: exactly, or estimated.  Its objectives are minimized.
  Known known(const feasibility::Design &design) const;
  /// The same without estimates.
  Known exactlyKnown(const feasibility::Design &design) const;

  /// What an evaluation costs at each fidelity that has a price, cheapest first, in evaluations of
  /// the last one, which costs 1.
  std::vector<double> costs = {1};
  Noise noise = Noise::Tiny;
  Refinement refinement = {};
  /// Only what is better in every objective counts; as Space::objectives.  Chosen from what is
  /// found where empty.
  std::vector<double> reference;

private:
  const ir::Space &space() const { return problem_.space(); }
  void setExact(const feasibility::Design &design, std::vector<double> &objectives) const;

  const feasibility::Problem &problem_;
  Estimate estimate_;
  std::vector<bool> exact_;
  ir::Tape tape_; ///< of the exact objectives
};

} // namespace wsc::search
