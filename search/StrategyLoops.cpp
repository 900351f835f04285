// Nested loops over the fields of a strategy, and best-first branch and bound over what they find.
#include "search/BestStrategy.h"

#include "evaluation/StrategyBounds.h"
#include "feasibility/Problem.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <cmath>
#include <queue>

namespace wsc::search {

using evaluation::Measurement;
using evaluation::Metric;
using evaluation::Status;

/// One run of the loops for one chip.
class BestStrategy::Loops {
public:
  Loops(const BestStrategy &search, const feasibility::Design &design)
      : search_(search), choice_(design.choice),
        params_(feasibility::valuesOf(search.space_, design)),
        metrics_(search.space_.metrics.size(), std::nan("")), values_(search.tape_->size()),
        truth_(search.measured_->rootCount()) {}

  std::optional<Found> run() {
    if (compute(0) == Holds::Yes)
      search_.isBounded_ ? searchBestFirst() : choose(0, fieldCount(), [&] { consider(); });
    if (best_)
      best_->evaluated = evaluated_;
    return std::move(best_);
  }

private:
  /// The first fields of the strategy, chosen so that all requirements on them hold.
  struct Beginning {
    double bound;    ///< on the throughput of all that begin like this
    size_t first;    ///< of its choices in `chosen_`
    unsigned fields; ///< chosen
    bool byLayers;   ///< the bound knows the layers as they are placed

    /// Less promising; of equals, the later one.
    bool operator<(const Beginning &other) const {
      return bound != other.bound ? bound < other.bound : first > other.first;
    }
  };

  unsigned fieldCount() const { return search_.fields_.size(); }

  void set(unsigned level, unsigned index) {
    const unsigned field = search_.fields_[level];
    choice_[field] = index;
    params_[field] = search_.space_.params[field].values[index];
    computed_ = std::min(computed_, level);
  }

  enum class Holds { Yes, No, NoMore };

  /// Computes what depends on the field before `level` and those before it, as long as all
  /// requirements hold, and then what of it the evaluator reads.  NoMore: neither do they for
  /// greater values of that field.
  Holds compute(unsigned level) {
    const Level &here = search_.levels_[level];
    for (unsigned slot : here.multiples)
      if (std::fmod(values_[slot], params_[search_.fields_[level - 1]]) != 0)
        return Holds::No;
    for (const Step &step : here.steps) {
      search_.tape_->evaluateNodes(step.nodes, params_, metrics_, values_);
      if (!step.requirement || values_[*step.requirement] == 1)
        continue;
      // Undefined is not false: it says nothing about greater values.
      const bool isFalse = values_[*step.requirement] == 0;
      return step.endsLoop && isFalse ? Holds::NoMore : Holds::No;
    }
    for (const ReadField &field : here.reads)
      if (!search_.binding_.set(fields_, field.index, values_[field.slot]))
        return Holds::No;
    computed_ = level;
    return Holds::Yes;
  }

  /// Calls `done` for each choice of the fields from `level` to `last`; those before are chosen.
  void choose(unsigned level, unsigned last, llvm::function_ref<void()> done) {
    if (level == last)
      return done();
    forEachValue(level, [&] {
      choose(level + 1, last, done);
      return true;
    });
  }

  /// Calls `goOn` for each value of a field for which the requirements hold, as long as it wants.
  void forEachValue(unsigned level, llvm::function_ref<bool()> goOn) {
    const size_t values = search_.space_.params[search_.fields_[level]].values.size();
    for (unsigned i = 0; i < values; ++i) {
      set(level, i);
      const Holds holds = compute(level + 1);
      if (holds == Holds::NoMore || (holds == Holds::Yes && !goOn()))
        return;
    }
  }

  void searchBestFirst() {
    bounds_.emplace(fields_);
    for (const Threshold &threshold : search_.thresholds_)
      required_ = std::max(required_, evaluation::StrategyBounds::throughputFor(
                                          threshold.metric, values_[threshold.slot], fields_));
    choose(0, search_.boundedFields_, [&] { push(search_.boundedFields_); });
    while (!open_.empty() && open_.top().bound >= least()) {
      Beginning next = open_.top();
      open_.pop();
      if (isStillFirst(next))
        next.fields < fieldCount() ? complete(next.fields) : consider();
    }
  }

  /// The throughput that is worth looking for.
  double least() const { return best_ ? best_->objective : required_; }

  double roofline(unsigned fields) {
    return bounds_->roofline(
        fields_, {fields >= search_.recomputeLevel_, fields >= search_.microBatchLevel_});
  }

  /// Keeps all strategies that begin as chosen, where they may be worth it.
  void complete(unsigned fields) {
    forEachValue(fields, [&] {
      if (fields + 1 == fieldCount())
        push(fieldCount());
      else if (roofline(fields + 1) >= least())
        complete(fields + 1);
      return true;
    });
  }

  /// Keeps the choices of the first fields, if they may be worth it.
  void push(unsigned fields) {
    Beginning beginning{roofline(fields), chosen_.size(), fields, false};
    if (beginning.bound >= least() && fields == fieldCount() && bounds_->knowsLayers())
      if (const auto bound = bounds_->knownLayers(fields_)) {
        beginning.bound = std::min(beginning.bound, *bound);
        beginning.byLayers = true;
      }
    if (beginning.bound < least())
      return;
    open_.push(beginning);
    for (unsigned i = 0; i < fields; ++i)
      chosen_.push_back(choice_[search_.fields_[i]]);
  }

