// A sweep as text, JSON and comma-separated values.
#include "ir/Print.h"
#include "report/Terminal.h"
#include "tools/wsc/Json.h"
#include "tools/wsc/Sweep.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace wsc::tool {

std::string SweepTable::text(unsigned column, double value) const {
  return std::isfinite(value) ? ir::formatValue(*space, columns[column].type, value) : "-";
}

/// `share` of some cells, to an eighth of one.
static std::string bar(double share) {
  constexpr unsigned cells = 24;
  static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const unsigned filled = std::lround(share * cells * 8);
  std::string text;
  for (unsigned i = 0; i < filled / 8; ++i)
    text += "█";
  return text + eighths[filled % 8];
}

void showSweep(const SweepTable &table, llvm::raw_ostream &out) {
  double most = 0;
  for (const SweepPoint &point : table.points)
    if (std::isfinite(point.values[0]))
      most = std::max(most, std::abs(point.values[0]));
  std::vector<std::vector<std::string>> rows(1, table.fields);
  for (const SweepTable::Column &column : table.columns)
    rows[0].push_back(column.name);
  rows[0].push_back("");
  for (const SweepPoint &point : table.points) {
    rows.push_back(point.at);
    for (unsigned i = 0; i < table.columns.size(); ++i)
      rows.back().push_back(table.text(i, point.values[i]));
    rows.back().push_back(!point.problem.empty() ? point.problem
                          : most > 0             ? bar(std::abs(point.values[0]) / most)
                                                 : "");
  }
  out << table.caption << '\n';
  report::showTable(rows, out);
}

llvm::json::Object toJson(const SweepTable &table) {
  llvm::json::Array points;
  for (const SweepPoint &point : table.points) {
    llvm::json::Object at, values;
    for (auto [field, value] : llvm::zip_equal(table.fields, point.at))
      at[field] = value;
    llvm::json::Object object{{"at", std::move(at)}};
    if (point.problem.empty()) {
      for (auto [column, value] : llvm::zip_equal(table.columns, point.values))
        values[column.name] = quantityJson(*table.space, column.type, value);
      object["values"] = std::move(values);
      object["design"] = llvm::json::Object(point.design);
    } else {
      object["problem"] = point.problem;
    }
    points.push_back(std::move(object));
  }
  return llvm::json::Object{{"format_version", 1}, {"points", std::move(points)}};
}

static std::string quotedCell(llvm::StringRef text) {
  if (text.find_first_of(",\"\n") == llvm::StringRef::npos)
    return text.str();
  std::string quoted = "\"";
  for (char c : text)
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

std::string csvOf(const SweepTable &table) {
  std::vector<std::string> head;
  for (const std::string &field : table.fields)
    head.push_back(quotedCell(field));
  for (const SweepTable::Column &column : table.columns) {
    const std::string unit = table.space->units.baseUnit(column.type.dim);
    head.push_back(quotedCell(unit.empty() ? column.name : column.name + " [" + unit + "]"));
  }
  std::string text = llvm::join(head, ",") + '\n';
  for (const SweepPoint &point : table.points) {
    std::vector<std::string> cells;
    for (const std::string &value : point.at)
      cells.push_back(quotedCell(value));
    for (auto [column, value] : llvm::zip_equal(table.columns, point.values))
      cells.push_back(!std::isfinite(value)    ? ""
                      : column.type.isNumber() ? ir::formatShortest(value)
                                               : ir::formatValue(*table.space, column.type, value));
    text += llvm::join(cells, ",") + '\n';
  }
  return text;
}

} // namespace wsc::tool
