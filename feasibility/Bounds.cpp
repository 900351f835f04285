// Enclosures by propagation, then exact ends, all asked of one Optimizer.
#include "feasibility/Bounds.h"

#include "feasibility/Chain.h"
#include "feasibility/Enclosure.h"
#include "ir/Rebuild.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::feasibility {

namespace {

Bounds byPropagation(const ir::Space &space, llvm::ArrayRef<const ir::Node *> quantities) {
  Problem problem(space);
  Enclosure enclosure(problem, problem.constraints());
  Bounds bounds;
  if (enclosure.isEmpty()) {
    bounds.verdict = Verdict::Infeasible;
    return bounds;
  }
  for (unsigned param = 0; param < problem.paramCount(); ++param) {
    Range range = enclosure.box()[param];
    FieldBounds &field = bounds.fields.emplace_back();
    field.least.proved = range.lo, field.greatest.proved = range.hi;
    if (!space.params[param].type.isNumber())
      for (unsigned i = range.lo; i <= range.hi; ++i)
        field.possible.push_back(i);
  }
  for (const ir::Node *quantity : quantities) {
    Interval range = enclosure.of(quantity);
    bounds.quantities.push_back({{range.lo}, {range.hi}});
  }
  return bounds;
}

/// The same Space, with the quantities to be optimized among its own.
struct Subject {
  std::unique_ptr<ir::Space> space;
  std::vector<Target> targets; ///< for each quantity the least, then the greatest

  Subject(const ir::Space &original, llvm::ArrayRef<const ir::Node *> quantities) {
    ir::NodeMap copies;
    space = ir::rebuild(original, [&](ir::Space &to, const ir::Node *old, auto operands) {
      return copies[old] = to.withOperands(old, operands);
    });
    for (const ir::Node *quantity : quantities)
      for (bool maximize : {false, true})
        targets.push_back({copies.lookup(quantity), maximize});
  }
};

/// Of many designs those that have the least and the greatest of each quantity.
class Extremes {
public:
  Extremes(const Problem &problem, llvm::ArrayRef<const ir::Node *> quantities)
      : problem_(problem), tape_(problem.space(), quantities, problem.tables()),
        metrics_(problem.space().metrics.size(), NAN), values_(quantities.size()),
        ends_(2 * quantities.size()) {}

  /// Looks at a design, which counts if it meets every requirement.
  void see(const Design &design) {
    tape_.evaluate(valuesOf(problem_.space(), design), metrics_, values_);
    std::optional<bool> isFeasible;
    for (unsigned i = 0; i < ends_.size(); ++i) {
      double height = i % 2 ? values_[i / 2] : -values_[i / 2];
      if (!(height > ends_[i].height)) // nor where it is undefined
        continue;
      if (!isFeasible)
        isFeasible = problem_.verify(design).feasible;
      if (!*isFeasible)
        return;
      ends_[i] = {height, design};
    }
  }

  std::set<Design> designs() const {
    std::set<Design> result;
    for (const End &end : ends_)
      if (!end.design.choice.empty())
        result.insert(end.design);
    return result;
  }

private:
  struct End {
    double height = -std::numeric_limits<double>::infinity();
    Design design = {};
  };
  const Problem &problem_;
  ir::Tape tape_;
  std::vector<double> metrics_, values_;
  std::vector<End> ends_; ///< for each quantity the least, then the greatest
};

class Closing {
public:
  Closing(const ir::Space &space, llvm::ArrayRef<const ir::Node *> quantities, Bounds bounds,
          const Options &options, const Limits &limits)
      : space_(space), quantities_(quantities), bounds_(std::move(bounds)), options_(options),
        limits_(limits) {
    ask(0);
  }

  Bounds run() {
    open_ = 2 * bounds_.fields.size() + 2 * bounds_.quantities.size();
    if (!start())
      return std::move(bounds_);
    for (unsigned param = 0; bounds_.verdict == Verdict::Feasible && param < bounds_.fields.size();
         ++param)
      closeField(param);
    closeQuantities();
    open_ = 2 * llvm::count_if(bounds_.quantities, [](const QuantityBounds &quantity) {
              return !isClosed(quantity); // what was too much for its share of the work
            });
    if (open_ > 0)
      closeQuantities();
    bounds_.work = work();
    return std::move(bounds_);
  }

private:
  /// Quantities that one engine is asked about, so that what one question teaches serves the next;
  /// with all of them it would take ever more memory.
  static constexpr unsigned together = 16;

