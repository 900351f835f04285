// symmetry: of designs that differ only by swaps of interchangeable fields (ir/Symmetry.h), those
// whose values are least in the order of the fields remain.  Every feasible design can be swapped
// into one that remains, with the same static objectives; whether there is a design does not
// change, how many there are does.  (Lexicographic leaders: J. Crawford et al., KR 1996.)
//
//   before   require "r" a + b <= 9
//   after    require "r" a + b <= 9, require "a.b.symmetry" a <= b
#include "passes/Pass.h"

#include "ir/Symmetry.h"
#include "llvm/ADT/StringSet.h"

namespace wsc::passes {

namespace {

using ir::Node;
using ir::Op;

/// A number that has the order of a parameter's values.
const Node *rank(ir::Space &space, unsigned param) {
  const Node *node = space.param(param);
  const ir::Type number = ir::Type::number();
  if (node->type().isNumber())
    return node;
  if (node->type().isBool())
    return space.make(Op::Select, number, {node, space.constant(1), space.constant(0)});
  const Node *result = space.constant(0);
  for (const Rational &value : space.params[param].domain) {
    const Node *is =
        space.make(Op::Eq, ir::Type::boolean(), {node, space.constant(value, node->type())});
    result = space.make(Op::Select, number, {is, space.constant(value), result});
  }
  return result;
}

/// That the first members of some pairs do not come behind the second ones, as words.
const Node *ordered(ir::Space &space, llvm::ArrayRef<std::pair<unsigned, unsigned>> pairs) {
  const Node *a = rank(space, pairs[0].first), *b = rank(space, pairs[0].second);
  const ir::Type truth = ir::Type::boolean();
  if (pairs.size() == 1)
    return space.make(Op::Le, truth, {a, b});
  const Node *equal = space.make(Op::Eq, truth, {a, b});
  const Node *rest = space.make(Op::And, truth, {equal, ordered(space, pairs.drop_front())});
  return space.make(Op::Or, truth, {space.make(Op::Lt, truth, {a, b}), rest});
}

} // namespace

std::unique_ptr<ir::Space> breakSymmetry(const ir::Space &space) {
  auto result = copy(space);
  llvm::StringSet<> names;
  for (const ir::Constraint &constraint : result->constraints)
    names.insert(constraint.name);
  for (const ir::Swap &swap : ir::symmetries(space)) {
    const ir::Param &a = space.params[swap[0].first], &b = space.params[swap[0].second];
    std::string name = a.name + "." + b.name + ".symmetry";
    while (!names.insert(name).second)
      name += "'";
    std::string reason = "`" + a.name + "` and `" + b.name + "`" +
                         (swap.size() > 1 ? ", with what stands beside them," : "") +
                         " are interchangeable; the lesser comes first";
    result->constraints.push_back({name, ordered(*result, swap), reason, a.location});
  }
  return result;
}

} // namespace wsc::passes
