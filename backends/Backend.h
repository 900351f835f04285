// Backends: one design becomes the input files of an evaluator that people already use, and what
// that evaluator says comes back.
#pragma once

#include "evaluation/Evaluator.h"
#include "evaluation/Plan.h"
#include <variant>

namespace wsc::backends {

using evaluation::Level; ///< the network that is written

/// What the formats of evaluators can or cannot say (Features.def).
enum class Feature : uint8_t {
#define FEATURE(Name, name, meaning) Name,
#include "backends/Features.def"
};
llvm::StringRef name(Feature feature);
llvm::StringRef meaning(Feature feature);

/// A number that the evaluator computes, too, under the same name.
struct Figure {
  std::string name; ///< `packet latency`, `cycles of qkv projection`
  double value = 0;
  std::string unit; ///< as users write it: `cycle`, `s`, `J`; empty for a pure number
};

/// What is asked for.
struct Request {
  const evaluation::Design &design;
  const evaluation::Evaluation &evaluation; ///< of the same design; status Ok
  const evaluation::Plan *plan;             ///< of the same design; null for packets at random
  Level level;
  // For what formats ask beside the fields that evaluators read: the Space that the design is of,
  // and the value of each of its parameters.
  const ir::Space &space;
  llvm::ArrayRef<double> point;
};

/// Any number that the spec has, in base units: `reticle.width`.  Empty where there is no such
/// field, or it has no value.
std::optional<double> valueOf(const Request &request, llvm::StringRef quantity);

struct File {
  std::string name; ///< inside the output folder
  std::string content;
};

struct Emission {
  std::vector<File> files;
  std::string command;            ///< how to run the evaluator on them, in the folder; if any
  std::vector<std::string> notes; ///< what was chosen, and what is approximated
  std::vector<Figure> figures;    ///< what wsc expects the evaluator to compute
};

/// Seconds of an iteration at the full clock, whatever `wafer.power_limit` makes of it.
double timeAtFullClock(const evaluation::Evaluation &evaluation);

/// The files, or a sentence that says why this design cannot be written for this evaluator.
using Result = std::variant<Emission, std::string>;

/// Figures that an evaluator has computed, under the names of Emission::figures; or a sentence that
/// says why they cannot be read.
using Reading = std::variant<std::vector<Figure>, std::string>;

/// A feature that a design needs of a format, and the field that asks for it.
struct Need {
  Feature feature;
  std::string because; ///< `wafer.topology = torus`
};

/// Of a format that states routes.
Need needOf(network::Routing routing);

struct Backend {
  llvm::StringRef name, summary;
  llvm::ArrayRef<Feature> features; ///< of those that `needs` may name, what the format has
  /// What this design needs; null where every design can be written.
  std::vector<Need> (*needs)(const Request &);
  Result (*emit)(const Request &);
  /// Reads what the evaluator wrote into the folder, `output.txt` being what it printed.  Null
  /// where it computes nothing.
  Reading (*read)(llvm::StringRef folder);
};
llvm::ArrayRef<const Backend *> all();
const Backend *find(llvm::StringRef name);

/// Emits after checking that the format has what the design needs.  Says so where the design runs
/// at a lower clock, of which formats know nothing.
Result emit(const Backend &backend, const Request &request);

// Each is defined in its own file.
#define BACKEND(object) extern const Backend object;
#include "backends/Backends.def"

} // namespace wsc::backends
