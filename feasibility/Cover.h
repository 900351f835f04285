// A cover of the feasible designs: disjoint pieces that contain all of them, in a graph small
// enough to hold, whose designs can be counted and drawn without looking at them.
//
// The graph alternates between choices (which half of a parameter's range?) and products of parts
// that no constraint connects any more; equal parts are one node (AND/OR search spaces: R. Dechter
// and R. Mateescu, Artificial Intelligence 171, 2007; component caching: F. Bacchus, S. Dalmao and
// T. Pitassi, FOCS 2003).  Leaves are small parts decided point by point, and boxes that are not
// decided yet, of which those with most designs are divided next.  With none left the cover is
// exact; until then the leaves, taken as infeasible or as feasible, bound the count.
#pragma once

#include "feasibility/Box.h"
#include "feasibility/Propagate.h"
#include "support/Random.h"
#include "feasibility/Residual.h"
#include "llvm/ADT/StringMap.h"

namespace wsc::feasibility {

using Natural = mpz_class;

class Cover {
public:
  /// Counts its work in `judge`; both arguments must outlive it.
  Cover(const Problem &problem, Judge &judge);

  /// Divides until the cover is exact, or Judge::work reaches a limit, or memory one of its own.
  void refine(uint64_t workLimit);

  /// Whether every design of the cover is feasible.
  bool isExact() const { return exact_; }
  /// The number of designs that are known to be feasible.
  const Natural &lower() const { return lower_; }
  /// The number of designs in the cover.
  const Natural &upper() const { return upper_; }

  /// A design of the cover, which must have one: all with the same probability.
  Design draw(Random &random) const;
  /// The design of a rank below `upper()`.
  Design at(Natural rank) const;

private:
  /// Some values of some parameters, and parts: all combinations of what these allow.
  struct Product {
    std::vector<Lemma::Bound> ranges;
    std::vector<unsigned> nodes;
    double log = 0; ///< log2 of the number of designs
    Natural designs;
  };
  enum class Kind : uint8_t { Leaf, Table, Choice };
  struct Node {
    Part part;
    Kind kind = Kind::Leaf;
    Box box;            ///< Leaf, Table: of all parameters
    uint64_t table = 0; ///< Table: which points meet the part, its last parameter fastest
    std::vector<Product> products; ///< Choice: the halves that are left
    double log = 0;                ///< log2 of the number of designs
    Natural designs;
  };

  std::optional<Product> product(llvm::ArrayRef<unsigned> constraints,
                                 llvm::ArrayRef<unsigned> params, Box box);
  unsigned nodeOf(Part part, const Box &box);
  void divide(unsigned index);
  void tabulate(Node &node);
  std::vector<unsigned> operandsFirst() const;
  void measure(llvm::ArrayRef<unsigned> order);
  std::vector<unsigned> largestLeaves();
  void number();
  void choose(const Product &product, Natural &rank, Design &design) const;
  void choose(const Node &node, Natural &rank, Design &design) const;
  void encode(llvm::ArrayRef<unsigned> order);
  void append(uint64_t value);
  void append(unsigned param, Range range);
  uint32_t append(const Product &product, llvm::ArrayRef<uint32_t> places);

  const Problem &problem_;
  Judge &judge_;
  Propagation propagation_;
  Residual residual_;
  std::optional<Product> root_; ///< nothing where there is no design
  std::vector<Node> nodes_;
  llvm::StringMap<unsigned> known_; ///< nodes by the key of their part
  Natural lower_, upper_;
  std::vector<uint32_t> code_; ///< the graph as `draw` reads it
  uint32_t start_ = 0;         ///< where the root is in it
  bool exact_ = false;
};

} // namespace wsc::feasibility
