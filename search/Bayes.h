// Bayesian optimization of several objectives over feasible designs.
//
// The next design is that of the greatest expected growth of the hypervolume (Improvement.h), times
// the probability that it can be evaluated and meets the measured requirements (M. Gelbart, J.
// Snoek and R. Adams, UAI 2014).  It is sought among random feasible designs, relatives of the
// front and the front of the estimates, by local search from the best of them; no other design is
// ever proposed.  Designs whose answers are outstanding are taken to be what is expected of them
// (D. Ginsbourger, R. Le Riche and L. Carraro, 2010).  docs/search.md says why so.
#pragma once

#include "search/Algorithm.h"
#include "search/Belief.h"
#include "search/Neighbours.h"
#include <set>

namespace wsc::search {

class Bayes final : public Algorithm {
public:
  /// `useKnown`: whether estimates and closed forms count.
  Bayes(const Task &task, uint64_t seed, bool useKnown);

  std::optional<Question> ask() override;
  void tell(const Point &point) override;

private:
  Candidate candidate(feasibility::Design design) const;
  std::optional<feasibility::Design> first();
  std::optional<feasibility::Design> best();

  double caution() const;
  void prepare();
  std::vector<unsigned> front() const;
  std::vector<double> referenceOf(const Points &front);

  void fillPool();
  std::vector<Candidate> candidates();
  void score(std::vector<Candidate> &candidates);
  void climb(std::vector<Candidate> &candidates);

  const Task &task_;
  bool useKnown_;
  Neighbours neighbours_;
  Belief belief_;
  unsigned firstDesigns_;
  std::vector<feasibility::Design> start_; ///< the front of the estimates, best first
  std::vector<Candidate> pool_;            ///< random feasible designs
  bool isPoolAll_ = false;                 ///< whether there are no others
  std::set<feasibility::Design> seen_;     ///< asked about, or found not feasible

  std::vector<Observation> observations_; ///< in the order of asking
  size_t told_ = 0;
  std::vector<double> best_, worst_; ///< by objective, over the fronts since the first designs
  std::vector<unsigned> front_;      ///< observations
  std::optional<ExpectedImprovement> improvement_; ///< empty while no design can be used
};

} // namespace wsc::search
