// tighten: interval propagation to a fixed point.  A value leaves a domain when some hard
// static requirement is certainly false with it, whatever the other fields are.
//
//   before   param "n" in { 1 .. 8 }, require "r" n * 2 <= 6
//   after    param "n" in { 1 .. 3 }, require "r" n * 2 <= 6
// A domain that would become empty is left alone: saying why there is no design is the task
// of feasibility/, which needs the requirement and the domain as they were.
#include "passes/Pass.h"

#include "ir/Tape.h"

namespace wsc::passes {

namespace {

class Tightener {
public:
  explicit Tightener(ir::Space &space) : space_(space), box_(ir::designBox(space)) {
    for (const ir::Constraint &constraint : space.constraints)
      if (constraint.isHard() && constraint.node->bindingTime() == ir::BindingTime::Static)
        tapes_.emplace_back(space, constraint.node);
  }

  void run() {
    RoundUp rounding;
    bool changed = true;
    while (changed) {
      changed = false;
      for (const ir::Tape &tape : tapes_)
        for (unsigned param : tape.params())
          changed |= filter(tape, param);
    }
  }

private:
  bool filter(const ir::Tape &tape, unsigned index) {
    ir::Param &param = space_.params[index];
    std::vector<Rational> kept;
    for (unsigned i = 0; i < param.domain.size(); ++i) {
      box_[index] = Interval::point(param.values[i]);
      Interval truth;
      tape.evaluate(box_, workspace_, truth);
      if (!truth.certainlyFalse())
        kept.push_back(param.domain[i]);
    }
    bool shrinks = !kept.empty() && kept.size() < param.domain.size();
    if (shrinks)
      param = ir::Param(param.name, param.type, std::move(kept), param.location);
    box_[index] = {param.values.front(), param.values.back()};
    return shrinks;
  }

  ir::Space &space_;
  std::vector<ir::Tape> tapes_;
  std::vector<Interval> box_, workspace_;
};

} // namespace

std::unique_ptr<ir::Space> tightenDomains(const ir::Space &space) {
  auto result = copy(space);
  Tightener(*result).run();
  return result;
}

} // namespace wsc::passes
