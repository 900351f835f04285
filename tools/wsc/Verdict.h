// Showing a verdict: a design with its numbers, or the conflicts that rule every design out.
#pragma once

#include "feasibility/Demand.h"
#include "tools/wsc/Pipeline.h"
#include "llvm/Support/JSON.h"

namespace wsc::tool {

Exit exitOf(feasibility::Verdict verdict);
llvm::StringRef nameOf(feasibility::Verdict verdict);

/// Says in text, at once, that there is no design; what rules it out may take seconds to find.
void announceInfeasible(const Session &session);

/// Prints the answer as text or JSON, with conflicts explained when there is no design, which is
/// announced already; `extra` is added to the JSON.
void showVerdict(Session &session, const feasibility::Problem &problem,
                 const feasibility::Answer &answer, llvm::json::Object extra = {});

/// The open fields with their values, one a line.
void showDesign(const ir::Space &space, const feasibility::Design &design, llvm::raw_ostream &out);

/// The quantities that people look at first (area, power, yield, peak, ...), those that exist.
std::vector<const ir::Quantity *> headlines(const ir::Space &space);
/// They with their values, one a line, under a title.
void showHeadlines(const ir::Space &space, llvm::ArrayRef<double> point, llvm::StringRef title);

/// `600 GB/s is 700.0 % off 75 GB/s, 5.0 % allowed`, at a point.
std::string withinText(const ir::Space &space, const feasibility::Within &within,
                       llvm::ArrayRef<double> point, llvm::ArrayRef<double> metrics = {});

bool isComparison(const ir::Node *node);

/// `28 mm <= 26 mm`: the sides of a comparison at a point, with the limit on the right; of a
/// `within` the deviation.
std::string comparisonText(const ir::Space &space, const ir::Node *comparison,
                           llvm::ArrayRef<double> point, llvm::ArrayRef<double> metrics = {});

/// The names of the hard requirements that wait for an evaluator.
std::vector<std::string> measuredNames(const ir::Space &space);
/// These requirements with the sides of their comparisons, and whether they are missed.
void showMeasured(const ir::Space &space, llvm::ArrayRef<double> point,
                  llvm::ArrayRef<double> metrics);

/// The value of a node at a point; undefined (NaN) where it depends on metrics and there are none.
double valueAt(const ir::Space &space, const ir::Node *node, llvm::ArrayRef<double> point,
               llvm::ArrayRef<double> metrics = {});
/// The values of nodes at a point, which share what they have in common.
std::vector<double> valuesAt(const ir::Space &space, llvm::ArrayRef<const ir::Node *> nodes,
                             llvm::ArrayRef<double> point, llvm::ArrayRef<double> metrics = {});

} // namespace wsc::tool
