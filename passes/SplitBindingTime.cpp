// split: a requirement that joins a static condition and a measured one is two requirements:
// the solver can use the static half before anything is evaluated.
//
//   before   require "r" (and %static, %measured)
//   after    require "r" %static
//            require "r.measured" %measured
#include "ir/Components.h"
#include "passes/Pass.h"

namespace wsc::passes {

std::unique_ptr<ir::Space> splitBindingTime(const ir::Space &space) {
  auto result = copy(space);
  std::vector<ir::Constraint> constraints;
  for (const ir::Constraint &constraint : result->constraints) {
    const ir::Node *halves[2] = {nullptr, nullptr}; // static (and constant), measured
    for (const ir::Node *part : ir::conjunctsOf(constraint.node)) {
      auto &half = halves[part->bindingTime() == ir::BindingTime::Measured];
      half = half ? result->make(ir::Op::And, ir::Type::boolean(), {half, part}) : part;
    }
    if (!constraint.isHard() || !halves[0] || !halves[1]) {
      constraints.push_back(constraint);
      continue;
    }
    for (unsigned i : {0u, 1u}) {
      constraints.push_back(constraint);
      constraints.back().node = halves[i];
      if (i == 1)
        constraints.back().name += ".measured";
    }
  }
  result->constraints = std::move(constraints);
  return result;
}

} // namespace wsc::passes
