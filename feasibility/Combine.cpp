// Hitting sets over demands, then one optimum.
#include "feasibility/Combine.h"

#include "feasibility/HittingSet.h"
#include "ir/Rebuild.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::feasibility {

namespace {

using Indices = std::vector<unsigned>;

class Combining {
public:
  Combining(const Inquiry &inquiry, Simplify simplify, const Options &options, const Limits &limits,
            UnitOf unitOf)
      : inquiry_(inquiry), simplify_(simplify), options_(options), limits_(limits),
        unitOf_(unitOf) {}

  Combination run() {
    std::optional<Indices> given = fewest();
    if (given) {
      llvm::sort(*given);
      measure(*given);
    }
    return std::move(result_);
  }

private:
  /// The constraints that remain where some demands are given up.
  Indices rest(const Problem &problem, llvm::ArrayRef<unsigned> given) const {
    Indices constraints = problem.constraints().vec();
    for (unsigned demand : given)
      llvm::erase(constraints, inquiry_.parts().constraintIn(problem.space(), demand));
    return constraints;
  }

  /// The smallest set of demands without which the rest can be met.
  std::optional<Indices> fewest() {
    std::unique_ptr<ir::Space> prepared = simplify_(inquiry_.space());
    Problem problem(*prepared);
    BoxEngine engine(problem, options_, limits_);
    std::vector<Indices> conflicts = inquiry_.conflicts().vec();
    result_.isFewest = true;
    while (true) {
      HittingSet given = *lightestHittingSet(conflicts, [](unsigned) { return 1.0; });
      Answer answer = Answer::unknown(whyStopped());
      if (engine.work() < limits_.work) {
        engine.extend(limits_.work - engine.work());
        answer = engine.solve(rest(problem, given.members));
      }
      if (answer.verdict == Verdict::Feasible) {
        result_.isFewest &= given.isLightest;
        return given.members;
      }
      result_.reason = answer.reason;
      if (answer.verdict == Verdict::Unknown)
        return std::nullopt;
      Indices members;
      for (unsigned demand = 0; demand < inquiry_.demands().size(); ++demand)
        if (llvm::is_contained(answer.core, inquiry_.parts().constraintIn(*prepared, demand)))
          members.push_back(demand);
      result_.isFewest &= members.size() == answer.core.size();
      result_.reason = "there are conflicts of other requirements";
      if (members.empty())
        return std::nullopt;
      conflicts.push_back(std::move(members));
    }
  }

  /// The sum of all changes, each in parts of its limit.
  const ir::Node *sumOfChanges(ir::Space &space, llvm::ArrayRef<unsigned> given) const {
    const ir::Type number = ir::Type::number();
    const ir::Node *zero = space.constant(0), *sum = zero;
    for (unsigned demand : given) {
      const Demand &what = inquiry_.demands()[demand];
      if (!what.isMeasurable())
        continue;
      const ir::Node *quantity = inquiry_.parts().quantityIn(space, demand),
                     *limit = space.constant(what.limit, quantity->type());
      Rational unit = what.limit == 0 ? Rational(1) : Rational(abs(what.limit));
      const ir::Node *scale = space.constant(unit, quantity->type());
      if (what.maximize)
        std::swap(quantity, limit);
      const ir::Node *excess = space.make(ir::Op::Sub, quantity->type(), {quantity, limit}),
                     *share = space.make(ir::Op::Div, number, {excess, scale});
      sum = space.make(ir::Op::Add, number, {sum, space.make(ir::Op::Max, number, {zero, share})});
    }
    return sum;
  }

  void measure(llvm::ArrayRef<unsigned> given) {
    static constexpr char name[] = "#sum";
    std::unique_ptr<ir::Space> space = ir::copy(inquiry_.space());
    space->quantities.push_back({name, sumOfChanges(*space, given), {}});
    std::unique_ptr<ir::Space> prepared = simplify_(*space);
    Target target{prepared->findQuantity(name)->node, false};
    Optimizer optimizer(std::move(prepared), target, options_, limits_);
    Optimum best = optimizer.best(0, rest(optimizer.problem(), given));
    result_.reason = best.reason;
    if (best.verdict != Verdict::Feasible)
      return;
    std::vector<Change> changes;
    for (unsigned demand : given) {
      Relaxation relaxation{demand, Verdict::Feasible, {}, best.proven, INFINITY, {}};
      inquiry_.measure(demand, best.witness, relaxation.best);
      relaxation.to = newLimit(inquiry_, demand, relaxation.best, unitOf_);
      relaxation.change = relativeChange(inquiry_.demands()[demand], relaxation.to);
      changes.push_back({demand, relaxation.to});
      result_.changes.push_back(std::move(relaxation));
    }
    bool isEnough = inquiry_.isEnough(best.witness, changes);
    result_.verdict = isEnough ? Verdict::Feasible : Verdict::Unknown;
    if (!isEnough)
      result_.reason = "no limits could be verified";
  }

  const Inquiry &inquiry_;
  Simplify simplify_;
  Options options_;
  Limits limits_;
  UnitOf unitOf_;
  Combination result_;
};

} // namespace

Combination combine(const Inquiry &inquiry, Simplify simplify, const Options &options,
                    const Limits &limits, UnitOf unitOf) {
  return Combining(inquiry, simplify, options, limits, unitOf).run();
}

} // namespace wsc::feasibility
