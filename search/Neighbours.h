// Feasible designs near others, and far from all: where searches look.
#pragma once

#include "feasibility/Sample.h"
#include "search/Encoding.h"

namespace wsc::search {

/// Draws designs; all that leave it are feasible.
class Neighbours {
public:
  /// Parameters that are left out keep their values.
  Neighbours(const feasibility::Problem &problem, uint64_t seed,
             Encoding::Steps steps = Encoding::Steps::None, llvm::ArrayRef<unsigned> left = {});

  const Encoding &encoding() const { return encoding_; }
  Random &random() { return random_; }
  bool isFeasible(const feasibility::Design &design) { return screen_.holds(design.choice); }
  /// The same beyond doubt.
  bool isCertainlyFeasible(const feasibility::Design &design) const {
    return problem_.verify(design).feasible;
  }

  /// A feasible design that was not drawn before, all equally likely; empty when there is none
  /// left.
  std::optional<feasibility::Design> fresh() { return sampler_.next(); }

  /// Changes some fields, at least one and 1.5 of them on average: categories to any other value,
  /// numbers mostly to one nearby.  Empty if no feasible design was found.
  std::optional<feasibility::Design> mutant(const feasibility::Design &design);
  /// Takes each field from one of two designs, and then mutates.
  std::optional<feasibility::Design> child(const feasibility::Design &a,
                                           const feasibility::Design &b);

  /// Feasible designs that differ in one field: in all values of categories and of small domains,
  /// else in steps of 1, 4, 16, ...; and in two numbers moved in opposite directions.  At most
  /// `count` of them, chosen at random.
  std::vector<feasibility::Design> around(const feasibility::Design &design, unsigned count);

private:
  void mutate(feasibility::Design &design);
  unsigned moved(unsigned param, unsigned choice);
  unsigned stepped(unsigned param, unsigned choice);

  const feasibility::Problem &problem_;
  Encoding encoding_;
  feasibility::Judge judge_;
  feasibility::Screen screen_;
  feasibility::Sampler sampler_;
  Random random_;
};

} // namespace wsc::search