  /// Another engine, for some quantities; the first one for fields, too.
  void ask(unsigned first) {
    work_ = optimizer_ ? work() : 0;
    asked_ = first;
    Subject subject(space_, quantities_.drop_front(first).take_front(together));
    optimizer_ =
        std::make_unique<Optimizer>(std::move(subject.space), subject.targets, options_, limits_);
    for (const Design &design : known_)
      optimizer_->offer(design);
  }
  uint64_t work() const { return work_ + optimizer_->statistics().work; }

  static bool isClosed(const QuantityBounds &quantity) {
    return quantity.least.isExact && quantity.greatest.isExact;
  }

  void closeQuantities() {
    for (unsigned first = 0; first < bounds_.quantities.size(); first += together) {
      const unsigned end = std::min<size_t>(first + together, bounds_.quantities.size());
      if (first != asked_)
        ask(first);
      for (unsigned quantity = first; quantity < end; ++quantity)
        if (!isClosed(bounds_.quantities[quantity]) && !isPoint(bounds_.quantities[quantity]))
          for (bool greatest : {false, true})
            closeQuantity(quantity, greatest);
    }
  }

  /// Shares what is left among the questions that are left; false when there is nothing.
  bool allot() {
    uint64_t done = work();
    if (done >= limits_.work)
      return false;
    optimizer_->setLimits({(limits_.work - done) / std::max(open_, 1u)});
    open_ -= open_ > 0;
    return true;
  }

  /// A first design, and others around it.  False when it turns out that there is none.
  bool start() {
    Answer answer = optimizer_->feasible(optimizer_->constraints());
    bounds_.verdict = answer.verdict;
    if (answer.verdict == Verdict::Feasible)
      lookAround(std::move(answer.witness));
    return answer.verdict != Verdict::Infeasible;
  }

  /// What chains meet soon reaches most ends of fields, the others nearly, and is where quantities
  /// start from.
  void lookAround(Design design) {
    constexpr unsigned chains = 4, moves = 1000;
    Problem problem(space_);
    Judge judge(problem);
    Propagation propagation(problem, judge);
    Screen screen(problem, judge);
    Random random(options_.seed);
    Box root = problem.domains();
    propagation.narrow(problem.constraints(), root);
    Chain chain(problem, judge, screen, random, root);
    Extremes extremes(problem, quantities_);
    design.choice.resize(problem.paramCount());
    see(design);
    for (unsigned i = 0; i < chains; ++i) {
      Design state = design;
      for (unsigned move = 0; move < moves; ++move) {
        chain.walk(state, 1);
        extremes.see(state);
        if (isNews(state) && problem.verify(state).feasible)
          see(state);
      }
    }
    for (const Design &known : extremes.designs()) {
      optimizer_->offer(known);
      known_.push_back(known);
    }
  }

  /// The end itself first, then all that is left, then halves: most ends are reached, or as far as
  /// any design is known to go.
  void closeEnd(unsigned param, bool greatest) {
    FieldBounds &field = bounds_.fields[param];
    RangeEnd &end = greatest ? field.greatest : field.least;
    for (unsigned asked = 0; *end.reached != end.proved && allot(); ++asked) {
      auto reached = unsigned(*end.reached), proved = unsigned(end.proved);
      unsigned gap = greatest ? proved - reached : reached - proved;
      unsigned steps = asked == 0 ? gap : asked == 1 ? 1 : gap - gap / 2;
      Range beyond = greatest ? Range{reached + steps, proved} : Range{proved, reached - steps};
      Answer answer = optimizer_->feasible(optimizer_->constraints(), Lemma::Bound{param, beyond});
      if (answer.verdict == Verdict::Feasible)
        see(answer.witness);
      else if (answer.verdict == Verdict::Infeasible)
        end.proved = greatest ? beyond.lo - 1 : beyond.hi + 1;
      else
        break;
    }
    end.isExact = *end.reached == end.proved;
  }

  void closeField(unsigned param) {
    for (bool greatest : {false, true})
      closeEnd(param, greatest);
    if (!bounds_.fields[param].possible.empty())
      tryValues(param, bounds_.fields[param]);
  }

