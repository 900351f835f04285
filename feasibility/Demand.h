// Requirements taken apart: each conjunct is a demand of its own, which can be left out, measured
// against what is possible, and relaxed.  So is each end of a domain: what a user writes with `in`
// is as much a constraint as a `require`.
#pragma once

#include "ir/Space.h"
#include <memory>

namespace wsc::feasibility {

struct Demand {
  /// What is measured, and against what.
  enum class Kind {
    Limit,    ///< one side is constant: the other side against it
    Share,    ///< `measured within share of wanted`: the deviation in parts of what is wanted
    Margin,   ///< both sides vary: by how much the left one is larger, against 0
    Distance, ///< an equality: how far the sides are apart, against 0
    Condition ///< no comparison of numbers: it holds or does not
  };
  Kind kind;
  bool isDomain;   ///< the end of a field's domain
  unsigned origin; ///< the field, else the constraint: an index of the Space as written
  ir::Op op;       ///< Le, Lt or Eq; of a Condition what it is
  bool maximize;   ///< the limit is a lower one: the larger the better
  Rational limit;  ///< what the quantity must reach; 0 where that is open
  // The nodes belong to Demands::space.
  const ir::Node *condition;
  const ir::Node *quantity;     ///< null for a Condition
  const ir::Node *left, *right; ///< of the comparison as written; null for a Condition

  bool isMeasurable() const { return kind != Kind::Condition; }
};

/// A copy of a Space in which some constraints are replaced by their demands, one constraint each,
/// behind all others.  Domains that are demands are wider than in the original (Widen.h).
struct Demands {
  std::unique_ptr<ir::Space> space;
  std::vector<Demand> list;

  /// Where a demand stands in a Space that passes have made of this one.
  unsigned constraintIn(const ir::Space &space, unsigned demand) const;
  const ir::Node *quantityIn(const ir::Space &space, unsigned demand) const;
};

/// Indices of constraints, and of fields whose domains are demands as far as they can be wider.
Demands takeApart(const ir::Space &written, llvm::ArrayRef<unsigned> constraints,
                  llvm::ArrayRef<unsigned> fields = {});

/// The static members of a conjunction that are none themselves, negations moved inward.
std::vector<const ir::Node *> conjuncts(ir::Space &space, const ir::Node *condition);

/// Whether the limit of a comparison was most likely written on its left, as in what became of
/// `yield >= 70 %`: the side that is rather a number than a formula, and rather a constant than a
/// quantity; of two alike the right one.
bool isLimitLeft(const ir::Node *comparison);

/// Whether a node is `measured within share of wanted`, and the three.
struct Within {
  const ir::Node *measured, *share, *wanted;
};
std::optional<Within> asWithin(const ir::Node *node);

} // namespace wsc::feasibility