  /// Makes the choices of a beginning, which hold.
  void restore(const Beginning &beginning) {
    for (unsigned i = 0; i < beginning.fields; ++i) {
      const unsigned index = chosen_[beginning.first + i];
      if (i < computed_ && choice_[search_.fields_[i]] == index)
        continue;
      set(i, index);
      compute(i + 1);
    }
  }

  /// Bounds a beginning by its layers; where it is no longer the first then, it waits.
  bool isStillFirst(Beginning &next) {
    const bool isWhole = next.fields == fieldCount();
    const bool isOpen = !isWhole && !search_.microBatches_.empty();
    restore(next);
    if (next.byLayers || !bounds_->knowsLayers() || !(isWhole || isOpen))
      return true;
    next.byLayers = true;
    return isFirstWith(isWhole ? ofLayers(fields_) : ofLayersOfAnySize(next.fields), next);
  }

  /// Whether a beginning is the most promising still with this bound; else it waits.
  bool isFirstWith(double bound, Beginning &next) {
    next.bound = std::min(next.bound, bound);
    if (next.bound == 0 || next.bound < least())
      return false;
    if (open_.empty() || !(next < open_.top()))
      return true;
    open_.push(next);
    return false;
  }

  /// 0 if the strategy has no place.
  double ofLayers(const evaluation::Design &design) {
    if (const auto known = bounds_->knownLayers(design))
      return *known;
    std::vector<std::string> reasons;
    const auto placement = place(design, reasons);
    return placement ? bounds_->layers(design, *placement) : 0;
  }

  /// Of all sizes of micro-batches; unlimited where it is above the next best beginning.  0 if
  /// nothing that begins like this meets the requirements and has a place.
  double ofLayersOfAnySize(unsigned fields) {
    std::optional<evaluation::Recompute> recompute;
    findLeastRecompute(fields, recompute);
    if (!recompute)
      return 0;
    const double enough = open_.empty() ? least() : open_.top().bound;
    fields_.strategy.recompute = *recompute;
    double bound = 0;
    forEachSize(fields_, [&](double most) {
      if (most <= std::max(bound, least()))
        return true;
      const double layers = ofLayers(fields_);
      bound = std::max(bound, std::min(most, layers));
      return layers > 0 && bound <= enough;
    });
    return bound > enough ? HUGE_VAL : bound;
  }

  /// Calls `goOn` with the roofline of each size that micro-batches of a design can have, as long
  /// as it wants.
  void forEachSize(evaluation::Design &design, llvm::function_ref<bool(double)> goOn) {
    for (double size : search_.microBatches_) {
      design.strategy.microBatch = size;
      if (std::fmod(design.workload.batch, design.strategy.dp * size) == 0 &&
          !goOn(bounds_->roofline(design, {true, true})))
        return;
    }
  }

  /// The least that a strategy which begins like this has to compute twice; stays empty if there is
  /// none.
  void findLeastRecompute(unsigned level, std::optional<evaluation::Recompute> &least) {
    if (level == fieldCount()) {
      least = std::min(least.value_or(evaluation::Recompute::Full), fields_.strategy.recompute);
      return;
    }
    forEachValue(level, [&] {
      findLeastRecompute(level + 1, least);
      return level + 1 < fieldCount() || search_.recomputeLevel_ == fieldCount();
    });
  }

  void consider() {
    ++evaluated_;
    const Measurement measurement = evaluation::measure(fields_);
    if (measurement.status != Status::Ok)
      return;
    const std::optional<double> objective = objectiveOf(measurement);
    if (objective && isBetter(*objective))
      best_ = Found{{choice_}, measurement, *objective};
  }

  bool isBetter(double objective) const {
    if (!best_)
      return true;
    if (objective == best_->objective)
      return choice_ < best_->design.choice;
    return search_.maximize_ ? objective > best_->objective : objective < best_->objective;
  }

  /// Empty where a measured requirement does not hold.
  std::optional<double> objectiveOf(const Measurement &measurement) {
    metrics_ = evaluation::metricsOf(search_.space_, measurement);
    search_.measured_->evaluate(params_, metrics_, truth_);
    llvm::ArrayRef<double> requirements(truth_);
    double objective = measurement[Metric::Throughput];
    if (search_.objective_) {
      objective = requirements.front();
      requirements = requirements.drop_front();
    }
    const bool met = llvm::all_of(requirements, [](double value) { return value == 1; });
    return met && std::isfinite(objective) ? std::optional(objective) : std::nullopt;
  }

  const BestStrategy &search_;
  std::vector<unsigned> choice_;
  std::vector<double> params_, metrics_, values_, truth_;
  unsigned computed_ = 0;     ///< levels whose values belong to the choices
  evaluation::Design fields_; ///< as the evaluator sees them
  std::optional<evaluation::StrategyBounds> bounds_;
  std::priority_queue<Beginning> open_;
  std::vector<unsigned> chosen_;
  std::optional<Found> best_;
  double required_ = 0; ///< throughput, by measured requirements
  uint64_t evaluated_ = 0;
};

std::optional<BestStrategy::Found> BestStrategy::find(const feasibility::Design &design) const {
  return Loops(*this, design).run();
}

} // namespace wsc::search
