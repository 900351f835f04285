// Bayesian optimization of several objectives over feasible designs.
//
// The next design is that of the greatest expected growth of the hypervolume (Improvement.h), times
// the probability that it can be evaluated and meets the measured requirements (M. Gelbart, J.
// Snoek and R. Adams, UAI 2014).  It is sought among random feasible designs, relatives of the
// front and the front of the estimates, by local search from the best of them; no other design is
// ever proposed.  Designs whose answers are outstanding are taken to be what is
// expected of them (D. Ginsbourger, R. Le Riche and L. Carraro, 2010).
//
// Where fidelities have a price, each is searched on its own for about the price of one evaluation
// at the next, which then starts from its front.  From there on design and fidelity are chosen
// together: by growth, times the share of the uncertainty that the answer takes away (D. Huang, T.
// Allen, W. Notz and R. Miller, Structural and Multidisciplinary Optimization 32, 2006), divided by
// what that costs.  A design is evaluated at all cheaper fidelities first, unless these mislead.
// docs/search.md says why so.
#pragma once

#include "search/Algorithm.h"
#include "search/FrontGrowth.h"
#include "search/Neighbours.h"

namespace wsc::search {

class Bayes final : public Algorithm {
public:
  /// `useKnown`: whether estimates and closed forms count.
  Bayes(const Task &task, uint64_t seed, bool useKnown);

  std::optional<Question> ask() override;
  void know(const Point &point) override;
  void tell(const Point &point) override;
  std::optional<double> expectedGrowth() const override { return expectedGrowth_; }

private:
  Candidate candidate(feasibility::Design design) const;
  bool isOpen(const feasibility::Design &design) const {
    return history_.next(design) <= focus_ && !(decides() && decided_.count(undecided(design)));
  }
  /// Whether some fields have their best values in all questions.
  bool decides() const { return useKnown_ && task_.refinement.isDecided; }
  /// The same for all values of these fields.
  feasibility::Design undecided(feasibility::Design design) const;
  std::optional<feasibility::Design> bestOfAll(const feasibility::Design &design) const;
  void decide(Candidate &chosen);
  void chooseFocus();
  std::optional<Candidate> choose();
  std::optional<feasibility::Design> refined();
  std::optional<feasibility::Design> first();
  std::optional<feasibility::Design> firstOfUpperLevel();
  std::optional<Candidate> best();
  std::vector<unsigned> parents() const;
  std::optional<feasibility::Design> likeTheFront(feasibility::Design design);

  unsigned levels() const { return history_.levels(); }
  unsigned fidelityOf(unsigned level) const { return task_.target() + 1 - levels() + level; }
  double costOf(unsigned level) const { return task_.costs[fidelityOf(level)]; }
  bool mayAskCheaply() const;
  unsigned cheapestFor(const feasibility::Design &design) const;

  double caution() const;
  void fillPool();
  std::vector<Candidate> candidates();
  void score(std::vector<Candidate> &candidates);
  void climb(std::vector<Candidate> &candidates);

  const Task &task_;
  bool useKnown_;
  Neighbours neighbours_;
  Belief belief_;
  unsigned firstDesigns_ = 0;
  std::vector<feasibility::Design> start_; ///< the front of the estimates, best first
  std::vector<Candidate> pool_;            ///< random feasible designs
  bool isPoolAll_ = false;                 ///< whether there are no others

  History history_;
  unsigned focus_ = 0;     ///< the level whose front is sought at present
  size_t cheapInARow_ = 0; ///< questions since the last one to it
  FrontGrowth growth_;
  std::optional<double> expectedGrowth_;
  std::set<feasibility::Design> decided_;     ///< asked about, as `undecided` has them
  std::optional<feasibility::Design> chosen_; ///< the latest question, if the model chose it
};

} // namespace wsc::search
