// Enclosures by propagation, then exact ends, all asked of one Optimizer.
#include "feasibility/Bounds.h"

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

class Closing {
public:
  Closing(const ir::Space &space, llvm::ArrayRef<const ir::Node *> quantities, Bounds bounds,
          const Options &options, const Limits &limits)
      : Closing(Subject(space, quantities), space, quantities, std::move(bounds), options, limits) {
  }

  Bounds run() {
    open_ = 2 * bounds_.fields.size() + 2 * bounds_.quantities.size();
    for (unsigned param = 0; param < bounds_.fields.size(); ++param)
      if (!closeField(param))
        return std::move(bounds_);
    for (unsigned quantity = 0; quantity < bounds_.quantities.size(); ++quantity)
      if (!isPoint(bounds_.quantities[quantity]))
        for (bool greatest : {false, true})
          closeQuantity(quantity, greatest);
    bounds_.work = optimizer_.statistics().work;
    return std::move(bounds_);
  }

private:
  Closing(Subject subject, const ir::Space &space, llvm::ArrayRef<const ir::Node *> quantities,
          Bounds bounds, const Options &options, const Limits &limits)
      : space_(space), quantities_(quantities), bounds_(std::move(bounds)), limits_(limits),
        optimizer_(std::move(subject.space), subject.targets, options, limits) {}

  /// Shares what is left among the questions that are left; false when there is nothing.
  bool allot() {
    uint64_t done = optimizer_.statistics().work;
    if (done >= limits_.work)
      return false;
    optimizer_.setLimits({(limits_.work - done) / std::max(open_, 1u)});
    open_ -= open_ > 0;
    return true;
  }

  /// False when it turns out that there is no design.
  bool closeField(unsigned param) {
    FieldBounds &field = bounds_.fields[param];
    for (bool greatest : {false, true}) {
      if (!allot())
        return true;
      RangeEnd &end = greatest ? field.greatest : field.least;
      Optimum optimum = optimizer_.extreme(param, greatest, optimizer_.constraints());
      if (!conclude(optimum))
        return false;
      if (optimum.verdict == Verdict::Feasible)
        keep(end, optimum.value, optimum, optimum.bound, greatest);
    }
    if (!field.possible.empty())
      tryValues(param, field);
    return true;
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
        answer = optimizer_.feasible(optimizer_.constraints(), Lemma::Bound{param, {value, value}});
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
    if (!allot())
      return;
    Optimum optimum = optimizer_.best(2 * index + greatest, optimizer_.constraints());
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
    if (optimum.verdict == Verdict::Feasible)
      see(optimum.witness);
    return optimum.verdict == Verdict::Feasible;
  }

  void see(const Design &design) {
    for (unsigned param = 0; param < bounds_.fields.size(); ++param)
      seen_.insert({param, design.choice[param]});
  }

  const ir::Space &space_;
  llvm::ArrayRef<const ir::Node *> quantities_;
  Bounds bounds_;
  Limits limits_;
  Optimizer optimizer_;
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
