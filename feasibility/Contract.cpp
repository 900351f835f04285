// Shaving of domain ends and values by interval evaluation.
#include "feasibility/Contract.h"

namespace wsc::feasibility {

namespace {
class Contractor {
public:
  Contractor(Judge &judge, const Problem &problem, Box &box, Random &random,
             llvm::function_ref<void(Lemma)> learn)
      : judge_(judge), problem_(problem), box_(box), random_(random), learn_(learn) {}

  /// Whether `constraint` is false on the box with one parameter restricted; learns it then.
  bool refutes(unsigned constraint, unsigned param, Range range) {
    Range kept = std::exchange(box_[param], range);
    bool refuted = judge_.isFalse(constraint, box_);
    if (refuted)
      learn_(widen(judge_, problem_, constraint, box_, random_));
    box_[param] = kept;
    return refuted;
  }

  /// Cuts both ends of one range; false when nothing is left of it.
  bool shave(unsigned constraint, unsigned param, bool &changed) {
    Range &range = box_[param];
    for (bool low : {true, false})
      for (uint64_t step = 1; refutes(constraint, param, slice(range, low, step)); step *= 2) {
        changed = true;
        if (step >= range.size())
          return false;
        (low ? range.lo += step : range.hi -= step);
      }
    return true;
  }

private:
  /// `size` values at one end of a range.
  static Range slice(Range range, bool low, uint64_t size) {
    unsigned rest = range.size() - std::min(size, range.size());
    return low ? Range{range.lo, range.hi - rest} : Range{range.lo + rest, range.hi};
  }

  Judge &judge_;
  const Problem &problem_;
  Box &box_;
  Random &random_;
  llvm::function_ref<void(Lemma)> learn_;
};
} // namespace

bool contract(Judge &judge, const Problem &problem, llvm::ArrayRef<unsigned> constraints, Box &box,
              Random &random, llvm::function_ref<void(Lemma)> learn) {
  Contractor contractor(judge, problem, box, random, learn);
  for (bool changed = true; changed;) {
    changed = false;
    for (unsigned constraint : constraints) {
      if (judge.isFalse(constraint, box)) {
        learn(widen(judge, problem, constraint, box, random));
        return false;
      }
      for (unsigned param : problem.cone(constraint))
        if (!contractor.shave(constraint, param, changed))
          return false;
    }
  }
  return true;
}

void punch(Judge &judge, const Problem &problem, unsigned constraint, const Box &box,
           Random &random, llvm::function_ref<void(Lemma)> learn) {
  constexpr uint64_t fewValues = 64;
  Box scratch = box;
  Contractor contractor(judge, problem, scratch, random, learn);
  for (unsigned param : problem.cone(constraint)) {
    if (box[param].size() > fewValues)
      continue;
    for (unsigned i = box[param].lo; i <= box[param].hi; ++i)
      contractor.refutes(constraint, param, {i, i});
  }
}

} // namespace wsc::feasibility
