// Backends: one design becomes the input files of an evaluator that people already use.
#pragma once

#include "evaluation/Evaluator.h"
#include <variant>

namespace wsc::backends {

using evaluation::Level; ///< the network that is written

/// What is asked for.
struct Request {
  const evaluation::Design &design;
  const evaluation::Evaluation &evaluation; ///< of the same design; status Ok
  Level level;
};

struct File {
  std::string name; ///< inside the output folder
  std::string content;
};

struct Emission {
  std::vector<File> files;
  std::string command;            ///< how to run the evaluator on them
  std::vector<std::string> notes; ///< what the evaluator's format cannot say, and what was chosen
};

/// The files, or a sentence that says why this design cannot be written for this evaluator.
using Result = std::variant<Emission, std::string>;

struct Backend {
  llvm::StringRef name, summary;
  Result (*emit)(const Request &);
};
llvm::ArrayRef<Backend> all();
const Backend *find(llvm::StringRef name);

#define BACKEND(function, name, summary) Result function(const Request &request);
#include "backends/Backends.def"

} // namespace wsc::backends
