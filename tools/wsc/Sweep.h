// What a sweep found: the best design at each value of one field, or at each combination of two.
#pragma once

#include "feasibility/Answer.h"
#include "tools/wsc/Pipeline.h"
#include "llvm/Support/JSON.h"

namespace wsc::tool {

struct SweepPoint {
  std::vector<std::string> at; ///< the value of each field, as `--set` takes it
  std::string problem;         ///< why there is no design; empty where there is one
  std::vector<double> values;  ///< of each column, in base units; NaN where there is none
  llvm::json::Object design;   ///< the open fields
};

struct SweepTable {
  struct Column {
    std::string name;
    ir::Type type;
  };
  const ir::Space *space = nullptr; ///< for units and enumerators
  std::string caption;              ///< what is best, and of how many designs
  std::vector<std::string> fields;
  std::vector<Column> columns;
  std::vector<SweepPoint> points; ///< the last field changes fastest

  /// `5.83 token/J`; `-` for NaN.
  std::string text(unsigned column, double value) const;
};

/// The best of the designs that a search has evaluated, by the first objective.
struct BestDesign {
  feasibility::Design design;
  std::vector<double> objectives; ///< all of them, as numbers to minimize
  std::vector<double> metrics;
};
/// Searches the Space of the session for `budget` evaluations.  Says in `problem` why there is no
/// design.
std::optional<BestDesign> findBest(Session &session, unsigned budget, std::string &problem);

/// Columns of text with a bar for the first objective, and why values have no design.
void showSweep(const SweepTable &table, llvm::raw_ostream &out);
llvm::json::Object toJson(const SweepTable &table);
/// Base units, which the head names.
std::string csvOf(const SweepTable &table);
/// SVG: a panel for each column, the values of the first field along the bottom, a line for each
/// value of the second.  Logarithmic where values differ by a factor of 30 and more.
std::string figureOf(const SweepTable &table);

} // namespace wsc::tool
