// What a strategy says whatever the chip: the values of its fields that go together, as a tree of a
// level for each field.  It grows where a search goes and stays, so that chips share it.
#pragma once

#include "ir/PointProgram.h"
#include <memory>

namespace wsc::search {

class StrategyTree {
public:
  /// A requirement on the strategy alone: its place in the program, and the levels of its fields.
  struct Condition {
    unsigned slot;
    std::vector<unsigned> levels;
  };
  /// What depends on one more field of the strategy, and on no field of the chip.
  struct Level {
    unsigned field;               ///< a parameter of the Space
    std::optional<unsigned> slot; ///< its place in the program, where anything asks for it
    ir::PointProgram::Part nodes = {};
    std::vector<Condition> conditions = {};
    std::vector<unsigned> kept = {}; ///< places of the nodes that others ask for, ascending
  };

  /// The values of one field that go with those of the fields before it.
  struct Node {
    const Node *parent = nullptr;  ///< none before the first field
    unsigned place = 0;            ///< among the children of the parent
    unsigned level = 0;            ///< of the field
    std::vector<unsigned> choices; ///< indices of its values, ascending
    std::vector<double> kept;      ///< what the level keeps, choice by choice
    /// What comes after each choice, where it was asked for.
    mutable std::vector<std::unique_ptr<Node>> next;
  };

  /// The Space and the program must outlive this.
  StrategyTree(const ir::Space &space, const ir::PointProgram &program, std::vector<Level> levels);

  llvm::ArrayRef<Level> levels() const { return levels_; }
  /// Not of a strategy without fields.
  const Node &root() const { return *root_; }
  /// The values of the next field after a choice of this one, which is not the last.
  const Node &next(const Node &node, unsigned place);

private:
  bool holds(llvm::ArrayRef<Condition> conditions) const;
  void evaluate(unsigned level);
  void choose(unsigned level, unsigned index);
  void dropHopeless(const Condition &condition);
  std::unique_ptr<Node> grow(const Node *parent, unsigned place);

  const ir::Space &space_;
  const ir::PointProgram &program_;
  std::vector<Level> levels_;
  std::vector<std::vector<unsigned>> choices_; ///< by level, whatever the other fields are
  std::vector<double> values_;
  std::unique_ptr<Node> root_;
};

} // namespace wsc::search
