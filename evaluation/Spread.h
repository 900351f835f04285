// How far outputs spread while inputs take any values of their ranges.
//
// Inputs are moved one at a time to the ends of their ranges, which gives the sign of each effect;
// then all at once to the two corners that these signs say are extreme.  If the response is
// monotone in each input, the corners are the exact range.  A Latin hypercube (McKay et al.,
// Technometrics 1979) says what is likely, and looks for what contradicts that: it is an
// experiment, not a proof.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <cstdint>
#include <vector>

namespace wsc::evaluation {

/// What an input is known to be.
struct Known {
  double low, nominal, high;
};

/// Of one output.
struct Spread {
  double nominal = 0;
  double low = 0, high = 0;                 ///< the least and greatest value that was seen
  double percentile5 = 0, percentile95 = 0; ///< of the samples, inputs uniform and independent
  /// Of each input: its squared effect over its range (the others nominal), in parts of the sum
  /// over all inputs; 0 where nothing has an effect.
  std::vector<double> shares;
  std::vector<unsigned> notMonotone; ///< inputs, ascending
};

struct SpreadResult {
  std::vector<Spread> outputs;
  unsigned samples = 0;
  unsigned undefined = 0; ///< samples where some output that is defined at nominal values is not
};

/// `response` gives the outputs, NaN where undefined, for a value of each input.
SpreadResult spread(llvm::ArrayRef<Known> inputs,
                    llvm::function_ref<std::vector<double>(llvm::ArrayRef<double>)> response,
                    unsigned samples, uint64_t seed);

} // namespace wsc::evaluation
