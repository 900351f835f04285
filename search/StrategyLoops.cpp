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
  Loops(BestStrategy &search, const feasibility::Design &design, Worth worth, double least)
      : search_(search), worth_(worth), least_(least), choice_(design.choice),
        params_(feasibility::valuesOf(search.space_, design)),
        values_(search.program_->constants()), box_(search.box_), path_(search.fields_.size()),
        known_(search.levels_.size()), numbers_(evaluation::fieldCount()),
        open_(std::less<Beginning>(), withRoom(search.fields_.size())) {
    for (unsigned i = 0; i < box_.size(); ++i)
      if (!llvm::is_contained(search.fields_, i))
        box_[i] = Interval::point(params_[i]);
    auto all = [](Metric) { return Interval::all(); };
    for (StrategyGoal &goal : search.goals_)
      bestGoals_.push_back(goal.best(box_, all));
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

  static constexpr double never = worthless;

  /// What must be reached.
  double least() const { return best_ ? best_->worth : least_; }

  /// What strategies which begin like the chosen fields can be worth at most; `never` if they have
  /// no place or miss a measured requirement.
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
    return search_.dividesTimes_ ? bestOfTimes(known, least) : worthAtBest(range);
  }

  double worthAtBest(llvm::function_ref<Interval(Metric)> rangeOf) {
    for (auto [best, goal] : llvm::zip_equal(bestGoals_, search_.goals_))
      if (!goal.isExact())
        best = goal.best(box_, rangeOf);
    return worth_(bestGoals_);
  }

  /// Iterations that take from `shortest` to `longest` seconds, and what any is worth at most.
  struct Times {
    double shortest, longest, worth;
  };

  /// Metrics that follow from the time go together: the times of which most is left to hope for are
  /// halved until these are near each other, or it is not worth it.
  double bestOfTimes(StrategyBounds::Known known, Least least) {
    auto timesOf = [&](double shortest, double longest) {
      least.iteration = shortest;
      return Times{shortest, longest, worthAtBest([&](Metric metric) {
                     return bounds_->range(metric, fields_, known, least, longest);
                   })};
    };
    constexpr unsigned most = 24;
    llvm::SmallVector<Times, most> all{timesOf(least.iteration, longest_)};
    while (true) {
      Times &best =
          *llvm::max_element(all, [](const Times &a, const Times &b) { return a.worth < b.worth; });
      const auto [shortest, longest, worth] = best;
      const bool isHopeless = worth == never || worth < this->least();
      if (all.size() == most || isHopeless || longest <= 1.05 * shortest)
        return worth;
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
    const std::vector<double> metrics = evaluation::metricsOf(search_.space_, measurement);
    if (!search_.measured_.missed(params_, metrics).empty())
      return;
    std::vector<double> goals;
    for (const StrategyGoal &goal : search_.goals_)
      goals.push_back(goal.of(params_, metrics, measurement));
    if (!llvm::all_of(goals, [](double value) { return std::isfinite(value); }))
      return;
    const double worth = worth_(goals);
    if (isBetter(worth))
      best_ = Found{{choice_}, measurement, std::move(goals), worth};
  }

  bool isBetter(double worth) const {
    if (best_ && worth == best_->worth)
      return choice_ < best_->design.choice;
    return best_ ? worth > best_->worth : worth > never && worth >= least_;
  }

  BestStrategy &search_;
  Worth worth_;
  double least_; ///< that is worth looking for
  std::vector<unsigned> choice_;
  std::vector<double> params_, values_;
  std::vector<Interval> box_;     ///< of the chip, and of all strategies
  std::vector<double> bestGoals_; ///< a lower bound of each
  std::vector<Choice> path_;
  unsigned chosen_ = 0;           ///< fields, along the path
  std::vector<Outcomes> known_;   ///< of each level
  evaluation::Design fields_;     ///< as the evaluator sees them
  std::vector<double *> numbers_; ///< of those of the strategy, where they are in it
  std::optional<StrategyBounds> bounds_;
  std::optional<Partners> partners_; ///< where prompts have a chip of their own
  double longest_ = HUGE_VAL;        ///< s, an iteration that meets the measured requirements
  std::priority_queue<Beginning> open_;
  std::optional<Found> best_;
  uint64_t evaluated_ = 0;
};

std::optional<BestStrategy::Found> BestStrategy::find(const feasibility::Design &design,
                                                      Worth worth, double least) {
  return Loops(*this, design, worth, least).run();
}

std::optional<BestStrategy::Found> BestStrategy::find(const feasibility::Design &design) {
  return find(design, [](llvm::ArrayRef<double> goals) { return -goals.front(); });
}

} // namespace wsc::search
