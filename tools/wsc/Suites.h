// Suites of measurements as the command line sees them: a spec, the rows that fill it, the results.
#pragma once

#include "evaluation/Suite.h"
#include "support/Csv.h"
#include "tools/wsc/Pipeline.h"

namespace wsc::tool {

/// One suite with its rows.
struct SuiteRun {
  std::string name; ///< `megatron_sc21`, or `spec.Suite` where the spec has several
  std::string spec; ///< path
  std::unique_ptr<Program> program;
  std::unique_ptr<ir::Space> space;
  std::unique_ptr<evaluation::Suite> suite;
  const SourceFile *data = nullptr;

  struct Row {
    Range place;                ///< its first cell
    std::vector<double> values; ///< of the parameters; NaN for an empty cell
    std::string otherwise;      ///< why the suite is not about it, if its text already says so
    /// Cells that hold no value of their field; no matter in rows of other suites.
    struct Problem {
      Range cell;
      std::string text;
    };
    std::vector<Problem> problems;
  };
  std::vector<Row> rows;
  std::vector<evaluation::RowResult> results; ///< one for each row
  evaluation::Score score;

  unsigned line(size_t row) const;
};

/// Loads every suite of a spec with its rows: those of `data`, where one is given, else those that
/// the suite names.  What is wrong is reported.
void loadSuites(Session &session, const std::string &spec, const std::string &data,
                std::vector<SuiteRun> &runs);

/// Fills `rows`: one for each line of the table, each open field from the column of its name.
void bindRows(Session &session, const CsvTable &table, SuiteRun &run);

/// Evaluates all rows; those that fail are reported.
void runSuite(Session &session, SuiteRun &run);

} // namespace wsc::tool
