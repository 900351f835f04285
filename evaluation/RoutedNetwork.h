// Collectives and transfers between stages on the meshes and tori of a chip, packet by packet.
#pragma once

#include "evaluation/DefectNetwork.h"
#include "evaluation/Evaluator.h"
#include "evaluation/StageLink.h"
#include "network/Collectives.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <map>

namespace wsc::evaluation {

/// The program that a collective with an algorithm of the closed forms is.
network::Collective programOf(Collective kind);
network::Algorithm programOf(llvm::StringRef algorithm);

/// A collective that was looked at, with all groups on the rectangle of routers that one lies on;
/// or a transfer between the stages of a pipeline; or either on a wafer with dead parts.
struct RoutedProgram {
  /// What tells programs apart.
  using Key = std::array<double, 13>;
  static Key keyOf(Collective kind, const Fabric &fabric, double bytes, llvm::StringRef algorithm);
  static Key keyOf(StageTransfer transfer, const StageGrid &grid, double bytes);

  Key key;
  llvm::StringRef name;      ///< static text
  llvm::StringRef algorithm; ///< static text; empty between stages
  double bytes = 0;          ///< of the whole vector of a rank; of all that a stage sends
  double units = 1;          ///< groups, or steps from stage to stage
  LevelNetwork level;
  network::ProgramResult result; ///< of all units

  NetworkCost cost() const; ///< of one unit
};

/// Times each program once for each size; not for use from several threads.
class RoutedNetwork final : public NetworkModel {
public:
  /// On `maps`, if there are any, what goes between reticles is routed around what is dead; the
  /// slowest wafer counts.  `chip` is the one without defects.
  RoutedNetwork(const Chip &chip, Fidelity fidelity,
                std::vector<std::shared_ptr<const ReticleMap>> maps = {})
      : chip_(chip), fidelity_(fidelity), maps_(std::move(maps)) {}

  NetworkCost refine(Collective kind, const Fabric &fabric, double bytes,
                     const NetworkCost &closed) const override;
  NetworkCost refine(StageTransfer transfer, const StageGrid &grid, double bytes,
                     const NetworkCost &closed) const override;
  /// On a wafer without defects: on others links are slower by the closed form.
  double memoryShare() const override;

  Fidelity fidelity() const { return fidelity_; }
  /// What was looked at so far, in the order of first use.
  llvm::ArrayRef<RoutedProgram> programs() const { return programs_; }
  /// Why some of it could not be, one sentence each.
  const std::vector<std::string> &problems() const { return problems_; }

private:
  /// Flits a cycle that memory ports send through their links, which take one.
  double rateOfPorts() const;
  /// A program on a wafer with dead parts, or, where there is none, on a whole one.
  using Run = llvm::function_ref<RoutedProgram(const ReticleMap *map)>;
  /// Runs what is not known yet over so many routers, on a wafer on the slowest of its maps.
  NetworkCost costOf(const RoutedProgram::Key &key, llvm::StringRef name, double routers,
                     bool isOnWafer, const NetworkCost &closed, Run run) const;
  /// The same program for messages of any size.
  network::ProgramResult run(const LevelNetwork &level, const ReticleMap *map, double flits,
                             llvm::function_ref<network::Program(double)> programOf,
                             llvm::StringRef what) const;

  const Chip chip_;
  const Fidelity fidelity_;
  const std::vector<std::shared_ptr<const ReticleMap>> maps_;
  mutable std::map<RoutedProgram::Key, size_t> known_; ///< indices of programs_
  mutable std::vector<RoutedProgram> programs_;
  mutable std::optional<double> memoryShare_;
  mutable std::vector<std::string> problems_;
};

} // namespace wsc::evaluation
