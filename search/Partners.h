// Two chips that serve the same requests, with many strategies: each is timed once for each of its
// own, whatever the strategy of the other is.
#pragma once

#include "evaluation/ByFields.h"
#include "evaluation/Run.h"

namespace wsc::search {

class Partners {
public:
  /// `open` are parameters of the Space; all others stay as they are.  The binding has a chip for
  /// prompts, and must outlive this.
  Partners(const evaluation::Binding &binding, llvm::ArrayRef<unsigned> open);

  /// What evaluation::measure() says of these parameters.
  evaluation::Measurement measure(llvm::ArrayRef<double> params);

private:
  struct Known {
    std::optional<evaluation::Design> design; ///< empty if a value breaks its kind
    evaluation::Run run;
  };
  /// One of the chips.
  struct Partner {
    const evaluation::Binding *binding;
    std::vector<unsigned> open; ///< parameters that its fields depend on
    evaluation::ByFields<Known> known;
  };
  static Partner partner(const evaluation::Binding &binding, llvm::ArrayRef<unsigned> open);
  static const Known &knownOf(Partner &partner, llvm::ArrayRef<double> params);

  Partner prefill_, decode_;
};

} // namespace wsc::search
