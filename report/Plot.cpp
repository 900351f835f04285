// A scatter plot in characters.
#include "report/Terminal.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cmath>

namespace wsc::report {

namespace {

/// From values to cells.
struct Axis {
  double low = HUGE_VAL, high = -HUGE_VAL;
  unsigned cells;

  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  unsigned cell(double value) const {
    return high > low ? std::lround((value - low) / (high - low) * (cells - 1)) : cells / 2;
  }
};

std::string spaces(size_t count) { return std::string(count, ' '); }

} // namespace

std::string plot(const Front &front, unsigned columns, unsigned rows) {
  const ir::Space &space = front.space;
  if (space.objectives.size() < 2 || front.usable.size() < 2)
    return "";
  auto label = [&](unsigned k, double value) { return formatObjective(space, k, value); };
  Axis x{.cells = 0}, y{.cells = rows};
  for (const runs::Record *record : front.usable) {
    x.include(record->objectives[0]);
    y.include(record->objectives[1]);
  }
  const std::string top = label(1, y.high), bottom = label(1, y.low);
  const unsigned margin = std::max(widthOf(top), widthOf(bottom)) + 1;
  x.cells = std::max(columns, margin + 24) - margin - 3;
  std::vector<std::vector<const char *>> cells(rows, std::vector<const char *>(x.cells, " "));
  auto put = [&](const runs::Record *record, const char *mark) {
    cells[rows - 1 - y.cell(record->objectives[1])][x.cell(record->objectives[0])] = mark;
  };
  for (const runs::Record *record : front.usable)
    put(record, "·");
  for (const runs::Record *record : front.best)
    put(record, "●");
  if (const runs::Record *knee = front.knee())
    put(knee, "◆");

  const std::string &name = space.objectives[1].name;
  std::string text = spaces(margin) + name + (space.objectives[1].maximize ? " ↑" : " ↓") + '\n';
  for (unsigned row = 0; row < rows; ++row) {
    const std::string side = row == 0 ? top : row + 1 == rows ? bottom : "";
    text += spaces(margin - 1 - widthOf(side)) + side + " │";
    std::string line;
    for (const char *cell : cells[row])
      line += cell;
    text += line.erase(line.find_last_not_of(' ') + 1) + '\n';
  }
  text += spaces(margin) + "└";
  for (unsigned i = 0; i < x.cells; ++i)
    text += "─";
  const std::string left = label(0, x.low), right = label(0, x.high),
                    middle =
                        space.objectives[0].name + (space.objectives[0].maximize ? " →" : " ←");
  const unsigned used = widthOf(left) + widthOf(middle) + widthOf(right);
  const unsigned gap = x.cells > used + 2 ? (x.cells - used) / 2 : 1;
  text += '\n' + spaces(margin + 1) + left + spaces(gap) + middle +
          spaces(x.cells > used + gap ? x.cells - used - gap : 1) + right + '\n';
  return text;
}

} // namespace wsc::report
