// What must be true of each quantity while some constraints hold in a box: how the lemmas of a
// proof are derived, by evaluation alone.
//
// Every node of the DAG below the constraints has an interval: at first what its operands give,
// and `true` for the constraints themselves.  A cut takes a piece off one end of an operand's
// interval; it is justified when evaluating one operation with that piece misses the interval
// of the result.  Where an interval becomes empty, the box has no design.  This is the shaving
// of consistency techniques (O. Lhomme, IJCAI 1993) on nodes instead of variables: it needs no
// inverse of any operation, so it shares nothing with Propagate.h and can judge it.
#pragma once

#include "feasibility/Proof.h"
#include "llvm/ADT/DenseMap.h"

namespace wsc::feasibility {

class Derivation {
public:
  /// The Problem must outlive this; the constraints must count.
  Derivation(const Problem &problem, llvm::ArrayRef<unsigned> constraints);

  /// Begins anew with all designs of a box.
  void start(const Box &box);
  /// Makes a cut if it is justified; whether it is.
  bool cut(const Cut &cut);
  /// Whether no design of the box meets the constraints.
  bool isRefuted() const { return refuted_; }

  // For those who look for cuts.
  llvm::ArrayRef<const ir::Node *> nodes() const { return nodes_; }
  Interval known(unsigned node) const { return known_[node]; }
  /// The values that a range of the box gives a parameter that is among the nodes.
  Range range(unsigned param) const { return box_[param]; }
  /// Whether one operation shows that no design has a value of the node in `piece`.
  bool excludes(unsigned node, Interval piece);

private:
  bool mustBeDefined(unsigned node, unsigned operand) const;
  void demand();
  void meet(unsigned node, Interval bounds);
  void load(unsigned node);
  void ascend(unsigned from);
  bool decide(unsigned node, bool value);

  const Problem &problem_;
  std::vector<const ir::Node *> nodes_; ///< operands first
  ir::Tape tape_;                       ///< of the same nodes
  llvm::DenseMap<const ir::Node *, unsigned> slots_;
  std::vector<llvm::SmallVector<unsigned, 3>> operands_;
  std::vector<std::vector<unsigned>> users_;
  std::vector<unsigned> roots_;
  Box box_;
  std::vector<Interval> known_;
  /// Nodes with a defined value at every design of the box that meets the constraints.  What a
  /// node cannot be says something only of these.
  std::vector<bool> defined_;
  std::vector<unsigned> inner_; ///< nodes with operands, operands last
  std::vector<unsigned> open_;  ///< those of them that may have an operand which is not defined
  std::vector<bool> changed_;
  bool refuted_ = false;
};

} // namespace wsc::feasibility
