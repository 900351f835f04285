// A folder with the input of an evaluator: the files of a backend, a README for people, and
// `emission.json`, by which what the evaluator says is held against what wsc expects.
#pragma once

#include "backends/Backend.h"
#include "feasibility/Answer.h"
#include "llvm/Support/JSON.h"

namespace wsc::tool {

/// What is emitted, and for which evaluator.
struct EmissionTask {
  const backends::Backend &backend;
  backends::Level level;
  const ir::Space &space;
  feasibility::Design design;
  std::string origin; ///< where the design comes from: a spec with its settings, a run
};

/// What `emission.json` says.
struct EmissionRecord {
  std::string target, level, origin;
  llvm::json::Object design;                   ///< as fieldsJson has it
  std::vector<backends::Figure> expected = {}; ///< what wsc expects the evaluator to compute

  std::vector<backends::Figure> results = {}; ///< of `result.json`, where there is one
};

/// What evaluators read of a design, by name: what tells it from others, whether a spec leaves a
/// field open or `--set` fixes it.
llvm::json::Object fieldsJson(const ir::Space &space, const feasibility::Design &design);

/// The record of a folder, or a sentence that says why it has none.
std::variant<EmissionRecord, std::string> readEmission(llvm::StringRef folder);
/// Whether all files of this emission are in a folder already.
bool isEmitted(const EmissionTask &task, llvm::StringRef folder);

/// Writes the files over what is there, `emission.json` last, and returns their paths; or says why
/// that is impossible.
std::variant<std::vector<std::string>, std::string>
writeEmission(const EmissionTask &task, const backends::Emission &emission, llvm::StringRef folder);

/// Writes `result.json`: what the evaluator has computed.
bool writeResult(llvm::StringRef folder, llvm::ArrayRef<backends::Figure> results);

/// Where a run keeps what evaluators have computed of its designs: `RUN/results`.
std::string allResultsOf(llvm::StringRef run);
/// And of one of them: `RUN/results/ID`, with a folder for each evaluator and network, which
/// readEmission reads.
std::string resultsOf(llvm::StringRef run, unsigned id);

/// Copies the record of an emission and its results there.
bool keepResult(llvm::StringRef folder, const EmissionRecord &record, llvm::StringRef results);

} // namespace wsc::tool
