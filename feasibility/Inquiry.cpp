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
    : written_(written),
      demands_(takeApart(written, unionOf(cores), fieldsOf(written, unionOf(cores)))),
      options_(options), limits_(limits), targets_(demands_.list.size(), -1) {
  std::unique_ptr<ir::Space> prepared = simplify(*demands_.space);
  for (unsigned demand = 0; demand < demands_.list.size(); ++demand)
    constraints_.push_back(demands_.constraintIn(*prepared, demand));
  split(cores, *prepared);
  for (const Indices &conflict : conflicts_)
    open_ += llvm::count_if(conflict, [&](unsigned demand) { // each among the others
      return !demands_.list[demand].isDomain;
    });
  std::vector<Target> targets;
  for (unsigned demand : unionOf(conflicts_)) {
    ++open_; // among all
    if (!demands_.list[demand].isMeasurable())
      continue;
    targets_[demand] = targets.size();
    targets.push_back({demands_.quantityIn(*prepared, demand), demands_.list[demand].maximize});
  }
  optimizer_ = std::make_unique<Optimizer>(std::move(prepared), targets, options_, limits_);
}

/// From requirements that exclude each other to those of their conjuncts that do, with the ends of
/// domains that this takes.  Each conflict is minimal: a requirement that was needed within the
/// domains is so without some of them.
void Inquiry::split(llvm::ArrayRef<Indices> cores, const ir::Space &prepared) {
  Problem problem(prepared);
  for (const Indices &core : cores) {
    Indices members, requirements, asked;
    for (auto [i, demand] : llvm::enumerate(demands_.list))
      if (demand.isDomain || llvm::is_contained(core, demand.origin)) {
        members.push_back(i), asked.push_back(constraints_[i]);
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
      return isKnown && !llvm::is_contained(answer.core, constraints_[member]);
    });
    conflicts_.push_back(isKnown ? std::move(members) : std::move(requirements));
    minimal_.push_back(isKnown && answer.coreIsMinimal);
  }
}

Best Inquiry::amongOthers(unsigned demand, llvm::ArrayRef<unsigned> others) {
  Indices constraints;
  for (auto [i, other] : llvm::enumerate(demands_.list))
    if (i != demand && (other.isDomain || llvm::is_contained(others, i)))
      constraints.push_back(constraints_[i]);
  return ask(demand, std::move(constraints));
}

Best Inquiry::amongAll(unsigned demand) {
  Indices constraints = optimizer_->constraints().vec();
  llvm::erase(constraints, constraints_[demand]);
  return ask(demand, std::move(constraints));
}

/// Over all demands and constraints that are named.
Best Inquiry::ask(unsigned demand, Indices constraints) {
  const Demand &what = demands_.list[demand];
  Best best;
  uint64_t done = optimizer_->statistics().work;
  if (done >= limits_.work) {
    best.reason = "the limit of work was reached";
    return best;
  }
  optimizer_->setLimits({(limits_.work - done) / std::max(open_, 1u)});
  open_ -= open_ > 0;
  llvm::sort(constraints);
  Optimum optimum;
  if (targets_[demand] >= 0) {
    optimum = optimizer_->best(targets_[demand], constraints);
  } else {
    Answer answer = optimizer_->feasible(constraints);
    optimum.verdict = answer.verdict;
    optimum.witness = answer.witness;
    optimum.core = answer.core;
    optimum.reason = answer.reason;
  }
  best.verdict = optimum.verdict;
  best.reason = optimum.reason;
  Indices core;
  for (unsigned member : optimum.core) {
    auto it = llvm::find(constraints_, member);
    if (it != constraints_.end())
      core.push_back(it - constraints_.begin());
    else
      best.core.push_back(optimizer_->problem().space().constraints[member].name);
  }
  llvm::append_range(best.core, requirementsOf(core));
  best.witness = std::move(optimum.witness);
  best.proven = optimum.proven;
  best.bound = optimum.bound;
  if (best.verdict != Verdict::Feasible || !what.isMeasurable())
    return best;
  measure(demand, best.witness, best);
  if (!best.proven) {
    const Problem &problem = optimizer_->problem();
    Interval range =
        Enclosure(problem, constraints).of(demands_.quantityIn(problem.space(), demand));
    best.bound = what.maximize ? std::min(best.bound, range.hi) : std::max(best.bound, range.lo);
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
