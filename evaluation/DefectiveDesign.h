// A design on hardware with dead parts: what a map of defects leaves of its ranks and networks.
//
// A row of cores of a rank with a hole is given up: layers are laid out on the other rows.  A rank
// with a dead reticle is given up, and another takes its place if one is free.  All ranks work in
// step, so that the worst one that is used decides, as do the longest line of cores and the busiest
// link.
#pragma once

#include "evaluation/DefectNetwork.h"
#include "evaluation/Evaluator.h"
#include "network/Defects.h"

namespace wsc::evaluation {

/// How the cores, links and reticles of a chip fail.
struct DefectFields {
  network::WaferShape shape;
  network::DefectModel model;

  bool canFail() const { return model.core > 0 || model.link > 0 || model.reticle > 0; }
};

/// Reads the fields that say how parts fail (`core.yield` and those after it in
/// stdlib/interfaces.wsc; of the chip of the prompts `prefill.core.yield`) at a point of the Space.
/// Empty, with reasons, if a value is out of its range, or if what is left of such a design is not
/// modelled.
std::optional<DefectFields> readDefects(const ir::Space &space, llvm::ArrayRef<double> parameters,
                                        const Design &design, std::vector<std::string> &reasons);

/// What maps of all wafers of a system leave.
struct DefectiveDesign {
  std::string reason;       ///< why the strategy does not run on it; empty if it does
  Design design;            ///< with what is lost and slower
  unsigned wholeWafers = 0; ///< whose rows can all be repaired, and all of whose reticles work
  double deadCores = 0;     ///< of a wafer, mean
  double deadReticles = 0;  ///< of a wafer, mean
  double rowsGivenUp = 0;   ///< of cores, in the worst rank that is used
  double hops = 1;          ///< of a way along a line of cores, over those without defects
  /// Wafers with dead reticles or links, for collectives that are routed (RoutedNetwork.h).
  std::vector<std::shared_ptr<const ReticleMap>> maps;
};

/// A design on the maps `index * wafers` and following of a series.
DefectiveDesign degrade(const Design &design, const DefectFields &fields, uint64_t seed,
                        uint64_t index);

} // namespace wsc::evaluation
