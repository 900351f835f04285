// tighten: domains to a fixed point.  A value leaves a domain when some hard static requirement is
// certainly false with it, whatever the other fields are; where there is only one other field, for
// each of its values (arc consistency: A. K. Mackworth, Artificial Intelligence 8, 1977).  No
// design that meets the requirements is lost.
//
//   before   param "n" in { 1 .. 8 }, require "r" n * 2 <= 6
//   after    param "n" in { 1 .. 3 }, require "r" n * 2 <= 6
//
// A domain that would become empty is left alone: saying why there is no design is the task
// of feasibility/, which needs the requirement and the domain as they were.
#include "passes/Pass.h"

#include "ir/Tape.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

namespace wsc::passes {

namespace {

class Tightener {
public:
  explicit Tightener(ir::Space &space) : space_(space), box_(ir::designBox(space)) {
    for (const ir::Constraint &constraint : space.constraints)
      if (constraint.isHard() && !constraint.isMeasured())
        tapes_.emplace_back(space, constraint.node);
  }

  void run() {
    RoundUp rounding;
    llvm::SetVector<const ir::Tape *> queue;
    for (const ir::Tape &tape : tapes_)
      queue.insert(&tape);
    while (!queue.empty()) {
      const ir::Tape &tape = *queue.pop_back_val();
      for (unsigned param : tape.params())
        if (filter(tape, param))
          for (const ir::Tape &user : tapes_)
            if (llvm::is_contained(user.params(), param))
              queue.insert(&user);
    }
  }

private:
  /// Removes the values of a field that one requirement rules out; whether there were any.
  bool filter(const ir::Tape &tape, unsigned index) {
    ir::Param &param = space_.params[index];
    std::vector<Rational> kept;
    for (unsigned i = 0; i < param.domain.size(); ++i) {
      box_[index] = Interval::point(param.values[i]);
      if (isPossible(tape) && isSupported(tape, index))
        kept.push_back(param.domain[i]);
    }
    bool shrinks = !kept.empty() && kept.size() < param.domain.size();
    if (shrinks)
      param = ir::Param(param.name, param.type, std::move(kept), param.location);
    box_[index] = {param.values.front(), param.values.back()};
    return shrinks;
  }

  bool isPossible(const ir::Tape &tape) {
    Interval truth;
    tape.evaluate(box_, workspace_, truth);
    return !truth.certainlyFalse();
  }

  /// With `index` fixed: whether the only other field has a value that goes with it.
  bool isSupported(const ir::Tape &tape, unsigned index) {
    constexpr size_t maxPairs = 65536;
    if (tape.params().size() != 2)
      return true;
    unsigned other = tape.params()[tape.params()[0] == index];
    const ir::Param &param = space_.params[other];
    if (param.values.size() * space_.params[index].values.size() > maxPairs)
      return true;
    bool found = llvm::any_of(param.values, [&](double value) {
      box_[other] = Interval::point(value);
      return isPossible(tape);
    });
    box_[other] = {param.values.front(), param.values.back()};
    return found;
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
