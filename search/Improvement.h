// By how much a design is expected to increase the hypervolume, exactly and as a logarithm, so that
// tiny expectations still have an order (S. Ament et al., NeurIPS 2023).
#pragma once

#include "search/Hypervolume.h"

namespace wsc::search {

/// What of a quantity is normally distributed.
enum class Scale {
  Linear,
  Log,        ///< its logarithm
  NegativeLog ///< the logarithm of its opposite: what is maximized, and positive
};

/// What one objective may be; it is known where the deviation is 0.
struct Marginal {
  double mean = 0, deviation = 0; ///< on the scale
  Scale scale = Scale::Linear;

  /// The median of the objective.
  double middle() const;
};

/// log(phi(z) + z Phi(z)) of the standard normal distribution.
double logImprovement(double z);
/// log E[max(0, bound - Y)], -infinity where that is 0; the bound may be -infinity.
double logExpectedBelow(double bound, const Marginal &marginal);
/// log Phi(z).
double logNormalProbability(double z);

/// The logarithm of the expected growth of the hypervolume by a point of independent objectives.
///
/// With psi(u) = E[max(0, u - Y)], a box from l to u contributes the product over objectives of
/// psi(u) - psi(l) (K. Yang et al., J. Global Optimization 75, 2019).
class ExpectedImprovement {
public:
  explicit ExpectedImprovement(Boxes boxes) : boxes_(std::move(boxes)) {}

  double log(llvm::ArrayRef<Marginal> marginals);

private:
  double logBySums() const;

  Boxes boxes_;
  /// By objective and level: log psi, and psi as a share of that of the reference.
  std::vector<std::vector<double>> logs_, shares_;
};

} // namespace wsc::search
