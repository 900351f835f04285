// Lists and designs as the JSON text that columns of a run hold.
#pragma once

#include "ir/Space.h"

namespace wsc::runs {

std::string toJson(llvm::ArrayRef<unsigned> numbers);
std::string toJson(llvm::ArrayRef<std::string> texts);
/// NaN and infinity become null.
std::string toJson(llvm::ArrayRef<double> numbers);

std::vector<unsigned> indicesOf(llvm::StringRef json);
std::vector<std::string> textsOf(llvm::StringRef json);
/// NaN for null.
std::vector<double> numbersOf(llvm::StringRef json);

/// The open fields of a design by name, for people who read the database.
std::string describe(const ir::Space &space, llvm::ArrayRef<unsigned> choice);

/// Metrics by name, those that are there, so that they outlive a change of the interface.
std::string metricsToJson(const ir::Space &space, llvm::ArrayRef<double> metrics);
/// As Space::metrics; NaN for those that are not there.
std::vector<double> metricsOf(const ir::Space &space, llvm::StringRef json);

} // namespace wsc::runs
