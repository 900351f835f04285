// wsc evaluate --defects: the metrics of a design over maps of dead parts.
#pragma once

#include "evaluation/DefectiveDesign.h"
#include "llvm/Support/JSON.h"

namespace wsc::tool {

/// The values of a metric over the maps on which the design runs.
struct MetricOverMaps {
  unsigned metric = 0; ///< of the Space
  double whole = 0;    ///< without defects
  double mean = 0;
  /// Least, quartiles and greatest, between which values are interpolated.
  std::array<double, 5> quantiles{};
};

struct DefectStudy {
  unsigned maps = 0;
  uint64_t seed = 0;
  unsigned wafers = 0;          ///< of all maps
  unsigned wholeWafers = 0;     ///< whose rows can all be repaired, with all reticles alive
  double closedForm = 0;        ///< the share of these that the yield model expects
  unsigned runs = 0;            ///< maps on which the strategy runs
  double deadCores = 0;         ///< of a wafer, mean
  double deadReticles = 0;      ///< likewise
  unsigned mostRowsGivenUp = 0; ///< of cores of a rank, where it runs
  double mostHops = 1;          ///< along a line of cores, over those without defects
  std::string reason;           ///< why the first map on which it does not run does not
  std::vector<MetricOverMaps> metrics;
};

/// A chip with what runs on it, and how it fails.
struct DefectPart {
  evaluation::Design design;
  evaluation::DefectFields fields;
};

/// Draws and evaluates maps 0..maps-1 of a seed.  `parts`: one chip, or that of the prompts and
/// that which generates tokens, whose maps are of the seed that follows.
DefectStudy studyDefects(const ir::Space &space, llvm::ArrayRef<DefectPart> parts, unsigned maps,
                         uint64_t seed, evaluation::Fidelity fidelity);

void showDefects(const ir::Space &space, const DefectStudy &study);
llvm::json::Object toJson(const ir::Space &space, const DefectStudy &study);

} // namespace wsc::tool
