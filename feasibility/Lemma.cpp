// Generalization of refuted points to boxes.  Everything the engine learns passes here.
#include "feasibility/Lemma.h"

#include "llvm/ADT/STLExtras.h"

namespace wsc::feasibility {

using Refuted = llvm::function_ref<bool(const Box &)>;

static Lemma lemmaOf(const Problem &problem, unsigned constraint, const Box &box) {
  Lemma lemma{{constraint}, {}};
  for (unsigned param : problem.cone(constraint))
    if (box[param] != problem.domain(param))
      lemma.bounds.push_back({param, box[param]});
  return lemma;
}

/// Moves one end of a range as far towards `target` as the box stays refuted.
static void moveEnd(Box &box, unsigned &end, unsigned target, Refuted refuted) {
  unsigned good = end, bad = target;
  if (good == bad)
    return;
  end = target;
  if (refuted(box))
    return;
  while (good + 1 < bad || bad + 1 < good) {
    end = good + (int64_t(bad) - int64_t(good)) / 2;
    (refuted(box) ? good : bad) = end;
  }
  end = good;
}

static Lemma widenWhile(const Problem &problem, unsigned constraint, Box box, Random &random,
                        Refuted refuted) {
  std::vector<unsigned> order = problem.cone(constraint).vec();
  random.shuffle<unsigned>(order);
  llvm::erase_if(order, [&](unsigned param) {
    Range kept = std::exchange(box[param], problem.domain(param));
    bool dropped = kept == box[param] || refuted(box);
    if (!dropped)
      box[param] = kept;
    return dropped;
  });
  for (unsigned param : order) {
    moveEnd(box, box[param].lo, 0, refuted);
    moveEnd(box, box[param].hi, problem.domainSize(param) - 1, refuted);
  }
  return lemmaOf(problem, constraint, box);
}

Lemma widen(Judge &judge, const Problem &problem, unsigned constraint, Box box, Random &random) {
  return widenWhile(problem, constraint, std::move(box), random,
                    [&](const Box &wider) { return judge.isFalse(constraint, wider); });
}

Lemma generalize(Judge &judge, const Problem &problem, unsigned constraint,
              llvm::ArrayRef<unsigned> choice, Random &random) {
  Box box;
  for (unsigned i : choice)
    box.push_back({i, i});
  if (judge.isFalse(constraint, box))
    return widen(judge, problem, constraint, std::move(box), random);
  constexpr uint64_t fewPoints = 64;
  llvm::ArrayRef<unsigned> cone = problem.cone(constraint);
  return widenWhile(problem, constraint, std::move(box), random, [&](const Box &wider) {
    return pointCount(cone, wider) <= fewPoints &&
           forEachPoint(cone, wider, [&](llvm::ArrayRef<unsigned> point) {
             return !judge.at(constraint, point).holds;
           });
  });
}

namespace {
/// The truth table of a constraint over its cone.
class Table {
public:
  Table(Judge &judge, const Problem &problem, unsigned constraint)
      : cone_(problem.cone(constraint)) {
    size_t stride = 1;
    strides_.resize(problem.paramCount());
    for (unsigned param : llvm::reverse(cone_)) {
      strides_[param] = stride;
      stride *= problem.domainSize(param);
    }
    forEachPoint(cone_, problem.domains(), [&](llvm::ArrayRef<unsigned> point) {
      holds_.push_back(judge.at(constraint, point).holds);
      return true;
    });
  }

  bool isFalse(const Box &box) const {
    return forEachPoint(cone_, box,
                        [&](llvm::ArrayRef<unsigned> point) { return !holds_[index(point)]; });
  }
  size_t index(llvm::ArrayRef<unsigned> point) const {
    size_t result = 0;
    for (unsigned param : cone_)
      result += strides_[param] * point[param];
    return result;
  }
  size_t size() const { return holds_.size(); }

private:
  llvm::ArrayRef<unsigned> cone_;
  std::vector<size_t> strides_; ///< by parameter
  std::vector<bool> holds_;     ///< in the order of forEachPoint
};
} // namespace

std::vector<Lemma> tabulate(Judge &judge, const Problem &problem, unsigned constraint) {
  Table table(judge, problem, constraint);
  llvm::ArrayRef<unsigned> cone = problem.cone(constraint);
  std::vector<bool> covered(table.size());
  std::vector<Lemma> lemmas;
  Random random(1);
  forEachPoint(cone, problem.domains(), [&](llvm::ArrayRef<unsigned> point) {
    Box box;
    for (unsigned i : point)
      box.push_back({i, i});
    if (covered[table.index(point)] || !table.isFalse(box))
      return true;
    Lemma lemma = widenWhile(problem, constraint, box, random,
                             [&](const Box &wider) { return table.isFalse(wider); });
    box = problem.domains();
    for (const Lemma::Bound &bound : lemma.bounds)
      box[bound.param] = bound.range;
    forEachPoint(cone, box, [&](llvm::ArrayRef<unsigned> inside) {
      return covered[table.index(inside)] = true;
    });
    lemmas.push_back(std::move(lemma));
    return true;
  });
  return lemmas;
}

} // namespace wsc::feasibility
