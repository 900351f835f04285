// Nested loops over the fields of a strategy, and best-first branch and bound over what they find.
#include "search/BestStrategy.h"

#include "evaluation/StrategyBounds.h"
#include "feasibility/Problem.h"
#include "search/Partners.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <cmath>
#include <queue>

namespace wsc::search {

using evaluation::Least;
using evaluation::Measurement;
using evaluation::Metric;
using evaluation::Status;
using evaluation::StrategyBounds;

/// One run of the loops for one chip.
class BestStrategy::Loops {
public:
  Loops(BestStrategy &search, const feasibility::Design &design)
      : search_(search), choice_(design.choice),
        params_(feasibility::valuesOf(search.space_, design)),
        values_(search.program_->constants()), box_(search.box_), path_(search.fields_.size()),
        known_(search.levels_.size()), numbers_(evaluation::fieldCount()),
        open_(std::less<Beginning>(), withRoom(search.fields_.size())) {
    for (unsigned i = 0; i < box_.size(); ++i)
      if (!llvm::is_contained(search.fields_, i))
        box_[i] = Interval::point(params_[i]);
    for (const Level &level : llvm::drop_begin(search.levels_))
      for (const ReadField &field : level.reads)
        numbers_[field.index] = evaluation::Binding::numberIn(fields_, field.index);
  }

  std::optional<Found> run() {
    search_.program_->load(params_, values_);
    if (compute(0) == Holds::Yes)
      search_.isBounded_ ? searchBestFirst() : choose(0, fieldCount(), [&] { consider(); });
    if (best_)
      best_->evaluated = evaluated_;
    return std::move(best_);
  }

private:
  /// A value of one field, and with it of all before.
  struct Choice {
    const StrategyTree::Node *node = nullptr;
    unsigned place = 0; ///< in the node
  };
  /// The first fields of the strategy, chosen so that all requirements on them hold.
  struct Beginning {
    double bound; ///< on the score of all that begin like this
    Choice last;

    unsigned fields() const { return last.node->level + 1; }
    bool operator<(const Beginning &other) const { return bound < other.bound; }
  };

  unsigned fieldCount() const { return search_.fields_.size(); }

  /// For as many beginnings as most chips have, so that nothing is copied as they become more.
  static std::vector<Beginning> withRoom(unsigned fields) {
    std::vector<Beginning> beginnings;
    beginnings.reserve(fields > 1 ? 1 << 11 : 0);
    return beginnings;
  }

  enum class Holds { Yes, No, NoMore };

  /// Computes what depends on the chip and the field before `level` and those before it, as long as
  /// all requirements hold, and then what of it the bounds read.  NoMore: neither do they for
  /// greater values of that field.
  Holds compute(unsigned level) {
    const Level &here = search_.levels_[level];
    const Holds holds = here.inputs.empty() ? run(here) : recall(here, known_[level]);
    return holds == Holds::Yes && !read(here.reads) ? Holds::No : holds;
  }

  Holds run(const Level &here) {
    if (const auto missed = search_.program_->run(here.steps, values_)) {
      // Undefined is not false: it says nothing about greater values.
      const bool isFalse = values_[*missed] == 0;
      return isFalse && llvm::is_contained(here.ends, *missed) ? Holds::NoMore : Holds::No;
    }
    return Holds::Yes;
  }

  /// What the steps of a level come to.
  struct Outcome {
    Holds holds;
    llvm::SmallVector<double, 6> outputs;
  };
  using Outcomes = evaluation::ByFields<Outcome>;

  /// The same where it was run for the same inputs already.
  Holds recall(const Level &here, Outcomes &outcomes) {
    std::array<double, mostInputs> inputs;
    double *input = inputs.data();
    for (unsigned slot : here.inputs)
      *input++ = values_.data()[slot];
    auto [outcome, isNew] = outcomes.insert({inputs.data(), input});
    if (isNew) {
      outcome->holds = run(here);
      for (unsigned slot : here.outputs)
        outcome->outputs.push_back(values_[slot]);
      return outcome->holds;
    }
    const double *output = outcome->outputs.data();
    for (unsigned slot : here.outputs)
      values_.data()[slot] = *output++;
    return outcome->holds;
  }

