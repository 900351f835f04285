// Generalization of refuted points to boxes.  Everything the engine learns passes here.
#include "feasibility/Lemma.h"

#include "llvm/ADT/STLExtras.h"
#include <numeric>

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

/// Widens a box within `domains` in some parameters, in random order, as long as it stays refuted;
/// returns what bounds are left.
static std::vector<Lemma::Bound> widenWhile(const Box &domains, std::vector<unsigned> params,
                                            Box box, Random &random, Refuted refuted) {
  random.shuffle<unsigned>(params);
  llvm::erase_if(params, [&](unsigned param) {
    Range kept = std::exchange(box[param], domains[param]);
    bool dropped = kept == box[param] || refuted(box);
    if (!dropped)
      box[param] = kept;
    return dropped;
  });
  llvm::sort(params);
  std::vector<Lemma::Bound> bounds;
  for (unsigned param : params) {
    moveEnd(box, param, false, 0, refuted);
    moveEnd(box, param, true, domains[param].hi, refuted);
    bounds.push_back({param, box[param]});
  }
  return bounds;
}

Lemma widen(Judge &judge, const Problem &problem, unsigned constraint, Box box, Random &random) {
  auto refuted = [&](const Box &wider) { return judge.isFalse(constraint, wider); };
  std::vector<unsigned> cone = problem.cone(constraint).vec();
  return {{constraint}, widenWhile(problem.domains(), cone, std::move(box), random, refuted)};
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
  return {{constraint}, widenWhile(problem.domains(), cone, std::move(box), random, refuted)};
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
/// The truth table of a constraint over its cone.  Boxes and points are in the cone alone, since a
/// Space may have a thousand parameters beside it.
class Table {
public:
  Table(Judge &judge, const Problem &problem, unsigned constraint)
      : strides_(problem.cone(constraint).size()) {
    llvm::ArrayRef<unsigned> cone = problem.cone(constraint);
    size_t stride = 1;
    for (unsigned k = cone.size(); k-- > 0; stride *= problem.domainSize(cone[k]))
      strides_[k] = stride;
    for (unsigned param : cone) {
      params.push_back(params.size());
      domains.push_back(problem.domain(param));
    }
    holds_.reserve(stride);
    std::vector<unsigned> choice(problem.paramCount());
    forEachPoint(params, domains, [&](llvm::ArrayRef<unsigned> point) {
      for (unsigned k : params)
        choice[cone[k]] = point[k];
      holds_.push_back(judge.at(constraint, choice).holds);
      return true;
    });
  }

  bool isFalse(const Box &box) const {
    return forEachPoint(params, box,
                        [&](llvm::ArrayRef<unsigned> point) { return !holds_[index(point)]; });
  }
  size_t index(llvm::ArrayRef<unsigned> point) const {
    return std::inner_product(point.begin(), point.end(), strides_.begin(), size_t(0));
  }
  size_t size() const { return holds_.size(); }

  std::vector<unsigned> params; ///< 0, 1, ...
  Box domains;

private:
  std::vector<size_t> strides_;
  std::vector<bool> holds_; ///< in the order of forEachPoint
};
} // namespace

std::vector<Lemma> tabulate(Judge &judge, const Problem &problem, unsigned constraint) {
  Table table(judge, problem, constraint);
  llvm::ArrayRef<unsigned> cone = problem.cone(constraint);
  auto isFalse = [&](const Box &box) { return table.isFalse(box); };
  std::vector<bool> covered(table.size());
  std::vector<Lemma> lemmas;
  Random random(1);
  Box box(cone.size());
  forEachPoint(table.params, table.domains, [&](llvm::ArrayRef<unsigned> point) {
    for (unsigned k : table.params)
      box[k] = {point[k], point[k]};
    if (covered[table.index(point)] || !table.isFalse(box))
      return true;
    Lemma lemma{{constraint}, widenWhile(table.domains, table.params, box, random, isFalse)};
    Box wide = table.domains;
    for (Lemma::Bound &bound : lemma.bounds) {
      wide[bound.param] = bound.range;
      bound.param = cone[bound.param];
    }
    forEachPoint(table.params, wide, [&](llvm::ArrayRef<unsigned> inside) {
      return covered[table.index(inside)] = true;
    });
    lemmas.push_back(std::move(lemma));
    return true;
  });
  return lemmas;
}

} // namespace wsc::feasibility
