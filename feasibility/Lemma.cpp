// Generalization of refuted points to boxes.  Everything the engine learns passes here.
#include "feasibility/Lemma.h"

#include "llvm/ADT/STLExtras.h"

namespace wsc::feasibility {

using Refuted = llvm::function_ref<bool(const Box &)>;

/// Moves one end of a range towards `target` as long as the box stays refuted, in steps that
/// double; mostly the first one fails.
static void moveEnd(Box &box, unsigned param, bool upper, unsigned target, Refuted refuted) {
  auto end = [&]() -> unsigned & { return upper ? box[param].hi : box[param].lo; };
  auto distance = [&] { return upper ? target - end() : end() - target; };
  constexpr unsigned parts = 64;
  for (uint64_t step = distance() / parts + 1; distance() > 0; step *= 2) {
    unsigned kept = end(), move = std::min<uint64_t>(step, distance());
    end() = upper ? kept + move : kept - move;
    if (!refuted(box)) {
      end() = kept;
      return;
    }
  }
}

/// Widens a box in some parameters as long as it stays refuted, first ones first; returns what
/// bounds are left.
static std::vector<Lemma::Bound> widenInOrder(const Problem &problem, std::vector<unsigned> params,
                                              Box box, Refuted refuted) {
  llvm::erase_if(params, [&](unsigned param) {
    Range kept = std::exchange(box[param], problem.domain(param));
    bool dropped = kept == box[param] || refuted(box);
    if (!dropped)
      box[param] = kept;
    return dropped;
  });
  llvm::sort(params);
  std::vector<Lemma::Bound> bounds;
  for (unsigned param : params) {
    moveEnd(box, param, false, 0, refuted);
    moveEnd(box, param, true, problem.domainSize(param) - 1, refuted);
    bounds.push_back({param, box[param]});
  }
  return bounds;
}

static std::vector<Lemma::Bound> widenWhile(const Problem &problem, std::vector<unsigned> params,
                                            Box box, Random &random, Refuted refuted) {
  random.shuffle<unsigned>(params);
  return widenInOrder(problem, std::move(params), std::move(box), refuted);
}

Lemma widen(Judge &judge, const Problem &problem, unsigned constraint, Box box, Random &random) {
  auto refuted = [&](const Box &wider) { return judge.isFalse(constraint, wider); };
  std::vector<unsigned> cone = problem.cone(constraint).vec();
  return {{constraint}, widenWhile(problem, cone, std::move(box), random, refuted)};
}

Lemma generalize(Judge &judge, const Problem &problem, unsigned constraint,
                 llvm::ArrayRef<unsigned> choice, Random &random) {
  Box box;
  for (unsigned i : choice)
    box.push_back({i, i});
  if (judge.isFalse(constraint, box))
    return widen(judge, problem, constraint, std::move(box), random);
  constexpr uint64_t fewPoints = 64;
  std::vector<unsigned> cone = problem.cone(constraint).vec(), fields = cone;
  // Who misses the lowest threshold of a box misses the others.
  llvm::erase_if(fields, [&](unsigned param) { return problem.isThreshold(param); });
  auto refuted = [&](const Box &wider) {
    return pointCount(fields, wider) <= fewPoints &&
           forEachPoint(fields, wider, [&](llvm::ArrayRef<unsigned> point) {
             return !judge.at(constraint, point).holds;
           });
  };
  return {{constraint}, widenWhile(problem, cone, std::move(box), random, refuted)};
}

std::vector<Lemma::Bound> lemmaBounds(const Problem &problem, const Box &box) {
  std::vector<Lemma::Bound> bounds;
  for (unsigned param = 0; param < box.size(); ++param)
    if (box[param] != problem.domain(param))
      bounds.push_back({param, box[param]});
  return bounds;
}

Box boxOf(const Problem &problem, const Lemma &lemma) {
  Box box = problem.domains();
  for (const Lemma::Bound &bound : lemma.bounds)
    box[bound.param] = bound.range;
  return box;
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
    auto refuted = [&](const Box &wider) { return table.isFalse(wider); };
    Lemma lemma{{constraint}, widenWhile(problem, cone.vec(), box, random, refuted)};
    box = boxOf(problem, lemma);
    forEachPoint(cone, box, [&](llvm::ArrayRef<unsigned> inside) {
      return covered[table.index(inside)] = true;
    });
    lemmas.push_back(std::move(lemma));
    return true;
  });
  return lemmas;
}

} // namespace wsc::feasibility
