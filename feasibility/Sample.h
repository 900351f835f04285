// Feasible designs, distinct, one after the other: all equally likely, or spread out.
#pragma once

#include "feasibility/Boxes.h"
#include "feasibility/Chain.h"
#include "feasibility/Cover.h"
#include <unordered_map>

namespace wsc::feasibility {

/// Sources, best first:
///   - an exact cover of the feasible designs (Cover.h), whose designs are numbered: uniform, and
///     without repetition by a shuffle of the numbers;
///   - a cover that is not exact, by rejection: uniform.  What draws are rejected for pays for
///     dividing the cover further, so that neither costs more than twice what was needed;
///   - Markov chains, where too little of the cover is feasible: uniform in the end, and walked so
///     far between designs as these take to become independent;
///   - the box engine, with random bounds as assumptions and known designs excluded: anything but
///     uniform, but it finds the first designs of hard spaces, and proves that there are no more.
class Sampler {
public:
  enum class Aim {
    Uniform,
    Diverse, ///< far from each other in the number of fields that differ
  };
  /// The Problem must be valid and outlive the sampler.  `limits.work` is for each design.
  Sampler(const Problem &problem, uint64_t seed, Limits limits = {}, Aim aim = Aim::Uniform);

  /// Another design, verified; empty when there are no more or none was found in time.
  std::optional<Design> next();

  /// After an empty `next`: whether there are no more designs.  Otherwise the limit of work
  /// was reached.
  bool isExhausted() const { return exhausted_; }

private:
  std::optional<Design> uniform();
  std::optional<Design> diverse();
  std::optional<Design> fromNumbers();
  std::optional<Design> fromCover();
  std::optional<Design> fromChains();
  std::optional<Design> fromEngine();
  void divideCover();
  void seedChains();
  double mixChains();
  bool isNew(const Design &design) const { return !known_.count(design); }
  bool isFeasible(const Design &design);
  unsigned distance(const Design &design, unsigned enough) const;

  const Problem &problem_;
  uint64_t workLimit_;
  Aim aim_;
  Judge judge_;
  Random random_;
  Propagation propagation_;
  Box root_;
  Screen screen_;
  std::optional<Chain> chain_;
  std::unique_ptr<Cover> cover_;
  std::unique_ptr<BoxEngine> engine_; ///< made on demand
  bool exhausted_ = false;
  std::set<Design> known_;
  std::vector<Design> found_; ///< in the order found

  // The numbers of an exact cover that were drawn, and which numbers have taken their places.
  uint64_t numbered_ = 0;
  std::unordered_map<uint64_t, uint64_t> moved_;

  bool coverPays_ = true;
  uint64_t coverWork_ = 0;           ///< altogether
  uint64_t drawWork_ = 0, hits_ = 0; ///< since the cover was divided last

  std::vector<Design> states_; ///< of the chains
  unsigned moves_ = 1;         ///< between two designs of a chain
  unsigned turn_ = 0, chainFailures_ = 0;
};

} // namespace wsc::feasibility
