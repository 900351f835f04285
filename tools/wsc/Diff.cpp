// wsc diff: what changed from one run to another, and what caused it.
#include "report/Diff.h"
#include "ir/Json.h"
#include "report/Data.h"
#include "report/Terminal.h"
#include "tools/wsc/RunFolder.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace wsc::tool {

static cl::opt<std::string> beforeFolder(cl::Positional, cl::Required, cl::desc("RUN_A"),
                                         cl::sub(diffCommand()));
static cl::opt<std::string> afterFolder(cl::Positional, cl::Required, cl::desc("RUN_B"),
                                        cl::sub(diffCommand()));

using report::Change;
using report::Difference;
using report::Movement;

static llvm::StringRef nameOf(Movement::Kind kind) {
  switch (kind) {
  case Movement::Entered: return "entered";
  case Movement::Left: return "left";
  case Movement::Moved: return "moved";
  }
  return "";
}

/// No longer than a line.
static std::string shortened(llvm::StringRef text) {
  constexpr size_t most = 60;
  if (text.empty())
    return "(not there)";
  return text.size() <= most ? text.str() : text.take_front(most).str() + " ...";
}

static void showText(const ir::Space &space, const Difference &difference) {
  llvm::raw_ostream &out = llvm::outs();
  out << (difference.changes.empty() ? "the specs say the same\n" : "what changed in the spec\n");
  for (const Change &change : difference.changes)
    out << llvm::formatv("  {0} {1}: {2} -> {3}\n", change.kind, change.name,
                         shortened(change.before), shortened(change.after));
  out << llvm::formatv(
      "hypervolume {0:F4} -> {1:F4}; {2} designs are on both fronts as they were\n",
      difference.volumeBefore, difference.volumeAfter, difference.kept);
  if (difference.movements.empty())
    return;
  std::vector<std::vector<std::string>> rows{{"", "before", "after"}};
  for (const ir::Objective &objective : space.objectives)
    rows[0].push_back(objective.name);
  rows[0].push_back("why");
  auto number = [](unsigned id) { return id ? std::to_string(id) : "-"; };
  for (const Movement &movement : difference.movements) {
    rows.push_back({nameOf(movement.kind).str(), number(movement.before), number(movement.after)});
    for (unsigned k = 0; k < space.objectives.size(); ++k) {
      auto text = [&](llvm::ArrayRef<double> values) {
        return values.empty() ? std::string() : report::formatObjective(space, k, values[k]);
      };
      const std::string from = text(movement.from), to = text(movement.to);
      rows.back().push_back(from.empty() || from == to ? to
                            : to.empty()               ? from
                                                       : from + " -> " + to);
    }
    rows.back().push_back(movement.cause);
  }
  report::showTable(rows, out);
}

static void showJson(const Difference &difference) {
  llvm::json::Array changes, movements;
  for (const Change &change : difference.changes)
    changes.push_back(llvm::json::Object{{"kind", change.kind},
                                         {"name", change.name},
                                         {"before", change.before},
                                         {"after", change.after}});
  for (const Movement &movement : difference.movements) {
    auto design = llvm::json::parse(movement.design);
    movements.push_back(llvm::json::Object{{"kind", nameOf(movement.kind)},
                                           {"before", movement.before},
                                           {"after", movement.after},
                                           {"from", ir::numbersJson(movement.from)},
                                           {"to", ir::numbersJson(movement.to)},
                                           {"design", llvm::cantFail(std::move(design))},
                                           {"cause", movement.cause}});
  }
  llvm::outs() << llvm::formatv(
      "{0:2}\n",
      llvm::json::Value(llvm::json::Object{
          {"format_version", 1},
          {"changes", std::move(changes)},
          {"movements", std::move(movements)},
          {"kept", difference.kept},
          {"hypervolume", llvm::json::Array{difference.volumeBefore, difference.volumeAfter}}}));
}

int run_diff() {
  auto before = openRun(beforeFolder, runs::RunStore::Access::Read);
  auto after = before ? openRun(afterFolder, runs::RunStore::Access::Read) : nullptr;
  if (!after)
    return OutputFailed;
  if (!report::sameObjectives(before->space(), after->space())) {
    llvm::errs() << "error: the runs have other objectives, so that their fronts say nothing about "
                    "each other\n";
    return WrongUsage;
  }
  const Difference difference = report::differenceOf(*before, *after);
  if (commonOptions().form == Form::Json)
    showJson(difference);
  else
    showText(after->space(), difference);
  return Done;
}

} // namespace wsc::tool
