// By how much a design is expected to increase the hypervolume, exactly and as a logarithm, so that
// tiny expectations still have an order (S. Ament et al., NeurIPS 2023).
#pragma once

#include "search/Hypervolume.h"
#include <vector>

namespace wsc::search {

/// What of a quantity is normally distributed.
enum class Scale {
  Linear,
  Log,        ///< its logarithm
  NegativeLog ///< the logarithm of its opposite: what is maximized, and positive
};

/// What one objective may be; it is known where the deviation is 0.
struct Marginal {
  /// What one of several models says.
  struct Part {
    double share, mean, deviation;
  };
  double mean = 0, deviation = 0; ///< on the scale
  Scale scale = Scale::Linear;
  /// Where there are several models: a mixture, whose shares sum to 1, of that mean and deviation.
  std::vector<Part> parts = {};

  /// The median of the objective.
  double middle() const;
};

/// log(sum of exp(x) / `over`), -infinity where that is 0.
double logSum(llvm::ArrayRef<double> logs, double over = 1);
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
  double logBySums(llvm::ArrayRef<Marginal> marginals);

  Boxes boxes_;
  /// By objective and level: psi, and its logarithm where that is needed.
  std::vector<std::vector<double>> expected_, logs_;
};

} // namespace wsc::search