  /// Which of the values between the extremes some design has.
  void tryValues(unsigned param, FieldBounds &field) {
    field.possibleIsExact = true;
    llvm::erase_if(field.possible, [&](unsigned value) {
      if (value < field.least.proved || value > field.greatest.proved)
        return true;
      if (seen_.count({param, value}))
        return false;
      Answer answer = Answer::unknown("");
      if (allot())
        answer =
            optimizer_->feasible(optimizer_->constraints(), Lemma::Bound{param, {value, value}});
      if (answer.verdict == Verdict::Feasible)
        see(answer.witness);
      field.possibleIsExact &= answer.verdict != Verdict::Unknown;
      return answer.verdict == Verdict::Infeasible;
    });
  }

  /// Whether all designs have the same value, if there are any.
  bool isPoint(QuantityBounds &quantity) {
    if (bounds_.verdict != Verdict::Feasible || quantity.least.proved != quantity.greatest.proved)
      return false;
    for (RangeEnd *end : {&quantity.least, &quantity.greatest})
      end->reached = end->proved, end->isExact = true;
    open_ -= std::min(open_, 2u);
    return true;
  }

  void closeQuantity(unsigned index, bool greatest) {
    QuantityBounds &quantity = bounds_.quantities[index];
    RangeEnd &end = greatest ? quantity.greatest : quantity.least;
    if (end.isExact || !allot())
      return;
    Optimum optimum = optimizer_->best(2 * (index - asked_) + greatest, optimizer_->constraints());
    if (!conclude(optimum) || optimum.verdict != Verdict::Feasible)
      return;
    std::vector<double> metrics(space_.metrics.size(), NAN);
    double value;
    ir::Tape(space_, quantities_[index])
        .evaluate(valuesOf(space_, optimum.witness), metrics, value);
    if (!std::isnan(value)) // otherwise it is undefined for every design
      keep(end, value, optimum, optimum.bound, greatest);
  }

  void keep(RangeEnd &end, double value, const Optimum &optimum, double bound, bool greatest) {
    end.reached = value;
    end.isExact = optimum.proven || value == end.proved;
    end.proved = greatest ? std::min(end.proved, bound) : std::max(end.proved, bound);
  }

  bool conclude(const Optimum &optimum) {
    if (optimum.verdict == Verdict::Unknown)
      return true;
    bounds_.verdict = optimum.verdict;
    if (optimum.verdict == Verdict::Feasible) {
      see(optimum.witness);
      known_.push_back(optimum.witness);
    }
    return optimum.verdict == Verdict::Feasible;
  }

  /// Whether a field has a value in a design that it has in none before.
  bool isNews(const Design &design) const {
    for (unsigned param = 0; param < bounds_.fields.size(); ++param)
      if (!seen_.count({param, design.choice[param]}))
        return true;
    return false;
  }

  void see(const Design &design) {
    for (unsigned param = 0; param < bounds_.fields.size(); ++param) {
      double value = design.choice[param];
      seen_.insert({param, design.choice[param]});
      RangeEnd &least = bounds_.fields[param].least, &greatest = bounds_.fields[param].greatest;
      least.reached = std::min(least.reached.value_or(value), value);
      greatest.reached = std::max(greatest.reached.value_or(value), value);
    }
  }

  const ir::Space &space_;
  llvm::ArrayRef<const ir::Node *> quantities_;
  Bounds bounds_;
  Options options_;
  Limits limits_;
  std::unique_ptr<Optimizer> optimizer_;
  std::vector<Design> known_;                    ///< that questions start from
  unsigned asked_ = 0;                           ///< the first quantity that the engine knows
  uint64_t work_ = 0;                            ///< of engines before
  std::set<std::pair<unsigned, unsigned>> seen_; ///< parameters and values of designs
  unsigned open_ = 0;                            ///< questions that are left
};

} // namespace

Bounds boundsOf(const ir::Space &space, llvm::ArrayRef<const ir::Node *> quantities, bool optimize,
                const Options &options, const Limits &limits) {
  Bounds bounds = byPropagation(space, quantities);
  if (!optimize || bounds.verdict == Verdict::Infeasible)
    return bounds;
  return Closing(space, quantities, std::move(bounds), options, limits).run();
}

} // namespace wsc::feasibility