  /// False if a value breaks its kind.
  bool read(llvm::ArrayRef<ReadField> reads) {
    for (const ReadField &field : reads) {
      const double value = values_.data()[field.slot];
      if (!field.isValid && !evaluation::Binding::isValid(field.index, value))
        return false;
      if (double *number = numbers_[field.index])
        *number = value;
      else
        search_.binding_.assign(fields_, field.index, value);
    }
    return true;
  }

  /// Chooses a value of a field, those before it being chosen.
  Holds choose(Choice choice) {
    const auto &[node, place] = choice;
    const StrategyTree::Level &level = search_.tree_->levels()[node->level];
    const double *kept = node->kept.data() + place * level.kept.size();
    for (unsigned slot : level.kept)
      values_[slot] = *kept++;
    path_[node->level] = choice;
    chosen_ = node->level + 1;
    return compute(chosen_);
  }

  /// Calls `done` for each choice of the fields from `level` to `last`; those before are chosen.
  void choose(unsigned level, unsigned last, llvm::function_ref<void()> done) {
    if (level == last)
      return done();
    const StrategyTree::Node &node =
        level == 0 ? search_.tree_->root()
                   : search_.tree_->next(*path_[level - 1].node, path_[level - 1].place);
    for (unsigned place = 0; place < node.choices.size(); ++place) {
      const Holds holds = choose({&node, place});
      if (holds == Holds::NoMore)
        return;
      if (holds == Holds::Yes)
        choose(level + 1, last, done);
    }
  }

  void searchBestFirst() {
    std::vector<unsigned> open;
    for (const Level &level : llvm::drop_begin(search_.levels_))
      for (const ReadField &field : level.reads)
        open.push_back(field.index);
    bounds_.emplace(fields_, open, search_.asksEnergy_);
    constexpr double roundedUp = 1 + 1e-9;
    for (const auto &[metric, isLeast, slot] : search_.thresholds_)
      longest_ =
          std::min(longest_, bounds_->longest(metric, fields_, isLeast, values_[slot]) * roundedUp);
    extend(0);
    while (!open_.empty() && open_.top().bound >= least()) {
      Beginning next = open_.top();
      open_.pop();
      restore(next.last);
      if (next.fields() < fieldCount())
        extend(next.fields());
      else if (isStillFirst(next))
        consider();
    }
  }

  static constexpr double never = -HUGE_VAL;

  /// An objective, the greater the better.
  double score(double objective) const { return search_.maximize_ ? objective : -objective; }
  /// The score that is worth looking for.
  double least() const { return best_ ? score(best_->objective) : never; }

  /// The best score that strategies which begin like the chosen fields can have; `never` if they
  /// have no place or miss a measured requirement.
  double bound() {
    const StrategyBounds::Known known{chosen_ >= search_.boundedFields_,
                                      chosen_ >= search_.recomputeLevel_,
                                      chosen_ >= search_.microBatchLevel_};
    const Least least = bounds_->least(fields_, known);
    if (!(least.iteration <= longest_) || !std::isfinite(least.iteration))
      return never;
    auto range = [&](Metric metric) {
      return bounds_->range(metric, fields_, known, least, longest_);
    };
    for (const auto &[metric, isLeast, slot] : search_.thresholds_)
      if (const Interval values = range(metric);
          isLeast ? values.hi < values_[slot] : values.lo > values_[slot])
        return never;
    if (search_.expression_)
      return bestOfExpression(known, least);
    const Interval values = range(search_.metric_);
    return search_.maximize_ ? values.hi : -values.lo;
  }

  /// Iterations that take from `shortest` to `longest` seconds, and the best score of any.
  struct Times {
    double shortest, longest, score;
  };

