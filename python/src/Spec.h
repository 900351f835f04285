// A spec as programs use it: loaded once, then asked for verdicts, designs and metrics.
#pragma once

#include "evaluation/Evaluator.h"
#include "feasibility/Sample.h"
#include "frontend/Program.h"
#include <map>

namespace wsc::python {

/// A spec with errors, or a design that is none of its own; the text is what the command prints.
struct SpecError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A truth value, a word of an enum, or a number in base units.
using Value = std::variant<bool, double, std::string>;
/// Open fields and their values.
using Fields = std::map<std::string, Value>;

/// A field, quantity, metric or objective: what it is measured in.
struct Column {
  std::string name;
  std::string unit; ///< base unit; empty for a pure number, a word, a truth value
};

struct Requirement {
  std::string name, reason, file;
  unsigned line = 0;
};

struct Verdict {
  std::string verdict; ///< feasible, infeasible, unknown
  std::optional<Fields> design;
  std::vector<Requirement> core; ///< infeasible: they exclude each other
  bool isMinimal = false;        ///< none of the core can be spared
  std::string reason;            ///< unknown: which limit was reached
};

struct Evaluated {
  std::string status;
  std::vector<std::string> reasons;
  std::map<std::string, double> metrics; ///< base units; those that apply
  std::map<std::string, double> parts;   ///< of time, energy and memory: `time/compute/softmax`
};

struct Selected {
  std::string chip, model, workload, strategy;
};

class Spec {
public:
  /// `settings`: `field=value`, as `--set` takes them.  Throws SpecError with all diagnostics.
  Spec(const std::string &file, const std::vector<std::string> &settings, const Selected &selected,
       const std::vector<std::string> &imports, const std::string &stdlib);
  /// The Space of a run.
  explicit Spec(std::unique_ptr<ir::Space> space);

  const ir::Space &space() const { return *space_; }
  const std::string &warnings() const { return warnings_; }

  std::vector<Column> fields() const;
  std::vector<Column> metrics() const;
  std::vector<Value> domain(const std::string &field) const;
  double designCount() const { return space_->designCount(); }

  Verdict check(uint64_t seed, uint64_t limit) const;
  /// As many feasible designs as there are, at most `count`.
  std::vector<Fields> sample(unsigned count, uint64_t seed, bool diverse, uint64_t limit) const;
  /// All named quantities that follow from the fields.
  std::map<std::string, Value> quantities(const Fields &design) const;
  /// Whether a design meets every requirement that follows from its fields.
  bool isFeasible(const Fields &design) const;

  Evaluated evaluate(const Fields &design, const std::string &fidelity) const;
  /// The same for many, on all processors; metrics only.
  std::vector<Evaluated> evaluateAll(const std::vector<Fields> &designs,
                                     const std::string &fidelity) const;

  Fields fieldsOf(const feasibility::Design &design) const;
  feasibility::Design designOf(const Fields &fields) const;

private:
  std::unique_ptr<evaluation::Evaluator> evaluator(const std::string &fidelity) const;

  std::unique_ptr<ir::Space> space_, optimized_;
  std::string warnings_;
};

/// The value of a field, quantity or metric of this type.
Value valueOf(const ir::Space &space, const ir::Type &type, double value);
std::string unitOf(const ir::Space &space, const ir::Type &type);

} // namespace wsc::python
