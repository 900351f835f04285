// Problems whose best fronts are known, as Spaces that the search algorithms of wsc explore.
#pragma once

#include "evaluation/Evaluator.h"
#include "search/Task.h"
#include <memory>

namespace wsc::bench {

struct SearchProblem {
  std::string name;
  std::unique_ptr<ir::Space> space; ///< its objectives are metrics, or follow from its fields
  /// Objectives of a design; the number is another one for each evaluation, for those with noise.
  std::function<std::vector<double>(const feasibility::Design &, uint64_t)> evaluate = nullptr;
  std::function<std::vector<double>(const feasibility::Design &)> truth =
      nullptr; ///< without noise
  search::Task::Estimate estimate = nullptr;
  search::Task::Refinement refinement = {}; ///< of strategies
  /// As Task::costs; what a fidelity below the target says.
  std::vector<double> costs = {1};
  std::function<std::vector<double>(const feasibility::Design &, unsigned)> cheaper = nullptr;
  std::vector<double> reference = {}; ///< as the objectives
  double best = 0;                    ///< hypervolume of the true front
  search::Noise noise = search::Noise::Tiny;
};

/// F. Branin's function and S. Currin's (J. Am. Stat. Assoc. 86, 1991) of two variables on a grid
/// of 1001 values each; with noise, that of the tutorial of BoTorch.
SearchProblem braninCurrin(bool isNoisy);
/// The same with a fidelity s (F. Irshad, S. Karsch and A. Doepp, arXiv:2112.13901) that costs
/// exp(4.8 s): s = 0 and s = 1.
SearchProblem momfBraninCurrin();
/// E. Zitzler, K. Deb and L. Thiele, Evolutionary Computation 8(2), 2000: six variables.
SearchProblem zdt1();
/// K. Deb et al., 2005: six variables, three objectives.
SearchProblem dtlz2();
/// A measured design space, in the text format of docs/search-measured.md; ends the program if it
/// cannot be read.  `useEstimates`: with the estimates of its file.
SearchProblem table(llvm::StringRef path, bool useEstimates);
/// A spec with the evaluator of a fidelity; one that needs none follows from its fields.
/// `enumerate`: all designs are evaluated for the true front; else the best front is that of two
/// runs of NSGA-II with 30,000 evaluations by the fidelity below, asked by this one (`analytic` has
/// none below). `useEstimates`: as `wsc explore` has them, bounds for the analytic evaluator and
/// the analytic evaluator for the others; at `cycle` flows may be asked for a hundredth of the
/// price.
SearchProblem spec(llvm::StringRef path, evaluation::Fidelity fidelity, bool enumerate,
                   bool useEstimates);

} // namespace wsc::bench
