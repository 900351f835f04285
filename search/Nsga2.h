// The genetic algorithm NSGA-II (K. Deb, A. Pratap, S. Agarwal and T. Meyarivan, IEEE TEC 6(2),
// 2002): parents are the least dominated, among equals the least crowded.
#pragma once

#include "search/Neighbours.h"
#include "search/Pareto.h"
#include <set>

namespace wsc::search {

class Nsga2 {
public:
  Nsga2(Neighbours &neighbours, unsigned population)
      : neighbours_(neighbours), population_(population) {}

  /// A feasible design that was not bred before: at first any, then a child of the best.  Empty
  /// where none was found.
  std::optional<feasibility::Design> breed();

  /// What a design turned out to be, all objectives minimized; empty for one that cannot be used.
  /// Selects survivors whenever a generation is complete.
  void add(const feasibility::Design &design, std::vector<double> objectives);

private:
  struct Member {
    feasibility::Design design;
    std::vector<double> objectives;
    unsigned rank = 0;
    double distance = 0; ///< to the neighbours on its front
  };
  void select();
  const Member &winner();

  Neighbours &neighbours_;
  unsigned population_;
  unsigned bred_ = 0;
  std::vector<Member> parents_, children_;
  std::set<feasibility::Design> seen_;
};

/// Of each row the number of the front it is on: 0 for those that no row dominates, 1 for those
/// that only these dominate, ...
std::vector<unsigned> frontNumbers(const Points &points);

} // namespace wsc::search
