// What is left of constraints on a box: which of them hold everywhere in it, what the others still
// depend on, and which of those have nothing to do with each other any more.
#pragma once

#include "feasibility/Judge.h"
#include "ir/TapeTable.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include <map>
#include <string>

namespace wsc::feasibility {

/// Constraints that are connected by parameters which are open, and these; both ascending.
struct Part {
  std::vector<unsigned> constraints, params;
  /// Equal for parts that the same values of `params` meet: names the constraints, the ranges of
  /// the parameters, and the value of each sub-expression that is a constant on the box, in
  /// place of the parameters below it.  (`tp * pp * dp == n` has the same key for tp = 2, pp = 4
  /// as for tp = 4, pp = 2.)
  std::string key;
};

class Residual {
public:
  /// Counts its work in `judge`; both arguments must outlive it.
  Residual(const Problem &problem, Judge &judge);

  /// The parts that some constraints (which must count) fall into on a box, without those
  /// that hold everywhere; empty optional when one of them holds nowhere.
  std::optional<std::vector<Part>> split(llvm::ArrayRef<unsigned> constraints, const Box &box);

  /// Which parameter of a part to bisect, so that the constraints come closest to being decided.
  unsigned bestSplit(const Part &part, Box box);

  /// Whether a point of a part's box meets its constraints.
  bool holds(const Part &part, const Box &point);

private:
  /// A set of constraints: the nodes that they reach, ascending, and how to evaluate them.
  struct Piece {
    std::vector<unsigned> nodes, comparisons;
    ir::Tape tape;
  };
  const Piece &pieceOf(llvm::ArrayRef<unsigned> constraints);
  void evaluate(const Piece &piece, const Box &box);
  bool isDefined(unsigned i) const;
  bool isConstant(unsigned i) const { return values_[i].isPoint() && defined_[i]; }
  unsigned root(unsigned constraint) const;
  unsigned operand(unsigned i, unsigned k) const { return operands_[first_[i] + k]; }
  void visit(unsigned i, const Box &box, std::vector<unsigned> &params, std::string *key);
  unsigned firstOpen(unsigned i, const Box &box) const;
  double blur(unsigned comparison) const;

  const Problem &problem_;
  Judge &judge_;
  std::vector<const ir::Node *> nodes_; ///< operands first
  llvm::DenseMap<const ir::Node *, unsigned> slots_;
  std::vector<unsigned> operands_, first_;
  std::map<unsigned, std::shared_ptr<const ir::TapeTable>> tables_;
  std::map<std::vector<unsigned>, Piece> pieces_; ///< by their constraints
  llvm::DenseSet<const ir::Node *> whole_;
  std::vector<Interval> params_, workspace_, results_;
  std::vector<Interval> values_;
  /// Whether a node has a finite value at every point of the box.
  std::vector<bool> defined_;
  std::vector<unsigned> visited_;
  unsigned visit_ = 0;
};

} // namespace wsc::feasibility
