// Whether designs meet constraints, by double precision wherever that leaves no doubt: many times
// faster than Judge, for those who look at many designs and mostly at infeasible ones.
//
// Expressions are evaluated where a constraint asks for them, and again only when a parameter that
// they depend on has changed; those of few parameters are tables.
#pragma once

#include "feasibility/Judge.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include <map>

namespace wsc::feasibility {

class Screen {
public:
  /// Counts its work in `judge`; both arguments must outlive it.
  Screen(const Problem &problem, Judge &judge);

  /// Whether a design meets the constraints that count; Judge decides where a comparison is close
  /// or a rounding could go either way.  Not a proof: doubles may have lost more than is assumed.
  /// Cheap if the design is much like the last one.
  bool holds(llvm::ArrayRef<unsigned> choice);

private:
  using Bits = std::vector<uint64_t>; ///< a set of nodes
  /// Values that must not be close to each other; the second may be any whole number.
  struct Pair {
    unsigned left, right;
    bool toWhole;
    bool isBelow; ///< whether what is close makes a value of the frontier doubtful
  };
  /// One constraint.
  struct Test {
    unsigned constraint, root;
    std::vector<Pair> pairs;
    bool isDoubtful = false; ///< always left to Judge
    Bits nodes;              ///< what its value takes
    unsigned size = 1;       ///< how many these are
    /// What its value is a function of: parameters, and whole numbers, which doubles hold exactly;
    /// what these take; and what Judge said by their values.
    std::vector<unsigned> frontier;
    Bits frontierNodes;
    std::map<std::vector<double>, bool> remembered;
    /// What Judge says, by the combination of values, where there are few of these.
    std::vector<int8_t> decisions;
    bool isStale = true, verdict = false;
    double asked = 1, failed = 0;

    /// How many nodes are evaluated until it fails once.
    double costOfFailure() const { return asked * size / (failed + 0.01); }
  };
  /// The value of a node by the combination of its parameters, if there are few.
  struct Table {
    llvm::SmallVector<unsigned, 2> params;
    std::vector<double> values;
  };

  llvm::DenseSet<const ir::Node *>
  aboveFrontier(Test &test, const llvm::DenseSet<const ir::Node *> &whole) const;
  void watch(Test &test) const;
  void need(Bits &nodes, unsigned node);
  bool isSmall(llvm::ArrayRef<unsigned> params) const;
  unsigned combination(llvm::ArrayRef<unsigned> params) const;
  void fill(unsigned node);
  void move(llvm::ArrayRef<unsigned> choice);
  void update(const Bits &nodes);
  bool decide(Test &test);
  bool remember(Test &test);

  const Problem &problem_;
  Judge &judge_;
  std::vector<const ir::Node *> nodes_; ///< operands first
  llvm::DenseMap<const ir::Node *, unsigned> slots_;
  ir::Tape tape_; ///< of all nodes
  std::vector<Table> tables_;
  std::vector<double> values_;
  std::vector<unsigned> at_;                 ///< the design that these are about
  Bits stale_;                               ///< except for these
  std::vector<Bits> reach_;                  ///< by parameter: what depends on it
  std::vector<Test> tests_;                  ///< in the order of constraints
  std::vector<unsigned> order_;              ///< those that are worth most first
  std::vector<std::vector<unsigned>> users_; ///< tests by parameter
  uint64_t calls_ = 0, evaluated_ = 0;
};

} // namespace wsc::feasibility
