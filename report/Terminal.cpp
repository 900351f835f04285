// Boxes and tables in characters.
#include "report/Terminal.h"

#include "report/Importance.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Locale.h"
#include <cmath>
#include <map>

namespace wsc::report {

using runs::Record;

/// Rows of the table and of the plot.
static constexpr unsigned mostDesigns = 20, plotRows = 14, mostColumns = 100;

unsigned widthOf(llvm::StringRef text) {
  const int width = llvm::sys::locale::columnWidth(text);
  return width < 0 ? text.size() : width;
}

std::string formatObjective(const ir::Space &space, unsigned objective, double value) {
  return ir::formatValue(space, space.objectives[objective].node->type(), value);
}

static void pad(llvm::raw_ostream &out, unsigned width, llvm::StringRef text) {
  out << text;
  out.indent(width > widthOf(text) ? width - widthOf(text) : 0);
}

void showTable(llvm::ArrayRef<std::vector<std::string>> rows, llvm::raw_ostream &out) {
  std::vector<unsigned> widths(rows.front().size());
  for (const auto &row : rows)
    for (auto [width, cell] : llvm::zip_equal(widths, row))
      width = std::max(width, widthOf(cell));
  for (const auto &row : rows) {
    std::string line;
    llvm::raw_string_ostream text(line);
    for (auto [width, cell] : llvm::zip_equal(widths, row)) {
      text << "  ";
      pad(text, width, cell);
    }
    out << llvm::StringRef(line).rtrim() << '\n';
  }
}

static void showBox(llvm::StringRef title, llvm::ArrayRef<std::string> lines,
                    llvm::raw_ostream &out) {
  unsigned width = widthOf(title) + 2;
  for (const std::string &line : lines)
    width = std::max(width, widthOf(line));
  auto rule = [&](unsigned count) {
    while (count-- > 0)
      out << "─";
  };
  out << "┌ " << title << ' ';
  rule(width - widthOf(title));
  out << "┐\n";
  for (const std::string &line : lines) {
    out << "│ ";
    pad(out, width, line);
    out << " │\n";
  }
  out << "└";
  rule(width + 2);
  out << "┘\n";
}

/// `throughput   823.68 token/s .. 93.9115 ktoken/s  (maximize)`.
static void addObjectives(const Front &front, std::vector<std::string> &lines) {
  for (auto [k, objective] : llvm::enumerate(front.space.objectives)) {
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (const Record *record : front.best) {
      low = std::min(low, record->objectives[k]);
      high = std::max(high, record->objectives[k]);
    }
    std::string range = formatObjective(front.space, k, low);
    if (low != high)
      range += " .. " + formatObjective(front.space, k, high);
    lines.push_back(llvm::formatv("{0} {1}: {2}", objective.maximize ? "maximize" : "minimize",
                                  objective.name, range));
  }
}

/// `slo missed by 18`, `invalid 2, as 41: the ranks do not fit`: why designs cannot be used, the
/// most frequent reason first.
static std::vector<std::string> unusableLines(const Front &front) {
  struct Reason {
    unsigned count = 0;
    std::string example = "";
  };
  std::map<std::string, Reason> reasons;
  for (const Record *record : front.evaluated) {
    if (record->feasible)
      continue;
    for (const std::string &requirement : record->missed)
      ++reasons[requirement + " missed by"].count;
    if (!record->missed.empty())
      continue;
    Reason &reason = reasons[record->answer->status];
    if (reason.count++ == 0 && !record->answer->reasons.empty())
      reason.example = llvm::formatv(", as {0}: {1}", record->id, record->answer->reasons[0]);
  }
  std::vector<std::pair<std::string, Reason>> sorted(reasons.begin(), reasons.end());
  llvm::stable_sort(sorted,
                    [](const auto &a, const auto &b) { return a.second.count > b.second.count; });
  std::vector<std::string> lines;
  for (const auto &[what, reason] : sorted)
    lines.push_back(
        llvm::formatv("not usable: {0} {1}{2}", what, reason.count, reason.example).str());
  return lines;
}

/// What share of the box the front dominates.
static std::string volumeLine(const runs::RunStore &store, const Front &front) {
  return llvm::formatv("hypervolume: {0:F4}, of which the last fifth of the run brought {1:P1}",
                       Scale(&front).volume(front), recentShare(store, front));
}

static std::vector<std::string> summary(const runs::RunStore &store, const Front &front,
                                        llvm::StringRef stopped) {
  std::vector<const Record *> records = store.records();
  std::vector<std::string> lines{llvm::formatv("{0} designs evaluated, {1} usable",
                                               front.evaluated.size(), front.usable.size())};
  const bool tradeOff = front.space.objectives.size() > 1;
  if (tradeOff)
    lines[0] += llvm::formatv(", {0} on the Pareto front", front.best.size());
  llvm::append_range(lines, unusableLines(front));
  if (records.size() > front.evaluated.size())
    lines.push_back(llvm::formatv("{0} evaluations at cheaper fidelities",
                                  records.size() - front.evaluated.size()));
  const unsigned taken = llvm::count_if(records, [](auto *r) { return r->cost == 0; });
  if (taken)
    lines.push_back(
        llvm::formatv("{0} of them taken over from {1}", taken, store.settings().facts.at("from")));
  if (!front.best.empty()) {
    addObjectives(front, lines);
    if (tradeOff)
      lines.push_back(volumeLine(store, front));
  }
  if (!stopped.empty())
    lines.push_back("stopped: " + stopped.str());
  return lines;
}

/// As many of the deciding fields as there is room for, and the names of those that differ too.
static void showDesigns(const Front &front, unsigned columns, llvm::raw_ostream &out) {
  const ir::Space &space = front.space;
  const size_t shown = std::min<size_t>(front.best.size(), mostDesigns);
  std::vector<std::vector<std::string>> rows{{"id"}};
  for (const ir::Objective &objective : space.objectives)
    rows[0].push_back(objective.name);
  const Record *knee = front.best.size() > 2 ? front.knee() : nullptr;
  for (const Record *record : llvm::ArrayRef(front.best).take_front(shown)) {
    rows.push_back({std::to_string(record->id) + (record == knee ? " ◆" : "")});
    for (unsigned k = 0; k < space.objectives.size(); ++k)
      rows.back().push_back(formatObjective(space, k, record->objectives[k]));
  }
  auto valueOf = [&](const Record *record, unsigned p) {
    const ir::Param &param = space.params[p];
    return ir::formatValue(space, param.type, param.values[record->choice[p]]);
  };
  unsigned used = 24 * space.objectives.size();
  std::string others;
  for (unsigned p : decidingFields(front)) {
    unsigned width = space.params[p].name.size();
    for (size_t i = 0; i < shown; ++i)
      width = std::max(width, widthOf(valueOf(front.best[i], p)));
    if ((used += width + 2) > columns) {
      others += (others.empty() ? "" : ", ") + space.params[p].name;
      continue;
    }
    rows[0].push_back(space.params[p].name);
    for (size_t i = 0; i < shown; ++i)
      rows[i + 1].push_back(valueOf(front.best[i], p));
  }
  showTable(rows, out);
  if (front.best.size() > shown)
    out << "  ... and " << front.best.size() - shown << " more\n";
  if (knee)
    out << "◆ nearest to the best of every objective\n";
  if (!others.empty())
    out << "they differ too in: " << others << '\n';
  const std::vector<unsigned> varying = front.varying();
  std::string same;
  for (unsigned p = 0; p < space.params.size(); ++p)
    if (!llvm::is_contained(varying, p))
      same += "  " + space.params[p].name + '=' + valueOf(front.best[0], p);
  if (!same.empty())
    out << "in all of them:" << same << '\n';
}

void showRun(const runs::RunStore &store, llvm::StringRef stopped, unsigned columns,
             llvm::raw_ostream &out) {
  columns = std::min(columns, mostColumns);
  const Front front(store);
  const runs::Settings &settings = store.settings();
  const auto spec = settings.facts.find("spec");
  showBox(llvm::formatv("{0} · {1} · {2} · seed {3}",
                        spec == settings.facts.end() ? "run" : spec->second, settings.algorithm,
                        settings.fidelity, settings.seed)
              .str(),
          summary(store, front, stopped), out);
  if (front.best.empty())
    return;
  out << plot(front, columns, plotRows);
  showDesigns(front, columns, out);
}

} // namespace wsc::report
