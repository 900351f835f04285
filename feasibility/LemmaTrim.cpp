// Unsatisfiable cores over one assumption for each lemma.
#include "feasibility/LemmaTrim.h"

#include "feasibility/BoolSolver.h"
#include "support/Random.h"
#include "llvm/ADT/STLExtras.h"
#include <map>

namespace wsc::feasibility {

namespace {

/// Calls of Z3 at most; the first few find nearly all there is to find.
constexpr unsigned maxChecks = 60;

class Trimmer {
public:
  Trimmer(const Problem &problem, llvm::ArrayRef<Lemma> lemmas, uint64_t seed)
      : problem_(problem), solver_(seed), random_(seed), below_(problem.paramCount()) {
    for (const Lemma &lemma : lemmas)
      for (const Lemma::Bound &bound : lemma.bounds)
        for (unsigned end : {bound.range.lo, bound.range.hi + 1})
          below_[bound.param].try_emplace(end, 0);
    for (unsigned param = 0; param < below_.size(); ++param)
      declare(param);
    for (const Lemma &lemma : lemmas)
      add(lemma);
  }

  std::optional<std::vector<unsigned>> run() {
    std::vector<unsigned> all;
    for (unsigned i = 0; i < selectors_.size(); ++i)
      all.push_back(i);
    std::optional<std::vector<unsigned>> kept = needed(all);
    if (kept) {
      reorder(*kept);
      remove(*kept);
      llvm::sort(*kept);
    }
    return kept;
  }

private:
  using Literal = BoolSolver::Literal;

  /// One literal `index < end` for each end of a range that occurs.
  void declare(unsigned param) {
    Literal previous = 0;
    for (auto &[end, literal] : below_[param]) {
      if (end == 0 || end == problem_.domainSize(param))
        continue;
      literal = solver_.newVariable();
      if (previous)
        solver_.addClause({-previous, literal});
      previous = literal;
    }
  }

  void add(const Lemma &lemma) {
    selectors_.push_back(solver_.newVariable());
    std::vector<Literal> clause{-selectors_.back()};
    for (const auto &[param, range] : lemma.bounds) {
      if (Literal literal = below_[param].at(range.lo))
        clause.push_back(literal);
      if (Literal literal = below_[param].at(range.hi + 1))
        clause.push_back(-literal);
    }
    solver_.addClause(clause);
  }

  /// Those of some lemmas that Z3 used to refute them all; empty if it did not.
  std::optional<std::vector<unsigned>> needed(llvm::ArrayRef<unsigned> lemmas) {
    std::vector<Literal> assumptions;
    for (unsigned lemma : lemmas)
      assumptions.push_back(selectors_[lemma]);
    ++checks_;
    if (solver_.check(assumptions) != BoolSolver::Result::Unsat)
      return std::nullopt;
    std::vector<Literal> core = solver_.core();
    llvm::sort(core);
    std::vector<unsigned> result;
    for (unsigned lemma : lemmas)
      if (std::binary_search(core.begin(), core.end(), selectors_[lemma]))
        result.push_back(lemma);
    return result;
  }

  /// Another order of the assumptions leads Z3 to another core.
  void reorder(std::vector<unsigned> &kept) {
    for (unsigned failures = 0; failures < 2 && checks_ < maxChecks;) {
      std::vector<unsigned> order = kept;
      random_.shuffle<unsigned>(order);
      auto core = needed(order);
      bool isBetter = core && core->size() < kept.size();
      failures += !isBetter;
      if (isBetter)
        kept = std::move(*core);
    }
  }

  /// Leaves out chunks that can be spared.
  void remove(std::vector<unsigned> &kept) {
    for (size_t chunk = (kept.size() + 3) / 4; chunk > 0 && checks_ < maxChecks; chunk /= 2)
      for (size_t begin = 0; begin < kept.size() && checks_ < maxChecks;) {
        std::vector<unsigned> rest = kept;
        rest.erase(rest.begin() + begin, rest.begin() + std::min(begin + chunk, rest.size()));
        if (auto core = needed(rest))
          kept = std::move(*core);
        else
          begin += chunk;
      }
  }

  const Problem &problem_;
  BoolSolver solver_;
  Random random_;
  std::vector<std::map<unsigned, Literal>> below_; ///< 0 for ends of the domain
  std::vector<Literal> selectors_;                 ///< by lemma
  unsigned checks_ = 0;
};

} // namespace

std::optional<std::vector<Lemma>> trimLemmas(const Problem &problem, std::vector<Lemma> lemmas,
                                             uint64_t seed) {
  auto kept = Trimmer(problem, lemmas, seed).run();
  if (!kept)
    return std::nullopt;
  std::vector<Lemma> result;
  for (unsigned i : *kept)
    result.push_back(std::move(lemmas[i]));
  return result;
}

} // namespace wsc::feasibility
