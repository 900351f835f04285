// What a design does on its workload: the interface of all evaluators, and what they report.
#pragma once

#include "evaluation/Bind.h"
#include <array>
#include <memory>

namespace wsc::evaluation {

/// How closely a model looks, cheapest first.
enum class Fidelity : uint8_t {
  Static,   ///< no workload: what follows from the fields, no metrics
  Analytic, ///< closed formulas, ten microseconds a design
  Flow,     ///< collectives routed over links, which they share fairly
  Cycle     ///< collectives flit by flit
};
llvm::StringRef name(Fidelity fidelity);
/// Of those that evaluate a workload, the one with this name.
std::optional<Fidelity> fidelityNamed(llvm::StringRef text);

enum class Status : uint8_t {
  Ok,
  DoesNotFit,   ///< a rank needs more memory than it has
  Invalid,      ///< the fields contradict each other
  NotModelled,  ///< the evaluator has no model of what the design asks for
  InternalError ///< a result beats its lower bound: the model is wrong, not the design
};
llvm::StringRef name(Status status);

/// The metrics of interfaces.wsc, in its order.
enum class Metric : uint8_t {
#define METRIC(Name, name) Name,
#include "evaluation/Metrics.def"
};
constexpr unsigned metricCount = 0
#define METRIC(Name, name) +1
#include "evaluation/Metrics.def"
    ;
llvm::StringRef name(Metric metric);
std::optional<Metric> metricNamed(llvm::StringRef text);

/// The unit of a value of a breakdown.
enum class UnitKind : uint8_t { Seconds, Joules, Bytes, Watts };
/// `s`, `J`, `B`, `W`.
llvm::StringRef symbol(UnitKind unit);

/// One line of a breakdown.  The values of the parts sum to the value of the whole.
struct Item {
  llvm::StringRef name; ///< static text
  double value = 0;
  UnitKind unit = UnitKind::Seconds;
  llvm::StringRef note = {}; ///< static text: the bounding resource, the algorithm
  std::vector<Item> parts = {};

  /// The part of this name, null if there is none.
  const Item *find(llvm::StringRef part) const;
  /// Sum of the values of the parts.
  double sum() const;
};

/// The metrics of a design, and whether it has any.
struct Measurement {
  Measurement();

  Status status = Status::Ok;
  /// In base units; NaN where not applicable, and all NaN unless the status is Ok.
  std::array<double, metricCount> metrics;

  double &operator[](Metric metric) { return metrics[static_cast<unsigned>(metric)]; }
  double operator[](Metric metric) const { return metrics[static_cast<unsigned>(metric)]; }
};

class RoutedNetwork;

/// The same with what is behind it.
struct Evaluation : Measurement {
  std::vector<std::string> reasons; ///< why the status is not Ok
  std::vector<std::string> notes;   ///< what of the system is not used, and why not
  /// `time` by cause, `compute time by bound`, `energy`, `memory of a rank`.
  std::vector<Item> breakdown;
  /// Times that no mapping of this workload to this hardware can beat.
  std::vector<Item> bounds;
  /// What timed the collectives, with each of them; null where closed forms did.
  std::shared_ptr<const RoutedNetwork> network;

  const Item *find(llvm::StringRef item) const;
};

class Evaluator {
public:
  virtual ~Evaluator();
  virtual Fidelity fidelity() const = 0;
  /// Evaluates the design with these parameter values, one for each parameter of the Space.
  /// Never fails: what is wrong with the design is in the result.  Safe to call from threads.
  virtual Evaluation evaluate(llvm::ArrayRef<double> design) const = 0;
  /// The metrics alone: the same numbers, much faster.
  virtual Measurement measure(llvm::ArrayRef<double> design) const { return evaluate(design); }
};

/// The evaluator for specs whose objectives follow from the fields: it accepts every design.
std::unique_ptr<Evaluator> createStaticEvaluator();

/// The evaluator of a fidelity for the designs that a binding reads.
std::unique_ptr<Evaluator> createEvaluator(Fidelity fidelity, Binding binding);

/// The metrics of an evaluation, one for each metric of the Space, as ir::Tape wants them;
/// NaN for a metric that no evaluator knows.
std::vector<double> metricsOf(const ir::Space &space, const Measurement &measurement);

} // namespace wsc::evaluation
