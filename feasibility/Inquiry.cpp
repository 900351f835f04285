// From questions about demands to questions about constraints of a prepared Space, and back.
#include "feasibility/Inquiry.h"

#include "feasibility/Enclosure.h"
#include "ir/Rebuild.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <set>

namespace wsc::feasibility {

using Indices = std::vector<unsigned>;

static Indices unionOf(llvm::ArrayRef<Indices> sets) {
  std::set<unsigned> all;
  for (const Indices &set : sets)
    all.insert(set.begin(), set.end());
  return {all.begin(), all.end()};
}

/// Open fields that constraints depend on and whose domain somebody wrote.
static Indices fieldsOf(const ir::Space &space, llvm::ArrayRef<unsigned> constraints) {
  std::vector<const ir::Node *> roots;
  for (unsigned constraint : constraints)
    roots.push_back(space.constraints[constraint].node);
  Indices fields;
  ir::Tape tape(space, roots);
  for (unsigned param : tape.params())
    if (space.params[param].location)
      fields.push_back(param);
  return fields;
}

Inquiry::Inquiry(const ir::Space &written, llvm::ArrayRef<Indices> cores, Simplify simplify,
                 const Options &options, const Limits &limits)
    : written_(written), requirements_(unionOf(cores)),
      demands_(takeApart(written, requirements_, fieldsOf(written, requirements_))),
      simplify_(simplify), options_(options), limits_(limits) {
  split(cores);
  for (const Indices &conflict : conflicts_)
    open_ += llvm::count_if(conflict, [&](unsigned demand) { // each among the others
      return !demands_.list[demand].isDomain;
    });
  open_ += unionOf(conflicts_).size(); // each among all
}

/// From requirements that exclude each other to those of their conjuncts that do, with the ends of
/// domains that this takes.  Each conflict is minimal: a requirement that was needed within the
/// domains is so without some of them.
void Inquiry::split(llvm::ArrayRef<Indices> cores) {
  std::unique_ptr<ir::Space> prepared = simplify_(*demands_.space);
  Problem problem(*prepared);
  Indices constraints;
  for (unsigned demand = 0; demand < demands_.list.size(); ++demand)
    constraints.push_back(demands_.constraintIn(*prepared, demand));
  for (const Indices &core : cores) {
    Indices members, requirements, asked;
    for (auto [i, demand] : llvm::enumerate(demands_.list))
      if (demand.isDomain || llvm::is_contained(core, demand.origin)) {
        members.push_back(i), asked.push_back(constraints[i]);
        if (!demand.isDomain)
          requirements.push_back(i);
      }
    BoxEngine engine(problem, options_, {limits_.work / 4});
    llvm::sort(asked);
    Answer answer = engine.solve(asked);
    if (answer.verdict == Verdict::Infeasible)
      answer = engine.minimize(std::move(answer));
    bool isKnown = answer.verdict == Verdict::Infeasible;
    llvm::erase_if(members, [&](unsigned member) {
      return isKnown && !llvm::is_contained(answer.core, constraints[member]);
    });
    conflicts_.push_back(isKnown ? std::move(members) : std::move(requirements));
    minimal_.push_back(isKnown && answer.coreIsMinimal);
  }
}

const Inquiry::Asked &Inquiry::Engine::find(unsigned demand) const {
  return *llvm::find_if(demands, [&](const Asked &asked) { return asked.demand == demand; });
}

Inquiry::Engine Inquiry::engineFor(std::optional<unsigned> widerField) const {
  const Indices fields = widerField ? Indices{*widerField} : Indices{},
                inConflict = unionOf(conflicts_);
  Demands parts = takeApart(written_, requirements_, fields);
  std::unique_ptr<ir::Space> prepared = simplify_(*parts.space);
  Engine result;
  std::vector<Target> targets;
  for (auto [demand, what] : llvm::enumerate(demands_.list)) {
    if (what.isDomain && what.origin != widerField)
      continue;
    const unsigned part = result.demands.size();
    Asked &asked =
        result.demands.emplace_back(Asked{unsigned(demand), parts.constraintIn(*prepared, part)});
    if (!what.isMeasurable() || what.isDomain != widerField.has_value() ||
        !llvm::is_contained(inConflict, demand))
      continue;
    asked.target = targets.size();
    asked.quantity = parts.quantityIn(*prepared, part);
    targets.push_back({asked.quantity, what.maximize});
  }
  result.optimizer = std::make_unique<Optimizer>(std::move(prepared), targets, options_, limits_);
  return result;
}

Best Inquiry::withEngine(unsigned demand, llvm::function_ref<Best(Engine &)> ask) {
  const Demand &what = demands_.list[demand];
  if (what.isDomain) { // asked about once, so that keeping the engine would take memory only
    Engine wider = engineFor(what.origin);
    return ask(wider);
  }
  if (!asWritten_)
    asWritten_ = engineFor(std::nullopt);
  return ask(*asWritten_);
}

Best Inquiry::amongOthers(unsigned demand, llvm::ArrayRef<unsigned> others) {
  return withEngine(demand, [&](Engine &engine) {
    Indices constraints;
    for (const Asked &other : engine.demands)
      if (other.demand != demand && llvm::is_contained(others, other.demand))
        constraints.push_back(other.constraint);
    return ask(engine, engine.find(demand), std::move(constraints));
  });
}

Best Inquiry::amongAll(unsigned demand) {
  return withEngine(demand, [&](Engine &engine) {
    const Asked &relaxed = engine.find(demand);
    Indices constraints = engine.optimizer->constraints().vec();
    llvm::erase(constraints, relaxed.constraint);
    return ask(engine, relaxed, std::move(constraints));
  });
}

Design Inquiry::widened(const ir::Space &from, const Design &design) const {
  Design result = design;
  result.choice.resize(space().params.size()); // without thresholds
  for (auto [param, choice] : llvm::enumerate(result.choice)) {
    const std::vector<Rational> &domain = space().params[param].domain;
    choice = llvm::lower_bound(domain, from.params[param].domain[choice]) - domain.begin();
  }
  return result;
}

/// Over all constraints of the engine that are named.
Best Inquiry::ask(Engine &engine, const Asked &asked, Indices constraints) {
  Best best;
  if (work_ >= limits_.work) {
    best.reason = whyStopped();
    return best;
  }
  Optimizer &optimizer = *engine.optimizer;
  const uint64_t before = optimizer.statistics().work;
  optimizer.setLimits({(limits_.work - work_) / std::max(open_, 1u)});
  open_ -= open_ > 0;
  llvm::sort(constraints);
  Optimum optimum = asked.target ? optimizer.best(*asked.target, constraints)
                                 : Optimum::of(optimizer.feasible(constraints));
  work_ += optimizer.statistics().work - before;
  const Problem &problem = optimizer.problem();
  best.verdict = optimum.verdict;
  best.reason = optimum.reason;
  Indices core;
  for (unsigned member : optimum.core) {
    auto it = llvm::find_if(engine.demands,
                            [&](const Asked &other) { return other.constraint == member; });
    if (it != engine.demands.end())
      core.push_back(it->demand);
    else
      best.core.push_back(problem.space().constraints[member].name);
  }
  llvm::append_range(best.core, requirementsOf(core));
  best.proven = optimum.proven;
  best.bound = optimum.bound;
  if (best.verdict != Verdict::Feasible)
    return best;
  measure(asked.demand, widened(problem.space(), optimum.witness), best);
  if (asked.target && !best.proven) {
    Interval range = Enclosure(problem, constraints).of(asked.quantity);
    bool maximize = demands_.list[asked.demand].maximize;
    best.bound = maximize ? std::min(best.bound, range.hi) : std::max(best.bound, range.lo);
  }
  return best;
}

void Inquiry::measure(unsigned demand, const Design &design, Best &best) const {
  const Demand &what = demands_.list[demand];
  best.verdict = Verdict::Feasible;
  best.witness = design;
  if (!what.isMeasurable())
    return;
  std::vector<double> metrics(space().metrics.size(), NAN), values(3);
  ir::Tape(space(), {what.quantity, what.left, what.right})
      .evaluate(valuesOf(space(), design), metrics, values);
  best.value = values[0], best.left = values[1], best.right = values[2];
}

std::vector<std::string> Inquiry::requirementsOf(llvm::ArrayRef<unsigned> demands) const {
  std::vector<std::string> names;
  for (unsigned demand : demands) {
    const Demand &what = demands_.list[demand];
    if (!what.isDomain && !llvm::is_contained(names, written_.constraints[what.origin].name))
      names.push_back(written_.constraints[what.origin].name);
  }
  return names;
}

/// The condition that is left of a demand, in a copy of its Space.
const ir::Node *Inquiry::relaxed(ir::Space &copy, const Change &change) const {
  if (!change.to)
    return copy.truth(true);
  const ir::Node *quantity = demands_.quantityIn(copy, change.demand),
                 *bound = copy.constant(*change.to, quantity->type());
  if (demands_.list[change.demand].maximize)
    std::swap(quantity, bound);
  return copy.make(ir::Op::Le, ir::Type::boolean(), {quantity, bound});
}

bool Inquiry::isEnough(const Design &design, llvm::ArrayRef<Change> changes) const {
  std::unique_ptr<ir::Space> copy = ir::copy(space());
  for (const Change &change : changes)
    copy->constraints[demands_.constraintIn(*copy, change.demand)].node = relaxed(*copy, change);
  return Problem(*copy).verify(design).feasible;
}

bool Inquiry::reaches(const Design &design, const Change &change) const {
  std::unique_ptr<ir::Space> copy = ir::copy(space());
  copy->constraints = {{"", relaxed(*copy, change), "", {}}};
  return Problem(*copy).verify(design).feasible;
}

} // namespace wsc::feasibility
