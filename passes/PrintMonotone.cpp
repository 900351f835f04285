// monotone: in which direction each requirement turns as one field grows (ir/Monotone.h), over
// all designs.  `increasing`: it can only turn true; `decreasing`: it can only turn false.
// Fields without a direction are listed as unknown; those that do not matter are not.
//
//   require "r" (le %n, 4)        // monotone "r": "n" decreasing
#include "passes/Pass.h"

#include "ir/Components.h"
#include "ir/Monotone.h"
#include "ir/Print.h"

namespace wsc::passes {

void printMonotone(const ir::Space &space, llvm::raw_ostream &out) {
  std::vector<const ir::Node *> roots;
  for (const ir::Constraint &constraint : space.constraints)
    roots.push_back(constraint.node);
  ir::Monotone monotone(space, roots, ir::designBox(space));
  for (unsigned c = 0; c < roots.size(); ++c) {
    out << "// monotone " << ir::quoted(space.constraints[c].name) << ":";
    const char *separator = " ";
    for (unsigned param : ir::paramsOf(roots[c])) {
      out << separator << ir::quoted(space.params[param].name) << ' '
          << ir::name(monotone.of(c, param));
      separator = ", ";
    }
    out << '\n';
  }
}

} // namespace wsc::passes
