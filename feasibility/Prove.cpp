// Finding the cuts that refute the box of a lemma, and dividing boxes where there are none.
#include "feasibility/Prove.h"

#include "feasibility/Boxes.h"
#include "feasibility/Derivation.h"
#include "feasibility/Judge.h"
#include "feasibility/LemmaTrim.h"
#include "feasibility/ProofCheck.h"
#include "feasibility/Propagate.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include <cmath>
#include <map>
#include <numeric>

namespace wsc::feasibility {

namespace {

/// Doubles as integers in the same order, so that halving works for all magnitudes.
int64_t rankOf(double value) {
  int64_t bits = llvm::bit_cast<int64_t>(value);
  return bits >= 0 ? bits : INT64_MIN - bits;
}
double ofRank(int64_t rank) { return llvm::bit_cast<double>(rank >= 0 ? rank : INT64_MIN - rank); }

/// Looks for cuts with which the box of a started derivation is refuted.
class CutSearch {
public:
  CutSearch(const Problem &problem, Derivation &derivation)
      : problem_(problem), derivation_(derivation) {}

  std::optional<std::vector<Cut>> run() {
    constexpr unsigned maxRounds = 12;
    bool changed = true;
    for (unsigned round = 0; round < maxRounds && std::exchange(changed, false); ++round)
      for (unsigned i = derivation_.nodes().size(); i-- > 0;)
        for (bool above : {true, false}) {
          std::optional<double> bound = bestBound(i, above);
          if (!bound || !derivation_.cut({derivation_.nodes()[i], above, *bound}))
            continue;
          cuts_.push_back({derivation_.nodes()[i], above, *bound});
          changed = true;
          if (derivation_.isRefuted())
            return std::move(cuts_);
        }
    return std::nullopt;
  }

private:
  /// The least bound (greatest, below) up to about seven digits that an operation justifies.
  std::optional<double> bestBound(unsigned node, bool above) {
    Interval known = derivation_.known(node);
    auto isCut = [&](double bound) {
      return derivation_.excludes(node,
                                  above ? Interval{bound, known.hi} : Interval{known.lo, bound});
    };
    double end = above ? known.hi : known.lo, other = above ? known.lo : known.hi;
    if (known.isPoint() || !isCut(end))
      return std::nullopt;
    constexpr uint64_t precision = uint64_t(1) << 28; // of 52 bits
    int64_t good = rankOf(end), bad = rankOf(other);
    while ((above ? uint64_t(good) - uint64_t(bad) : uint64_t(bad) - uint64_t(good)) > precision) {
      int64_t middle = std::midpoint(good, bad);
      (isCut(ofRank(middle)) ? good : bad) = middle;
    }
    double bound = ofRank(good);
    if (derivation_.nodes()[node]->op() == ir::Op::Param)
      return outermost(derivation_.nodes()[node]->index(), bound, above);
    double rounded = roundTowards(bound, above);
    if (isCut(rounded) && (above ? rounded < end : rounded > end))
      bound = rounded;
    // What hardly cuts anything would go on for ever.
    bool isWorth = std::fabs(end - bound) > 1e-3 * (known.hi - known.lo) || std::isinf(end);
    return isWorth && bound != end ? std::optional(bound) : std::nullopt;
  }

  /// The first value of a domain that a bound cuts off.
  std::optional<double> outermost(unsigned param, double bound, bool above) const {
    std::optional<double> result;
    Range range = derivation_.range(param);
    for (uint64_t k = 0; k < range.size(); ++k) {
      unsigned i = above ? range.hi - k : range.lo + k;
      Interval value = problem_.enclosure(param, {i, i});
      if (above ? value.lo < bound : value.hi > bound)
        break;
      result = above ? value.lo : value.hi;
    }
    return result;
  }

  /// With seven digits, upward or downward.
  static double roundTowards(double value, bool up) {
    if (!std::isfinite(value) || value == 0)
      return value;
    char text[32];
    snprintf(text, sizeof text, "%.6e", value);
    double rounded = std::strtod(text, nullptr);
    if (up ? rounded < value : rounded > value)
      rounded += (up ? 1 : -1) * std::pow(10, std::floor(std::log10(std::fabs(value))) - 6);
    snprintf(text, sizeof text, "%.6e", rounded);
    return std::strtod(text, nullptr);
  }

