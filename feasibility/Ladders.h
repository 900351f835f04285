// Preferences of which each implies the next: comparisons of one quantity with different limits.
#pragma once

#include "feasibility/Problem.h"

namespace wsc::feasibility {

/// Preferences in ladders, the strongest of each first: a design that meets one meets those behind
/// it.  Preferences that are alike are on one ladder; one that is like no other is a ladder of its
/// own.
class Ladders {
public:
  explicit Ladders(const Problem &problem);

  llvm::ArrayRef<std::vector<unsigned>> all() const { return ladders_; }
  /// The ladder of a preference, and the part of it behind the preference.
  llvm::ArrayRef<unsigned> of(unsigned preference) const { return ladders_[ladder_[preference]]; }
  llvm::ArrayRef<unsigned> behind(unsigned preference) const {
    return of(preference).drop_front(place_[preference] + 1);
  }
  /// Whether a design that meets the one meets the other.
  bool implies(unsigned one, unsigned other) const {
    return ladder_[one] == ladder_[other] && place_[one] <= place_[other];
  }

private:
  std::vector<std::vector<unsigned>> ladders_;
  std::vector<unsigned> ladder_, place_; ///< by constraint, of preferences
};

} // namespace wsc::feasibility
