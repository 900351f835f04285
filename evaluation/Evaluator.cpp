// Names and look-ups of what evaluators report, and the choice of an evaluator.
#include "evaluation/Evaluator.h"

#include "evaluation/ModelEvaluator.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::evaluation {

namespace {
const char *const metricNames[] = {
#define METRIC(Name, name) name,
#include "evaluation/Metrics.def"
};

const Item *findIn(llvm::ArrayRef<Item> items, llvm::StringRef name) {
  const Item *found = llvm::find_if(items, [&](const Item &item) { return item.name == name; });
  return found == items.end() ? nullptr : found;
}
} // namespace

llvm::StringRef name(Fidelity fidelity) {
  switch (fidelity) {
  case Fidelity::Static: return "static";
  case Fidelity::Analytic: return "analytic";
  case Fidelity::Flow: return "flow";
  case Fidelity::Cycle: return "cycle";
  }
  llvm_unreachable("covered switch");
}

std::optional<Fidelity> fidelityNamed(llvm::StringRef text) {
  for (Fidelity fidelity : {Fidelity::Analytic, Fidelity::Flow, Fidelity::Cycle})
    if (name(fidelity) == text)
      return fidelity;
  return std::nullopt;
}

llvm::StringRef name(Status status) {
  switch (status) {
  case Status::Ok: return "ok";
  case Status::DoesNotFit: return "does not fit";
  case Status::Invalid: return "invalid";
  case Status::NotModelled: return "not modelled";
  case Status::InternalError: return "internal error";
  }
  llvm_unreachable("covered switch");
}

llvm::StringRef name(Metric metric) { return metricNames[static_cast<unsigned>(metric)]; }

std::optional<Metric> metricNamed(llvm::StringRef text) {
  const auto *known = llvm::find(metricNames, text);
  if (known == std::end(metricNames))
    return std::nullopt;
  return static_cast<Metric>(known - metricNames);
}

llvm::StringRef symbol(UnitKind unit) {
  switch (unit) {
  case UnitKind::Seconds: return "s";
  case UnitKind::Joules: return "J";
  case UnitKind::Bytes: return "B";
  case UnitKind::Watts: return "W";
  }
  llvm_unreachable("covered switch");
}

const Item *Item::find(llvm::StringRef part) const { return findIn(parts, part); }

double Item::sum() const {
  double total = 0;
  for (const Item &part : parts)
    total += part.value;
  return total;
}

Measurement::Measurement() { metrics.fill(std::nan("")); }

const Item *Evaluation::find(llvm::StringRef item) const { return findIn(breakdown, item); }

Evaluator::~Evaluator() = default;

namespace {
class StaticEvaluator final : public Evaluator {
public:
  Fidelity fidelity() const override { return Fidelity::Static; }
  Evaluation evaluate(llvm::ArrayRef<double>) const override { return {}; }
};
} // namespace

std::unique_ptr<Evaluator> createStaticEvaluator() { return std::make_unique<StaticEvaluator>(); }

std::unique_ptr<Evaluator> createEvaluator(Fidelity fidelity, Binding binding) {
  switch (fidelity) {
  case Fidelity::Static: return createStaticEvaluator();
  case Fidelity::Analytic:
  case Fidelity::Flow:
  case Fidelity::Cycle: return std::make_unique<ModelEvaluator>(fidelity, std::move(binding));
  }
  llvm_unreachable("covered switch");
}

std::vector<double> metricsOf(const ir::Space &space, const Measurement &measurement) {
  std::vector<double> values;
  for (const ir::MetricDef &metric : space.metrics) {
    const auto known = metricNamed(metric.name);
    values.push_back(known ? measurement[*known] : std::nan(""));
  }
  return values;
}

} // namespace wsc::evaluation