  /// Metrics that follow from the time go together: the times of which most is left to hope for are
  /// halved until these are near each other, or it is not worth it.
  double bestOfExpression(StrategyBounds::Known known, Least least) {
    auto timesOf = [&](double shortest, double longest) {
      least.iteration = shortest;
      const Interval values = (*search_.expression_)(box_, [&](Metric metric) {
        return bounds_->range(metric, fields_, known, least, longest);
      });
      return Times{shortest, longest, search_.maximize_ ? values.hi : -values.lo};
    };
    constexpr unsigned most = 24;
    llvm::SmallVector<Times, most> all{timesOf(least.iteration, longest_)};
    while (true) {
      Times &best =
          *llvm::max_element(all, [](const Times &a, const Times &b) { return a.score < b.score; });
      const auto [shortest, longest, score] = best;
      if (all.size() == most || score < this->least() || longest <= 1.05 * shortest)
        return score;
      const double middle = std::isfinite(longest) ? std::sqrt(shortest * longest) : 2 * shortest;
      best = timesOf(shortest, middle);
      all.push_back(timesOf(middle, longest));
    }
  }

  /// Goes on to the next fields after which there is a bound, and keeps what may be worth it.
  void extend(unsigned fields) {
    unsigned last = fieldCount();
    for (unsigned level : {search_.boundedFields_, search_.stagesLevel_})
      if (level > fields)
        last = level;
    choose(fields, last, [&] { last == 0 ? consider() : keep({bound(), path_[last - 1]}); });
  }

  /// Makes the choices of a beginning, which hold.
  void restore(Choice last) {
    const StrategyTree::Node *parent = last.node->parent;
    if (parent)
      restore({parent, last.node->place});
    const unsigned level = last.node->level;
    if (level >= chosen_ || path_[level].node != last.node || path_[level].place != last.place)
      choose(last);
  }

  /// Bounds a strategy by its layers; where it is no longer the first then, it waits.
  bool isStillFirst(Beginning next) {
    if (!bounds_->learnLayers(fields_))
      return false;
    next.bound = std::min(next.bound, bound());
    if (open_.empty() || !(next < open_.top()))
      return next.bound > never && next.bound >= least();
    keep(next);
    return false;
  }

  void keep(const Beginning &beginning) {
    if (beginning.bound > never && beginning.bound >= least())
      open_.push(beginning);
  }

  /// What the chosen fields are.
  void readChoices() {
    for (const Choice &choice : path_) {
      const unsigned field = search_.fields_[choice.node->level];
      choice_[field] = choice.node->choices[choice.place];
      params_[field] = search_.space_.params[field].values[choice_[field]];
    }
  }

  Measurement measured() {
    if (!search_.binding_.prefill())
      return evaluation::measure(fields_);
    if (!partners_)
      partners_.emplace(search_.binding_, search_.fields_);
    return partners_->measure(params_);
  }

  void consider() {
    readChoices();
    search_.program_->load(params_, values_);
    search_.program_->run(search_.lateNodes_, values_);
    if (!read(search_.lateReads_))
      return;
    ++evaluated_;
    const Measurement measurement = measured();
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
    const std::vector<double> metrics = evaluation::metricsOf(search_.space_, measurement);
    if (!search_.measured_.missed(params_, metrics).empty())
      return std::nullopt;
    double objective = measurement[Metric::Throughput];
    if (search_.objectiveTape_)
      search_.objectiveTape_->evaluate(params_, metrics, objective);
    return std::isfinite(objective) ? std::optional(objective) : std::nullopt;
  }

  BestStrategy &search_;
  std::vector<unsigned> choice_;
  std::vector<double> params_, values_;
  std::vector<Interval> box_; ///< of the chip, and of all strategies
  std::vector<Choice> path_;
  unsigned chosen_ = 0;           ///< fields, along the path
  std::vector<Outcomes> known_;   ///< of each level
  evaluation::Design fields_;     ///< as the evaluator sees them
  std::vector<double *> numbers_; ///< of those of the strategy, where they are in it
  std::optional<StrategyBounds> bounds_;
  std::optional<Partners> partners_; ///< where prompts have a chip of their own
  double longest_ = HUGE_VAL; ///< s, an iteration that meets the measured requirements
  std::priority_queue<Beginning> open_;
  std::optional<Found> best_;
  uint64_t evaluated_ = 0;
};

std::optional<BestStrategy::Found> BestStrategy::find(const feasibility::Design &design) {
  return Loops(*this, design).run();
}

} // namespace wsc::search