  const Problem &problem_;
  Derivation &derivation_;
  std::vector<Cut> cuts_;
};

class Prover {
public:
  Prover(const Problem &problem, Limits limits)
      : problem_(problem), limits_(limits), judge_(problem), propagation_(problem, judge_) {}

  /// Appends a lemma in derivable parts; false when the work does not suffice.
  bool add(const Lemma &lemma) {
    if (judge_.work() > limits_.work)
      return false;
    Box box = problem_.domains();
    for (const Lemma::Bound &bound : lemma.bounds)
      box[bound.param] = bound.range;
    if (auto cuts = derive(lemma, box)) {
      steps.push_back({lemma, std::move(*cuts)});
      return true;
    }
    return divide(lemma, box);
  }

  std::vector<Proof::Step> steps;

private:
  std::optional<std::vector<Cut>> derive(const Lemma &lemma, const Box &box) {
    auto &derivation = derivations_[lemma.constraints];
    if (!derivation)
      derivation = std::make_unique<Derivation>(problem_, lemma.constraints);
    derivation->start(box);
    judge_.addWork(1 + derivation->nodes().size() / 2);
    if (derivation->isRefuted() || isFalseAtEachPoint(lemma, box))
      return std::vector<Cut>();
    std::vector<Cut> cuts = propagate(*derivation, lemma, box);
    if (cuts.empty()) {
      derivation->start(box);
      if (auto found = CutSearch(problem_, *derivation).run())
        cuts = std::move(*found);
    }
    if (cuts.empty())
      return std::nullopt;
    spare(*derivation, box, cuts);
    return cuts;
  }

  static double room(double before, double after) {
    constexpr double share = 1e-9;
    return share * (std::fabs(after) + (std::isfinite(before) ? std::fabs(before - after) : 0));
  }

  /// Cuts where propagation narrowed on its way to a refutation: its inverse rules say where to
  /// cut, and evaluation whether that is justified.  Empty unless the cuts refute.
  std::vector<Cut> propagate(Derivation &derivation, const Lemma &lemma, const Box &box) {
    propagation_.refutes(lemma.constraints, box);
    std::vector<Cut> cuts;
    derivation.start(box);
    auto follow = [&](const Propagation::Step &step) {
      const ir::Node *node = propagation_.node(step);
      if (step.after.lo > step.before.lo)
        tryCut(derivation, {node, false, step.after.lo}, step.before.lo, cuts);
      if (step.after.hi < step.before.hi)
        tryCut(derivation, {node, true, step.after.hi}, step.before.hi, cuts);
      return derivation.isRefuted();
    };
    using Cause = Propagation::Cause;
    for (const Propagation::Step &step : propagation_.steps()) // a derivation evaluates by itself
      if (step.cause.kind != Cause::Given && step.cause.kind != Cause::Evaluated && follow(step))
        return cuts;
    if (follow(propagation_.refutation()))
      return cuts;
    return {};
  }

  /// A cut rests on earlier ones, which were made a little farther out; so must this one.
  static void tryCut(Derivation &derivation, Cut cut, double before, std::vector<Cut> &cuts) {
    double size =
               std::fabs(cut.bound) + (std::isfinite(before) ? std::fabs(before - cut.bound) : 0),
           bound = cut.bound;
    for (double room = 1e-13; room < 1e-4; room *= 2) {
      cut.bound = cut.above ? bound + room * size : bound - room * size;
      if (derivation.cut(cut)) {
        cuts.push_back(cut);
        return;
      }
    }
  }

  bool isFalseAtEachPoint(const Lemma &lemma, const Box &box) {
    unsigned constraint = lemma.constraints.front();
    llvm::ArrayRef<unsigned> cone = problem_.cone(constraint);
    return lemma.constraints.size() == 1 && pointCount(cone, box) <= maxProofPoints &&
           forEachPoint(cone, box, [&](llvm::ArrayRef<unsigned> point) {
             return !judge_.at(constraint, point).holds;
           });
  }

  /// The cuts of a list that are justified, one after the other; empty unless they refute.
  static std::vector<Cut> replay(Derivation &derivation, const Box &box, llvm::ArrayRef<Cut> cuts) {
    std::vector<Cut> made;
    derivation.start(box);
    for (const Cut &cut : cuts) {
      if (derivation.cut(cut))
        made.push_back(cut);
      if (derivation.isRefuted())
        return made;
    }
    return {};
  }

