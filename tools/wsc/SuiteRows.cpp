// From the cells of a table to the parameters of a suite's Space.
#include "ir/AnyNumber.h"
#include "tools/wsc/Suites.h"

#include <cmath>

namespace wsc::tool {

namespace {
/// A parameter that a column fills.
struct Column {
  unsigned param;
  std::optional<unsigned> given; ///< the parameter that says whether there is a value
  size_t cell;
  llvm::StringRef name;
};

std::optional<unsigned> findParam(const ir::Space &space, const std::string &name) {
  for (unsigned i = 0; i < space.params.size(); ++i)
    if (space.params[i].name == name)
      return i;
  return std::nullopt;
}

class RowBinder {
public:
  RowBinder(Session &session, const CsvTable &table, SuiteRun &run)
      : session_(session), table_(table), space_(*run.space), run_(run) {}

  void bind() {
    for (unsigned i = 0; i < space_.params.size(); ++i)
      addColumn(i);
    for (const auto &cells : table_.rows) {
      SuiteRun::Row row{cells[0].range, std::vector<double>(space_.params.size()), "", {}};
      for (const Column &column : columns_)
        fill(row, column, cells[column.cell]);
      run_.rows.push_back(std::move(row));
    }
  }

private:
  void addColumn(unsigned index) {
    const ir::Param &param = space_.params[index];
    llvm::StringRef name = param.name;
    if (name.ends_with(".given"))
      return;
    if (!name.consume_front("suite.")) {
      session_.diagnostics
          .report(DiagKind::MissingValue, rangeOf(session_, param.location),
                  "`" + param.name + "` is open, and no column fills it")
          .suggest("fix it, or let it follow from a field of the suite");
      return;
    }
    auto cell = table_.column(name);
    if (cell)
      columns_.push_back({index, findParam(space_, param.name + ".given"), *cell, name});
    else
      missing(name);
  }

  void missing(llvm::StringRef name) {
    std::vector<std::string> known;
    for (const CsvCell &cell : table_.header)
      known.push_back(wsc::nameOf(cell.text));
    std::vector<llvm::StringRef> names(known.begin(), known.end());
    Range header{run_.data, table_.header.front().range.begin, table_.header.back().range.end};
    auto &d = session_.diagnostics.report(DiagKind::BadRows, header,
                                          "there is no column `" + name.str() + "`");
    if (llvm::StringRef near = closestName(name, names); !near.empty())
      d.suggest("did you mean `" + near.str() + "`?");
  }

  void fill(SuiteRun::Row &row, const Column &column, const CsvCell &cell) {
    const ir::Param &param = space_.params[column.param];
    double &value = row.values[column.param];
    if (column.given)
      row.values[*column.given] = !cell.text.empty();
    if (cell.text.empty())
      value = std::nan("");
    else if (param.type.isNumber())
      value = number(row, param, cell);
    else
      value = listed(row, column, cell);
  }

  double number(SuiteRun::Row &row, const ir::Param &param, const CsvCell &cell) {
    double value;
    const bool isNumber = !llvm::StringRef(cell.text).getAsDouble(value) && std::isfinite(value);
    const std::string name = "`" + param.name + "`";
    std::string problem;
    if (!isNumber)
      problem = name + " is a number, this is not";
    else if (!ir::takesAnyNumber(param) && !llvm::is_contained(param.values, value))
      problem = "this is not in the domain of " + name;
    else if (param.domain == ir::anyNumber(/*integer=*/true) && value != std::floor(value))
      problem = name + " is an `int`, this is not";
    if (problem.empty())
      return value;
    row.problems.push_back({cell.range, problem});
    return std::nan("");
  }

  /// A value of an enum or of `bool`; a row with another one is not what the suite is about.
  double listed(SuiteRun::Row &row, const Column &column, const CsvCell &cell) {
    const ir::Param &param = space_.params[column.param];
    const std::string text = wsc::nameOf(cell.text);
    for (double value : param.values)
      if (llvm::StringRef(text).equals_insensitive(ir::formatValue(space_, param.type, value)))
        return value;
    if (param.type.isBool())
      row.problems.push_back({cell.range, "`" + param.name + "` is `true` or `false`"});
    else
      row.otherwise = "`" + param.name + "` does not list `" + text + "`";
    return std::nan("");
  }

  Session &session_;
  const CsvTable &table_;
  const ir::Space &space_;
  SuiteRun &run_;
  std::vector<Column> columns_;
};
} // namespace

void bindRows(Session &session, const CsvTable &table, SuiteRun &run) {
  RowBinder(session, table, run).bind();
}

} // namespace wsc::tool
