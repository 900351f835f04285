// Some nodes of the DAG as a program for points alone, in doubles: for loops that evaluate the same
// expressions for millions of designs, a part of them at a time.
//
// Each node has a place in one array of values, where its users find it; an instruction is an
// operation and places.  What depends on no parameter is computed once.  The values are those of a
// Tape, to the bit.
#pragma once

#include "ir/TapeTable.h"
#include "llvm/ADT/DenseMap.h"
#include <array>

namespace wsc::ir {

class PointProgram {
public:
  /// For what the roots depend on: nodes are numbered as in Space::reachable(roots).  The Space
  /// must outlive this.
  PointProgram(const Space &space, llvm::ArrayRef<const Node *> roots);

  unsigned slotOf(const Node *node) const { return slots_.lookup(node); }

  /// Nodes to compute, ascending, and then one that has to be true.
  struct Step {
    std::vector<unsigned> nodes;
    std::optional<unsigned> requirement = std::nullopt;
  };
  /// Steps that are run one after the other.
  struct Part {
    unsigned begin = 0, end = 0;
  };
  Part add(llvm::ArrayRef<Step> steps);
  Part addAll();

  /// One value for each node: of constants and what depends on nothing else, NaN for all others.
  /// Metrics stay undefined.
  llvm::ArrayRef<double> constants() const { return constants_; }
  bool isConstant(unsigned node) const { return kinds_[node] == Kind::Constant; }
  /// Sets the values of all parameters among the nodes, `params` being those of the Space.
  void load(llvm::ArrayRef<double> params, llvm::MutableArrayRef<double> values) const;
  /// Stops after a step whose requirement is not true, and returns the latter.
  std::optional<unsigned> run(Part part, llvm::MutableArrayRef<double> values) const;

private:
  enum class Kind : uint8_t { Constant, Open, Computed };
  struct Instruction {
    Op op;
    unsigned result;
    std::array<unsigned, 3> operands; ///< of look-ups the first one is an index of lookups_
  };
  struct Lookup {
    std::shared_ptr<const TapeTable> table;
    unsigned column;
    std::vector<unsigned> keys;
  };

  /// Of code_, and a node that has to be true; `none` for none.
  struct CompiledStep {
    unsigned begin, end, requirement;
  };
  static constexpr unsigned none = ~0u;

  double evaluate(const Instruction &code, llvm::ArrayRef<double> values) const;
  void compile(const Node *node, llvm::ArrayRef<unsigned> operands, TapeTables &tables);

  std::vector<Instruction> all_;  ///< of every node
  std::vector<Instruction> code_; ///< of the steps
  std::vector<CompiledStep> steps_;
  std::vector<Lookup> lookups_;
  std::vector<std::pair<unsigned, unsigned>> params_; ///< node and index
  llvm::DenseMap<const Node *, unsigned> slots_;
  std::vector<Kind> kinds_;
  std::vector<double> constants_;
};

} // namespace wsc::ir
