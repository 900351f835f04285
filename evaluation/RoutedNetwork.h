// Collectives on the meshes and tori of a chip, packet by packet.
#pragma once

#include "evaluation/DefectNetwork.h"
#include "evaluation/Evaluator.h"
#include "evaluation/Network.h"
#include "network/Collectives.h"
#include <map>

namespace wsc::evaluation {

/// The program that a collective with an algorithm of the closed forms is.
network::Collective programOf(Collective kind);
network::Algorithm programOf(llvm::StringRef algorithm);

/// A collective that was looked at, with all groups on the rectangle of routers that one lies on,
/// or on a wafer with dead parts.
struct RoutedCollective {
  /// What tells collectives apart.
  using Key = std::array<double, 12>;
  static Key keyOf(Collective kind, const Fabric &fabric, double bytes, llvm::StringRef algorithm);

  Key key;
  Collective kind;
  llvm::StringRef algorithm; ///< static text
  double bytes = 0;          ///< of the whole vector of a rank
  double groups = 1;
  LevelNetwork level;
  network::ProgramResult result; ///< of all groups

  NetworkCost cost() const; ///< of one group
};

/// Times each collective once for each size; not for use from several threads.
class RoutedNetwork final : public NetworkModel {
public:
  /// On `maps`, if there are any, collectives between reticles are routed around what is dead; the
  /// slowest wafer counts.  `chip` is the one without defects.
  RoutedNetwork(const Chip &chip, Fidelity fidelity,
                std::vector<std::shared_ptr<const ReticleMap>> maps = {})
      : chip_(chip), fidelity_(fidelity), maps_(std::move(maps)) {}

  NetworkCost refine(Collective kind, const Fabric &fabric, double bytes,
                     const NetworkCost &closed) const override;

  Fidelity fidelity() const { return fidelity_; }
  /// What was looked at so far, in the order of first use.
  llvm::ArrayRef<RoutedCollective> collectives() const { return collectives_; }
  /// Why some of it could not be, one sentence each.
  const std::vector<std::string> &problems() const { return problems_; }

private:
  RoutedCollective run(Collective kind, const Fabric &fabric, double bytes,
                       llvm::StringRef algorithm, const ReticleMap *map) const;

  const Chip chip_;
  const Fidelity fidelity_;
  const std::vector<std::shared_ptr<const ReticleMap>> maps_;
  mutable std::map<RoutedCollective::Key, size_t> known_; ///< indices of collectives_
  mutable std::vector<RoutedCollective> collectives_;
  mutable std::vector<std::string> problems_;
};

} // namespace wsc::evaluation
