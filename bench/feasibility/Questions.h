// What the benchmark asks about each spec; one line of a table in Questions.cpp for each.
#pragma once

#include "bench/feasibility/Load.h"
#include "bench/feasibility/Measure.h"
#include "feasibility/Answer.h"
#include "llvm/ADT/ArrayRef.h"

namespace wsc::bench {

struct Question {
  llvm::StringRef name, title;
  bool (*applies)(const Instance &);
  /// The answer in a few words, the same for every seed where it is unique; it starts with
  /// `unknown` where a limit was reached.
  Reply (*ask)(const Instance &, const feasibility::Options &, const feasibility::Limits &);
};

llvm::ArrayRef<Question> questions();

} // namespace wsc::bench
