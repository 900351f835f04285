// Explaining why there is no design, for programs: JSON and a diagnostic.
#include "tools/wsc/Conflicts.h"

#include "tools/wsc/Json.h"
#include <cmath>

namespace wsc::tool {

using feasibility::Demand;
using feasibility::Influence;
using feasibility::Member;
using feasibility::Relaxation;
using feasibility::Verdict;

static llvm::StringRef symbol(ir::Op op) {
  return op == ir::Op::Le ? "<=" : op == ir::Op::Lt ? "<" : "==";
}

static llvm::json::Object influenceJson(const ir::Space &space, const Influence &influence,
                                        const ir::Type &type) {
  return llvm::json::Object{
      {"name", influence.name},
      {"open", influence.kind == Influence::Kind::Field},
      {"at", quantityJson(space, influence.type, influence.value)},
      {"moves", quantityJson(space, type, influence.swing)},
  };
}

llvm::json::Object Explanation::memberJson(const Member &member) const {
  const Demand &what = demand(member.demand);
  Origin origin = originOf(member.demand);
  llvm::json::Object object{{"name", origin.name},
                            {"kind", what.isDomain ? "domain" : "requirement"},
                            {"file", origin.location.file},
                            {"line", origin.location.line},
                            {"column", origin.location.column},
                            {"reason", origin.reason}};
  if (!what.isMeasurable())
    return object;
  const ir::Type &type = what.quantity->type();
  object["operator"] = symbol(what.op);
  object["demanded"] = quantityJson(written_, type, toDouble(what.limit));
  object["at_least"] = what.maximize;
  if (member.best.verdict != Verdict::Feasible)
    return object;
  object["best"] = quantityJson(written_, type, member.best.value);
  object["proven"] = member.best.proven;
  object["left"] = quantityJson(written_, what.left->type(), member.best.left);
  object["right"] = quantityJson(written_, what.right->type(), member.best.right);
  if (const auto sum = partsOf(member); !sum.empty()) {
    llvm::json::Object parts;
    for (const auto &[name, value] : sum)
      parts[name.empty() ? "other" : name.str()] = quantityJson(written_, what.left->type(), value);
    object["parts"] = std::move(parts);
  }
  llvm::json::Array influences;
  for (const Influence &influence : member.influences)
    influences.push_back(influenceJson(written_, influence, type));
  object["influences"] = std::move(influences);
  return object;
}

llvm::json::Array Explanation::conflictsJson() {
  complete();
  llvm::json::Array result;
  for (const feasibility::Conflict &conflict : conflicts_) {
    llvm::json::Array members;
    for (const Member &member : conflict.members)
      members.push_back(memberJson(member));
    result.push_back(
        llvm::json::Object{{"constraints", std::move(members)}, {"minimal", conflict.isMinimal}});
  }
  return result;
}

llvm::json::Object Explanation::relaxationJson(const Relaxation &relaxation) const {
  const Demand &what = demand(relaxation.demand);
  llvm::json::Object object{{"constraint", originOf(relaxation.demand).name}};
  if (relaxation.verdict != Verdict::Feasible) {
    object["helps"] = relaxation.verdict == Verdict::Unknown ? llvm::json::Value(nullptr) : false;
  } else {
    object["helps"] = true;
    object["least"] = relaxation.isLeast;
  }
  if (relaxation.to) {
    object["from"] = toDouble(what.limit);
    object["to"] = toDouble(*relaxation.to);
    if (std::string unit = written_.units.baseUnit(what.quantity->type().dim); !unit.empty())
      object["unit"] = unit;
  }
  return object;
}

llvm::json::Array Explanation::relaxationsJson() const {
  llvm::json::Array result;
  for (const Relaxation &relaxation : relaxations_)
    result.push_back(relaxationJson(relaxation));
  return result;
}

llvm::json::Value Explanation::combinationJson() const {
  if (!combination_ || combination_->verdict != Verdict::Feasible)
    return nullptr;
  llvm::json::Array changes;
  for (const Relaxation &change : combination_->changes)
    changes.push_back(relaxationJson(change));
  return llvm::json::Object{{"changes", std::move(changes)}, {"fewest", combination_->isFewest}};
}

void Explanation::report() {
  complete();
  for (const auto &[i, conflict] : llvm::enumerate(conflicts_)) {
    Diagnostic *finding = nullptr;
    for (const Member &member : conflict.members) {
      Origin origin = originOf(member.demand);
      Range at = rangeOf(session_, origin.location);
      if (!finding)
        finding = &session_.diagnostics.report(
            DiagKind::Infeasible, at, feasibility::headline(count(i, false)) + domainsText(i));
      finding->note(at, "`" + origin.name.str() + "`" +
                            (origin.reason.empty() ? "" : ": " + origin.reason.str()));
    }
    for (const Relaxation &relaxation : relaxations_)
      if (finding && relaxation.verdict == Verdict::Feasible)
        finding->note(rangeOf(session_, originOf(relaxation.demand).location),
                      "would help: " + relaxationText(relaxation));
  }
}

} // namespace wsc::tool
