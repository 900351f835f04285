// Explaining why there is no design, as text.
#include "tools/wsc/Conflicts.h"

#include "passes/Pass.h"
#include "tools/wsc/FactorHint.h"
#include "tools/wsc/Verdict.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <map>
#include <set>

namespace wsc::tool {

using feasibility::Answer;
using feasibility::Best;
using feasibility::Demand;
using feasibility::Influence;
using feasibility::Member;
using feasibility::Relaxation;
using feasibility::Verdict;
using llvm::outs;
using Kind = Demand::Kind;

static llvm::cl::opt<unsigned>
    conflictCount("conflicts", llvm::cl::init(3), llvm::cl::value_desc("n"),
                  llvm::cl::desc("How many minimal conflicts to explain at most (default 3)"),
                  llvm::cl::sub(checkCommand()));

/// One part in so many of the limit of work goes to finding more conflicts, and to explaining them.
static constexpr uint64_t explainShare = 8;

unsigned conflictsWanted() { return conflictCount; }

/// Indices of the Space as written, for those of the Space that was solved.
static std::vector<unsigned> asWritten(const ir::Space &written, const ir::Space &solved,
                                       llvm::ArrayRef<unsigned> core) {
  std::vector<unsigned> result;
  for (unsigned index : core)
    for (auto [i, constraint] : llvm::enumerate(written.constraints))
      if (constraint.name == solved.constraints[index].name && constraint.isHard())
        result.push_back(i);
  return result;
}

/// The conflict that is known, and more where it is minimal.
void Explanation::find(llvm::function_ref<void(llvm::ArrayRef<unsigned>)> show) {
  auto add = [&](llvm::ArrayRef<unsigned> core) {
    cores_.push_back(asWritten(written_, problem_.space(), core));
    if (show)
      show(cores_.back());
  };
  add(answer_.core);
  if (!answer_.coreIsMinimal)
    return;
  Phase phase("conflicts");
  allFound_ =
      feasibility::minimalConflicts(problem_, conflictCount, {.seed = session_.options.seed},
                                    {session_.options.limit / explainShare}, answer_.core, add)
          .complete;
}

void Explanation::inquire() {
  Phase phase("take apart");
  inquiry_.emplace(written_, cores_, passes::runDefault,
                   feasibility::Options{.seed = session_.options.seed},
                   feasibility::Limits{session_.options.limit / explainShare});
}

void Explanation::explain(unsigned i, llvm::function_ref<void(const Member &)> show) {
  Phase phase("explain");
  feasibility::Conflict &conflict = conflicts_.emplace_back();
  conflict.isMinimal = answer_.coreIsMinimal && inquiry_->isMinimal(i);
  for (unsigned demand : inquiry_->conflicts()[i]) {
    conflict.members.push_back(feasibility::explain(*inquiry_, i, demand));
    if (show)
      show(conflict.members.back());
  }
}

void Explanation::relax() {
  Phase phase("relax");
  auto unit = [&](unsigned demand, const Best &best) {
    std::optional<ShownUnit> shown = unitOf(demand, best);
    return shown ? std::optional(shown->scale) : std::nullopt;
  };
  relaxations_ = feasibility::relax(*inquiry_, unit);
  if (llvm::none_of(relaxations_,
                    [](const Relaxation &r) { return r.verdict == Verdict::Feasible; }))
    combination_ =
        feasibility::combine(*inquiry_, passes::runDefault, {.seed = session_.options.seed},
                             {session_.options.limit / explainShare}, unit);
}

void Explanation::complete() {
  find();
  inquire();
  for (unsigned i = 0; i < cores_.size(); ++i)
    explain(i);
  relax();
}

/// `<`, `<=` or `==`, or turned around.
static std::string symbol(const Demand &demand) {
  std::string strict = demand.maximize ? ">" : "<";
  return demand.op == ir::Op::Eq ? "==" : demand.op == ir::Op::Le ? strict + "=" : strict;
}

std::optional<ShownUnit> Explanation::unitOf(unsigned index, const Best &best) const {
  const Demand &what = demand(index);
  if (!what.isMeasurable() || what.kind == Kind::Share)
    return std::nullopt;
  const Dim &dim = what.quantity->type().dim;
  if (!what.isDomain)
    if (auto unit = writtenUnit(session_, originOf(index).location, dim, what.limit))
      return unit;
  double shown = what.limit != 0 ? toDouble(what.limit) : best.right;
  return defaultUnit(written_.units, dim, shown);
}

std::string Explanation::format(unsigned index, const Best &best, double value) const {
  const Demand &what = demand(index);
  if (what.kind == Kind::Share)
    return formatNumber(100 * value) + " %";
  if (auto unit = unitOf(index, best); unit && std::isfinite(value))
    return formatNumber(toDouble(fromDouble(value) / unit->scale)) + " " + unit->text;
  return ir::formatValue(written_, what.quantity->type(), value);
}

std::string Explanation::side(unsigned index, const Best &best, double value) const {
  const Demand &what = demand(index);
  if (what.kind != Kind::Share && what.left->type().dim == what.quantity->type().dim)
    return format(index, best, value);
  return ir::formatValue(written_, what.left->type(), value);
}

/// `wafer.power `, where what a demand limits has a name.
std::string Explanation::subject(unsigned index) const {
  const Demand &what = demand(index);
  if (what.kind == Kind::Limit && what.quantity->bindingTime() != ir::BindingTime::Constant)
    for (const ir::Quantity &quantity :
         llvm::ArrayRef(inquiry_->space().quantities).take_front(written_.quantities.size()))
      if (quantity.node == what.quantity)
        return quantity.name + " ";
  return "";
}

/// What is demanded, and the best that there is.
std::string Explanation::bestText(const Member &member, llvm::StringRef where) const {
  const Demand &what = demand(member.demand);
  const Best &best = member.best;
  bool isFixed = what.quantity->bindingTime() == ir::BindingTime::Constant;
  std::string intro = isFixed ? "" : best.proven ? "at best " : "the best found is ", text;
  if (what.kind == Kind::Share)
    text = intro + withinText(inquiry_->space(), *feasibility::asWithin(what.condition),
                              valuesOf(inquiry_->space(), best.witness));
  else if (what.kind == Kind::Limit && !isFixed)
    text = "demands " + subject(member.demand) + symbol(what) + " " +
           format(member.demand, member.best, toDouble(what.limit)) + "; " + intro +
           (best.proven ? "it is " : "") + format(member.demand, member.best, best.value);
  else if (what.kind == Kind::Limit)
    text = format(member.demand, member.best, best.value) + " " + symbol(what) + " " +
           format(member.demand, member.best, toDouble(what.limit));
  else
    text = intro + side(member.demand, best, best.left) + " " + symbol(what) + " " +
           side(member.demand, best, best.right);
  if (!isFixed)
    text += where;
  if (!best.proven && std::isfinite(best.bound))
    text += " (" + format(member.demand, member.best, best.bound) + " is not ruled out)";
  return text;
}

/// A share as per cent, with three digits; from ten times the whole on as so many times.
static std::string percent(double share) {
  double value = std::fabs(100 * share);
  if (value >= 1000)
    return formatNumber(std::fabs(share)) + " times";
  return llvm::formatv(value >= 100 ? "{0:F0} %" : value >= 10 ? "{0:F1} %" : "{0:F2} %", value);
}

/// `9.87 kW (493 %) too much`; empty where only a strict comparison is in the way.
std::string Explanation::gapText(const Member &member) const {
  const Demand &what = demand(member.demand);
  double limit = toDouble(what.limit), gap = std::fabs(member.best.value - limit);
  if (gap == 0 || !std::isfinite(gap) || what.kind == Kind::Share)
    return "";
  std::string text = format(member.demand, member.best, gap);
  if (limit != 0)
    text += " (" + percent(gap / limit) + ")";
  return text + (what.kind == Kind::Distance ? " apart"
                 : what.maximize             ? " too little"
                                             : " too much");
}

/// Where both sides are fixed: which slip would explain the difference.
static void showSlip(const ir::Space &space, const Demand &demand) {
  auto within = feasibility::asWithin(demand.condition);
  if (!within && demand.op != ir::Op::Eq)
    return;
  const ir::Node *measured = within ? within->measured : demand.left,
                 *wanted = within ? within->wanted : demand.right;
  std::string hint = factorHint(valueAt(space, measured, {}), valueAt(space, wanted, {}));
  if (!hint.empty())
    outs() << "    help: " << hint << '\n';
}

std::vector<SumPart> Explanation::partsOf(const Member &member) const {
  const Demand &what = demand(member.demand);
  if (what.kind != Kind::Limit && what.kind != Kind::Margin)
    return {};
  return partsOfSum(inquiry_->space(), what.kind == Kind::Limit ? what.quantity : what.left,
                    valuesOf(inquiry_->space(), member.best.witness));
}

/// `strategy.weight_memory 16.06 GB + strategy.cache_memory 77.3 GB`, where the side is such a sum.
void Explanation::showParts(const Member &member) const {
  std::string text;
  for (const auto &[name, value] : partsOf(member))
    text += (text.empty() ? "" : " + ") + (name.empty() ? "other" : name.str()) + " " +
            format(member.demand, member.best, value);
  if (!text.empty())
    outs() << "    it is " << text << '\n';
}

/// What the side moves with, most first, and which constants it rests on.
void Explanation::showInfluences(const Member &member) const {
  constexpr unsigned most = 4;
  const Demand &what = demand(member.demand);
  auto show = [&](Influence::Kind kind, llvm::StringRef intro, auto text) {
    std::vector<std::string> items;
    unsigned more = 0;
    for (const Influence &influence : member.influences)
      if (influence.kind == kind)
        items.size() < most ? items.push_back(text(influence)) : void(++more);
    if (items.empty())
      return;
    outs() << "    " << intro << llvm::join(items, ", ");
    if (more)
      outs() << ", and " << more << " more";
    outs() << '\n';
  };
  const UnitTable &units = written_.units;
  auto swing = [&](const Influence &influence) {
    auto unit = unitOf(member.demand, member.best);
    const Dim &dim = what.quantity->type().dim;
    Rational swing = unit ? feasibility::roundOutward(unit->scale, influence.swing, true, 3)
                          : feasibility::roundOutward(units, dim, influence.swing, true, 3);
    return influence.name + " (" + format(member.demand, member.best, toDouble(swing)) + ")";
  };
  auto fixed = [&](const Influence &influence) {
    return influence.name + " = " + ir::formatValue(written_, influence.type, influence.value);
  };
  if (what.quantity->op() != ir::Op::Param)
    show(Influence::Kind::Field, "it moves with ", swing);
  show(Influence::Kind::Fixed, "it rests on ", fixed);
}

Explanation::Origin Explanation::originOf(unsigned index) const {
  const Demand &what = demand(index);
  if (what.isDomain) {
    const ir::Param &field = written_.params[what.origin];
    return {field.name, "", field.location};
  }
  const ir::Constraint &required = written_.constraints[what.origin];
  return {required.name, required.reason, required.location};
}

static std::string placeOf(const ir::Location &at) {
  return at.file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

void Explanation::showRequirement(const ir::Constraint &constraint) const {
  if (constraint.location)
    outs() << placeOf(constraint.location) << ": ";
  outs() << "`" << constraint.name << "`";
  if (!constraint.reason.empty())
    outs() << ": " << constraint.reason;
  outs() << '\n';
  renderSnippet(rangeOf(session_, constraint.location), outs());
}

/// `where`: of which designs the best one is.
void Explanation::showMember(const Member &member, llvm::StringRef where) const {
  const Demand &what = demand(member.demand);
  const Best &best = member.best;
  std::string intro = "  " + originOf(member.demand).name.str() + ": ";
  if (best.verdict == Verdict::Unknown) {
    outs() << intro << "what is possible was not found: " << best.reason << '\n';
  } else if (best.verdict == Verdict::Feasible && what.isMeasurable()) {
    bool isFixed = what.quantity->bindingTime() == ir::BindingTime::Constant;
    outs() << intro;
    if (std::isnan(best.value)) {
      outs() << "it is undefined" << (isFixed ? "" : " for every design")
             << " (it divides by zero, takes the root or logarithm of a negative number, or goes "
                "beyond what a double holds)\n";
    } else {
      outs() << bestText(member, where);
      if (std::string gap = gapText(member); !gap.empty())
        outs() << ", " << gap;
      outs() << '\n';
    }
    if (isFixed)
      showSlip(inquiry_->space(), what);
    showParts(member);
    showInfluences(member);
  }
}

/// The end of a domain that is needed for a conflict.
void Explanation::showDomain(const Member &member) const {
  const Demand &what = demand(member.demand);
  Origin origin = originOf(member.demand);
  outs() << "  " << placeOf(origin.location) << ": " << origin.name << " is "
         << (what.maximize ? "at least " : "at most ")
         << format(member.demand, member.best, toDouble(what.limit)) << '\n';
}

std::string Explanation::relaxationText(const Relaxation &relaxation) const {
  const Demand &what = demand(relaxation.demand);
  if (!relaxation.to)
    return "without it";
  auto value = [&](double value) { return format(relaxation.demand, relaxation.best, value); };
  double to = toDouble(*relaxation.to), left = relaxation.best.left, right = relaxation.best.right;
  std::string from = value(toDouble(what.limit)), text;
  switch (what.kind) {
  case Kind::Limit:
    if (what.isDomain)
      text = (what.maximize ? "down to " : "up to ") + value(to) + " instead of " + from;
    else
      text = subject(relaxation.demand) + (what.maximize ? ">= " : "<= ") + value(to) +
             " instead of " + (what.op == ir::Op::Lt ? symbol(what) + " " : "") + from;
    break;
  case Kind::Share: text = "within " + value(to) + " instead of " + from; break;
  case Kind::Margin:
    text = "allow " + value(to) + " more: " + side(relaxation.demand, relaxation.best, left) + " " +
           symbol(what) + " " + side(relaxation.demand, relaxation.best, right);
    break;
  case Kind::Distance:
    text = "allow " + value(to) +
           " of difference: " + side(relaxation.demand, relaxation.best, left) +
           " == " + side(relaxation.demand, relaxation.best, right);
    break;
  case Kind::Condition: break;
  }
  if (std::isfinite(relaxation.change) && relaxation.change != 0 && what.kind != Kind::Share)
    text += " (" + percent(relaxation.change) + (relaxation.change < 0 ? " less)" : " more)");
  if (!relaxation.isLeast)
    text += ", perhaps less";
  return text;
}

/// `a, b, c, d and 2 more`.
static std::string list(std::vector<std::string> names) {
  constexpr size_t most = 4;
  size_t more = names.size() > most ? names.size() - most : 0;
  names.resize(names.size() - more);
  return llvm::join(names, ", ") + (more ? " and " + std::to_string(more) + " more" : "");
}

/// Which other requirements exclude each other.
static std::string remainder(std::vector<std::string> names) {
  for (std::string &name : names)
    name = "`" + name + "`";
  if (names.size() == 1)
    return ": " + names[0] + " cannot be met either";
  return names.empty() ? "" : ": " + list(std::move(names)) + " still exclude each other";
}

static void showChange(llvm::StringRef name, llvm::StringRef text) {
  outs() << llvm::formatv("  {0,-24} {1}\n", name, text);
}

void Explanation::showRelaxations() const {
  outs() << "what would help, each alone\n";
  std::map<std::string, std::string> useless; // the names, by what is left
  for (const Relaxation &relaxation : relaxations_) {
    std::string name = originOf(relaxation.demand).name.str();
    if (relaxation.verdict == Verdict::Feasible) {
      showChange(name, relaxationText(relaxation));
    } else if (relaxation.verdict == Verdict::Unknown) {
      showChange(name, "unknown: " + relaxation.best.reason);
    } else if (!demand(relaxation.demand).isDomain) {
      std::string &names = useless[remainder(relaxation.best.core)];
      if (names != name && !llvm::StringRef(names).ends_with(", " + name))
        names += (names.empty() ? "" : ", ") + name;
    }
  }
  for (const auto &[left, names] : useless)
    showChange(names, (names.find(',') == std::string::npos ? "no change of it helps"
                                                            : "no change of one of them helps") +
                          left);
  showCombination();
}

void Explanation::showCombination() const {
  if (!combination_)
    return;
  if (combination_->verdict != Verdict::Feasible) {
    outs() << "which changes help together is unknown: " << combination_->reason
           << "; `--conflicts=N` and `--limit` allow more\n";
    return;
  }
  outs() << "what would help, all together"
         << (combination_->isFewest ? ", as few as possible\n" : "\n");
  for (const Relaxation &change : combination_->changes)
    showChange(originOf(change.demand).name, relaxationText(change));
}

size_t Explanation::count(unsigned conflict, bool domains) const {
  std::set<unsigned> all;
  for (unsigned member : inquiry_->conflicts()[conflict])
    if (demand(member).isDomain == domains)
      all.insert(demand(member).origin);
  return all.size();
}

std::string Explanation::domainsText(unsigned conflict) const {
  size_t domains = count(conflict, true);
  return domains == 0   ? ""
         : domains == 1 ? " within the domain of a field"
                        : " within the domains of " + std::to_string(domains) + " fields";
}

/// With its lines, before anything else is asked about it.
void Explanation::showConflict(llvm::ArrayRef<unsigned> requirements) const {
  outs() << feasibility::headline(requirements.size()) << (cores_.size() > 1 ? " as well\n" : "\n");
  for (unsigned requirement : requirements)
    showRequirement(written_.constraints[requirement]);
  if (!answer_.coreIsMinimal)
    outs() << "Perhaps not each is needed for the conflict: the work limit was reached.\n";
  else if (requirements.size() > 1)
    outs() << "The conflict is minimal: leave any of them out, and the others can be met "
              "together.\n";
  outs().flush();
}

/// What each member demands, and the best that there is.
void Explanation::showDemands(unsigned conflict) {
  std::vector<std::string> names;
  for (unsigned requirement : cores_[conflict])
    names.push_back(written_.constraints[requirement].name);
  size_t requirements = count(conflict, false);
  outs() << "what "
         << (cores_.size() > 1   ? list(names)
             : requirements == 1 ? "it"
                                 : "they")
         << (requirements == 1 ? " demands" : " demand") << ", and what is possible"
         << domainsText(conflict) << '\n';
  outs().flush();
  llvm::StringRef where = requirements == 1   ? " over the space"
                          : requirements == 2 ? " where the other holds"
                                              : " where the others hold";
  explain(conflict, [&](const Member &member) {
    demand(member.demand).isDomain ? showDomain(member) : showMember(member, where);
    outs().flush();
  });
  if (!inquiry_->isMinimal(conflict))
    outs() << "  Perhaps not each is needed for the conflict: the work limit was reached.\n";
}

void Explanation::showText() {
  find([&](llvm::ArrayRef<unsigned> core) { showConflict(core); });
  if (cores_.size() > 1)
    outs() << (allFound_ ? "There are no other conflicts.\n"
                         : "There may be more conflicts; `--conflicts=N` shows up to N.\n");
  outs().flush();
  inquire();
  for (unsigned i = 0; i < cores_.size(); ++i)
    showDemands(i);
  relax();
  showRelaxations();
}

} // namespace wsc::tool
