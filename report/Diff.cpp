// Specs compared definition by definition, fronts design by design.
#include "report/Diff.h"

#include "ir/Tape.h"
#include "report/Formula.h"
#include "runs/Text.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::report {

using runs::Record;
using runs::RunStore;

namespace {

/// Of one kind, the text of each definition by name.
using Definitions = std::map<std::string, std::string>;

Definitions constantsOf(const ir::Space &space) {
  Definitions all;
  for (const ir::NamedConstant &constant : space.constants)
    all[constant.name] = ir::formatValue(space, constant.type, toDouble(constant.value));
  return all;
}

Definitions fieldsOf(const ir::Space &space) {
  Definitions all;
  for (const ir::Param &param : space.params) {
    std::string text;
    for (double value : param.values)
      text += (text.empty() ? "in { " : ", ") + ir::formatValue(space, param.type, value);
    all[param.name] = text + " }";
  }
  return all;
}

template <typename List> Definitions definitionsOf(const ir::Space &space, const List &list) {
  const Formulas formulas(space);
  Definitions all;
  for (const auto &item : list)
    if (item.node->op() != ir::Op::Param)
      all[item.name] = formulas.of(item.node);
  return all;
}

void compare(const char *kind, const Definitions &before, const Definitions &after,
             std::vector<Change> &changes) {
  auto textOf = [](const Definitions &all, const std::string &name) {
    auto it = all.find(name);
    return it == all.end() ? std::string() : it->second;
  };
  Definitions names = before;
  names.insert(after.begin(), after.end());
  for (const auto &[name, ignored] : names)
    if (std::string a = textOf(before, name), b = textOf(after, name); a != b)
      changes.push_back({kind, name, a, b});
}

std::vector<Change> changesOf(const ir::Space &a, const ir::Space &b) {
  std::vector<Change> changes;
  compare("constant", constantsOf(a), constantsOf(b), changes);
  compare("requirement", definitionsOf(a, a.constraints), definitionsOf(b, b.constraints), changes);
  compare("field", fieldsOf(a), fieldsOf(b), changes);
  compare("quantity", definitionsOf(a, a.quantities), definitionsOf(b, b.quantities), changes);
  compare("objective", definitionsOf(a, a.objectives), definitionsOf(b, b.objectives), changes);
  return changes;
}

/// A run whose designs are found by what they are.
struct Side {
  explicit Side(const RunStore &store) : store(store), front(store) {
    for (const Record *record : front.evaluated)
      byDesign[runs::describe(front.space, record->choice)] = record;
  }
  const Record *find(const std::string &design) const {
    auto it = byDesign.find(design);
    return it == byDesign.end() ? nullptr : it->second;
  }
  bool isBest(const Record *record) const { return llvm::is_contained(front.best, record); }

  const RunStore &store;
  Front front;
  std::map<std::string, const Record *> byDesign;
};

/// The same field values in another Space; empty, with the first field that does not offer its
/// value in `missing`, where it has none.
std::optional<std::vector<unsigned>> translate(const ir::Space &from,
                                               llvm::ArrayRef<unsigned> choice, const ir::Space &to,
                                               std::string &missing) {
  std::vector<unsigned> result;
  for (const ir::Param &param : to.params) {
    missing = param.name;
    const auto old = llvm::find_if(from.params, [&](auto &p) { return p.name == param.name; });
    if (old == from.params.end())
      return std::nullopt;
    const std::string text =
        ir::formatValue(from, old->type, old->values[choice[old - from.params.begin()]]);
    auto value = llvm::find_if(
        param.values, [&](double v) { return ir::formatValue(to, param.type, v) == text; });
    if (value == param.values.end())
      return std::nullopt;
    result.push_back(value - param.values.begin());
  }
  return result;
}

/// The first requirement on fields that a design breaks; empty if none.
std::string brokenBy(const ir::Space &space, llvm::ArrayRef<unsigned> choice) {
  const std::vector<double> params = valuesOf(space, choice);
  const std::vector<double> metrics(space.metrics.size(), NAN);
  for (const ir::Constraint &constraint : space.constraints) {
    double holds[1];
    if (!constraint.isHard() || constraint.isMeasured())
      continue;
    ir::Tape(space, constraint.node).evaluate(params, metrics, holds);
    if (holds[0] != 1)
      return constraint.name;
  }
  return "";
}

/// Why a design of one front is not on that of the other run.
std::string absence(const Side &here, const Record *record, const Side &there) {
  const ir::Space &space = there.front.space;
  const Record *other = there.find(runs::describe(here.front.space, record->choice));
  if (other && !other->missed.empty())
    return "`" + other->missed[0] + "` does not hold";
  if (other && !other->feasible)
    return "it is `" + other->answer->status + "`";
  if (other) {
    const std::vector<double> point = minimized(space, *other);
    for (const Record *best : there.front.best)
      if (llvm::all_of(llvm::zip_equal(minimized(space, *best), point),
                       [](auto pair) { return std::get<0>(pair) <= std::get<1>(pair); }))
        return "design " + std::to_string(best->id) + " is better";
  }
  std::string missing;
  const auto choice = translate(here.front.space, record->choice, space, missing);
  if (!choice)
    return "field `" + missing + "` does not offer its value";
  const std::string broken = brokenBy(space, *choice);
  return broken.empty() ? "it was not evaluated" : "`" + broken + "` excludes it";
}

/// Why a design has other objectives than before.
std::string motion(const Record *before, const Record *after, llvm::ArrayRef<Change> changes) {
  if (before->answer->fidelity != after->answer->fidelity)
    return "fidelity " + after->answer->fidelity + " instead of " + before->answer->fidelity;
  std::string names;
  for (const Change &change : changes)
    if (change.kind != "requirement" && change.kind != "field")
      names += (names.empty() ? "`" : ", `") + change.name + "`";
  if (!names.empty())
    return names;
  return before->answer->inputs == after->answer->inputs ? "" : "another version of the evaluator";
}

} // namespace

Difference differenceOf(const RunStore &before, const RunStore &after) {
  const Side a(before), b(after);
  Difference result;
  result.changes = changesOf(before.space(), after.space());
  const Scale scale({&a.front, &b.front});
  result.volumeBefore = scale.volume(a.front);
  result.volumeAfter = scale.volume(b.front);
  for (const Record *record : b.front.best) {
    const std::string design = runs::describe(after.space(), record->choice);
    const Record *old = a.find(design);
    const bool wasBest = old && a.isBest(old);
    if (wasBest && old->objectives == record->objectives) {
      ++result.kept;
      continue;
    }
    result.movements.push_back(
        {wasBest ? Movement::Moved : Movement::Entered, old ? old->id : 0, record->id,
         old ? old->objectives : std::vector<double>(), record->objectives, design,
         wasBest ? motion(old, record, result.changes) : "before, " + absence(b, record, a)});
  }
  for (const Record *record : a.front.best) {
    const std::string design = runs::describe(before.space(), record->choice);
    const Record *now = b.find(design);
    if (now && b.isBest(now))
      continue;
    result.movements.push_back({Movement::Left, record->id, now ? now->id : 0, record->objectives,
                                now ? now->objectives : std::vector<double>(), design,
                                absence(a, record, b)});
  }
  return result;
}

} // namespace wsc::report
