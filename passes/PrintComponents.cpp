// components: groups of requirements that share no field, directly or through others; each can be
// decided alone (ir/Components.h).  Measured requirements and preferences do not count.
//
//   require "r" (le %a, 4)        // component 1: params "a"; constraints "r"
//   require "s" (le %b, 4)        // component 2: params "b"; constraints "s"
#include "passes/Pass.h"

#include "ir/Components.h"
#include "ir/Print.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::passes {

void printComponents(const ir::Space &space, llvm::raw_ostream &out) {
  std::vector<unsigned> counted;
  for (unsigned c = 0; c < space.constraints.size(); ++c)
    if (space.constraints[c].isHard() && !space.constraints[c].isMeasured())
      counted.push_back(c);
  unsigned number = 0;
  auto list = [&](llvm::StringRef what, const std::vector<unsigned> &indices, const auto &named) {
    out << what;
    for (unsigned index : indices)
      out << (index == indices.front() ? " " : ", ") << ir::quoted(named[index].name);
  };
  for (const ir::Component &component : ir::components(space, counted)) {
    out << "// component " << ++number << ":";
    list(" params", component.params, space.params);
    list("; constraints", component.constraints, space.constraints);
    out << '\n';
  }
}

} // namespace wsc::passes