  /// Leaves out cuts that are not needed; of a long list, only long parts.
  void spare(Derivation &derivation, const Box &box, std::vector<Cut> &cuts) {
    constexpr size_t parts = 32;
    size_t least = cuts.size() / parts + 1;
    for (size_t chunk = (cuts.size() + 1) / 2; chunk >= least; chunk /= 2)
      for (size_t end = cuts.size(); end > 0; end -= std::min(end, chunk)) {
        std::vector<Cut> rest = cuts;
        rest.erase(rest.begin() + (end - std::min(end, chunk)), rest.begin() + end);
        judge_.addWork(1 + derivation.nodes().size() / 16);
        if (std::vector<Cut> made = replay(derivation, box, rest); !made.empty()) {
          cuts = std::move(made);
          end = std::min(end, cuts.size());
        }
      }
  }

  /// Halves the box; a single design is refuted by a single constraint.
  bool divide(const Lemma &lemma, const Box &box) {
    std::optional<unsigned> widest;
    for (unsigned constraint : lemma.constraints)
      for (unsigned param : problem_.cone(constraint))
        if (box[param].size() > (widest ? box[*widest].size() : 1))
          widest = param;
    if (!widest)
      return llvm::any_of(lemma.constraints, [&](unsigned constraint) {
        return lemma.constraints.size() > 1 && add({{constraint}, lemma.bounds});
      });
    Range range = box[*widest];
    unsigned middle = range.lo + (range.size() - 1) / 2;
    return addPart(lemma, *widest, {range.lo, middle}) &&
           addPart(lemma, *widest, {middle + 1, range.hi});
  }

  bool addPart(Lemma lemma, unsigned param, Range range) {
    llvm::erase_if(lemma.bounds, [&](const Lemma::Bound &bound) { return bound.param == param; });
    lemma.bounds.push_back({param, range});
    llvm::sort(lemma.bounds);
    return add(lemma);
  }

  const Problem &problem_;
  Limits limits_;
  Judge judge_;
  Propagation propagation_;
  std::map<std::vector<unsigned>, std::unique_ptr<Derivation>> derivations_;
};

} // namespace

/// Those of some lemmas that a core needs.
static std::optional<std::vector<Lemma>> needed(const Problem &problem,
                                                llvm::ArrayRef<Lemma> lemmas,
                                                llvm::ArrayRef<unsigned> core, uint64_t seed) {
  std::vector<Lemma> candidates;
  for (Lemma lemma : lemmas) {
    llvm::sort(lemma.constraints);
    if (std::ranges::includes(core, lemma.constraints))
      candidates.push_back(std::move(lemma));
  }
  return trimLemmas(problem, std::move(candidates), seed);
}

/// The lemmas of an answer were learnt while its core became smaller, and what is enough for a
/// larger core is not what a smaller one needs.  How many it takes is a matter of the path besides,
/// so that searches about nothing but the core, with other seeds, mostly come by with fewer.
static std::optional<std::vector<Lemma>> fewest(const Problem &problem, const Answer &answer,
                                                uint64_t seed, const Limits &limits) {
  constexpr size_t few = 50;
  constexpr unsigned attempts = 5;
  auto best = needed(problem, answer.lemmas, answer.core, seed);
  for (unsigned i = 0; i < attempts && (!best || best->size() > few); ++i) {
    BoxEngine engine(problem, {.seed = seed + i}, limits);
    if (engine.solve(answer.core).verdict != Verdict::Infeasible)
      continue;
    auto other = needed(problem, engine.lemmas(), answer.core, seed);
    if (other && (!best || other->size() < best->size()))
      best = std::move(other);
  }
  return best;
}

std::optional<Proof> prove(const Problem &problem, const Answer &answer, uint64_t seed,
                           const Limits &limits) {
  auto kept = fewest(problem, answer, seed, limits);
  if (!kept)
    return std::nullopt;
  Prover prover(problem, limits);
  for (const Lemma &lemma : *kept)
    if (!prover.add(lemma))
      return std::nullopt;
  Proof proof{answer.core, std::move(prover.steps)};
  if (checkProof(problem, proof, limits).kind != ProofVerdict::Proven)
    return std::nullopt;
  return proof;
}

} // namespace wsc::feasibility
