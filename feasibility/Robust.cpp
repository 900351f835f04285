// The loop between designs and worst cases.
#include "feasibility/Robust.h"

#include "feasibility/Judge.h"
#include "ir/Components.h"
#include "ir/Ranged.h"
#include "ir/Ranges.h"
#include "ir/Rebuild.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <numeric>

namespace wsc::feasibility {

using ir::Op;

namespace {

/// One condition at one design, over the ranges of its constants.
class ConstantSearch {
public:
  ConstantSearch(const ir::Space &space, const ir::Node *condition, llvm::ArrayRef<double> fields)
      : space_(space), truth_(space, condition, ir::Tape::Constants::Open),
        metrics_(space.metrics.size(), NAN), box_(ir::openBox(space)) {
    if (condition->op() == Op::Le || condition->op() == Op::Lt)
      sides_.emplace(space, condition->operands(), ir::Tape::Constants::Open);
    for (unsigned i : ir::constantsOf(condition))
      if (const auto &range = space.constants[i].range; range && range->first < range->second)
        constants_.push_back(i);
    point_ = fields.vec();
    for (unsigned i = 0; i < point_.size(); ++i)
      box_[i] = Interval::point(point_[i]);
    for (const ir::NamedConstant &constant : space.constants)
      point_.push_back(toDouble(constant.value));
  }

  WorstCase run(uint64_t maxDivisions) {
    if (constants_.empty())
      return {};
    descend();
    if (fails())
      return failure();
    return divide(maxDivisions);
  }

private:
  unsigned slot(unsigned constant) const { return space_.params.size() + constant; }
  bool fails() const {
    double truth;
    truth_.evaluate(point_, metrics_, truth);
    return truth != 1;
  }
  /// How far the condition is from failing; only its order matters.
  double margin() const {
    double sides[2];
    if (fails())
      return -INFINITY;
    if (!sides_)
      return 0;
    sides_->evaluate(point_, metrics_, sides);
    return sides[1] - sides[0];
  }

  /// Moves constants to the end of their range that leaves less margin, one at a time, until that
  /// does not help: the worst case of a monotone condition.
  void descend() {
    slopes_.assign(constants_.size(), 0);
    constexpr unsigned maxRounds = 4;
    bool changed = true;
    for (unsigned round = 0; round < maxRounds && std::exchange(changed, false); ++round)
      for (auto [constant, slope] : llvm::zip(constants_, slopes_)) {
        double &value = point_[slot(constant)], before = value, least = margin();
        const auto &[lo, hi] = *space_.constants[constant].range;
        for (double end : {toDouble(lo), toDouble(hi)}) {
          value = end;
          double here = margin();
          if (std::isfinite(here) && std::isfinite(least))
            slope = std::max(slope, std::fabs(here - least));
          if (here < least) {
            least = here;
            before = end;
            changed = true;
          }
        }
        value = before;
      }
  }

  /// The values at `point_`, exact at the ends of ranges.
  WorstCase failure() const {
    WorstCase result{WorstCase::Fails, {}};
    for (unsigned i : constants_) {
      const ir::NamedConstant &constant = space_.constants[i];
      double value = point_[slot(i)];
      const auto &[lo, hi] = *constant.range;
      if (value == toDouble(lo))
        result.values.push_back({i, lo});
      else if (value == toDouble(hi))
        result.values.push_back({i, hi});
      else if (value != toDouble(constant.value))
        result.values.push_back({i, fromDouble(value)});
    }
    return result;
  }

  /// Halves the ranges until the condition is certain in each part, or fails in the middle of one.
  WorstCase divide(uint64_t maxDivisions) {
    for (unsigned constant : constants_)
      whole_.push_back(box_[slot(constant)]);
    std::vector<std::vector<Interval>> parts{whole_};
    for (uint64_t i = 0; !parts.empty(); ++i) {
      std::vector<Interval> part = std::move(parts.back());
      parts.pop_back();
      if (isCertain(part))
        continue;
      for (auto [constant, range] : llvm::zip(constants_, part))
        point_[slot(constant)] = std::midpoint(range.lo, range.hi);
      if (fails())
        return failure();
      unsigned direction = widest(part);
      Interval &range = part[direction];
      double middle = std::midpoint(range.lo, range.hi);
      if (i >= maxDivisions || middle == range.lo || middle == range.hi)
        return {WorstCase::Undecided, {}};
      parts.push_back(part);
      parts.back()[direction].lo = middle;
      range.hi = middle;
      parts.push_back(std::move(part));
    }
    return {};
  }

  bool isCertain(llvm::ArrayRef<Interval> part) {
    RoundUp roundUp;
    for (auto [constant, range] : llvm::zip(constants_, part))
      box_[slot(constant)] = range;
    Interval truth;
    truth_.evaluate(box_, workspace_, truth);
    return truth.certainlyTrue();
  }

  /// The constant that moves the margin most over what is left of its range.
  unsigned widest(llvm::ArrayRef<Interval> part) const {
    unsigned best = 0;
    double most = -1;
    double flat = *llvm::max_element(slopes_) == 0;
    for (unsigned i = 0; i < part.size(); ++i) {
      double share = (part[i].hi - part[i].lo) / (whole_[i].hi - whole_[i].lo);
      if (double worth = share * (slopes_[i] + flat); worth > most) {
        most = worth;
        best = i;
      }
    }
    return best;
  }

  const ir::Space &space_;
  ir::Tape truth_;
  std::optional<ir::Tape> sides_; ///< of a comparison
  std::vector<unsigned> constants_;
  std::vector<double> point_, metrics_; ///< parameters, then constants
  std::vector<Interval> box_, workspace_;
  std::vector<Interval> whole_; ///< of constants_: the ranges
  std::vector<double> slopes_;  ///< of constants_: the greatest change of the margin
};

/// The condition with values put in for some constants.
const ir::Node *substitute(ir::Space &space, const ir::Node *condition,
                           const ConstantValues &values) {
  auto map = ir::rebuildNodes(
      space, ir::Space::reachable(condition),
      [&](ir::Space &to, const ir::Node *node, llvm::ArrayRef<const ir::Node *> operands) {
        for (const auto &[constant, value] : values)
          if (node->op() == Op::Named && node->index() == constant)
            return to.constant(value, node->type());
        return to.withOperands(node, operands);
      });
  return map.lookup(condition);
}

class RobustSearch {
public:
  RobustSearch(ir::Space &space, llvm::function_ref<Answer()> decide, Limits limits)
      : space_(space), decide_(decide), written_(space.constraints.size()),
        maxDivisions_(limits.work / 1000) {}

  RobustAnswer run() {
    search();
    forgetExclusions();
    return std::move(result_);
  }

private:
  void search() {
    constexpr unsigned maxRounds = 200;
    for (unsigned round = 0; round < maxRounds; ++round) {
      result_.answer = decide_();
      if (result_.answer.verdict == Verdict::Infeasible && !exclusions_.empty())
        return askWithoutExclusions();
      if (result_.answer.verdict != Verdict::Feasible)
        return;
      if (!result_.nominal)
        result_.nominal = result_.answer.witness;
      size_t before = space_.constraints.size();
      for (unsigned constraint = 0; constraint < written_; ++constraint)
        if (space_.constraints[constraint].isHard())
          test(constraint, result_.answer.witness);
      if (space_.constraints.size() == before)
        return;
    }
    result_.answer = Answer::unknown("too many designs were broken by values of the constants, or "
                                     "left undecided");
  }

  /// No other design is left.  Is there none at all, whatever is in doubt?
  void askWithoutExclusions() {
    for (unsigned exclusion : exclusions_)
      space_.constraints[exclusion].node = space_.truth(true);
    result_.answer = decide_();
    if (result_.answer.verdict == Verdict::Feasible)
      result_.answer = Answer::unknown(
          "whether `" + space_.constraints[result_.doubtful.front().constraint].name +
          "` holds for all values of its constants is undecided for a design, and no other is "
          "left");
  }

  /// They are no requirements of the spec.
  void forgetExclusions() {
    for (unsigned exclusion : llvm::reverse(exclusions_)) {
      space_.constraints.erase(space_.constraints.begin() + exclusion);
      for (Scenario &scenario : result_.scenarios)
        scenario.instance -= scenario.instance > exclusion;
      for (unsigned &constraint : result_.answer.borderline)
        constraint -= constraint > exclusion;
    }
  }

  /// Adds what breaks the design, or what leaves it in doubt.
  void test(unsigned constraint, const Design &design) {
    std::vector<const ir::Node *> conditions = ir::conjunctsOf(space_.constraints[constraint].node);
    llvm::erase_if(conditions, [](const ir::Node *condition) {
      return condition->bindingTime() == ir::BindingTime::Measured;
    });
    std::vector<double> fields = valuesOf(space_, design);
    for (const ir::Node *condition : conditions) {
      WorstCase worst = worstCase(space_, condition, fields, maxDivisions_);
      bool isDecided =
          worst.kind == WorstCase::Holds ||
          (worst.kind == WorstCase::Fails && add(constraint, condition, worst.values, design));
      if (!isDecided)
        leaveOut(constraint, condition, design);
    }
  }

  /// Asks for other designs: all that agree in what the condition depends on are as doubtful.
  void leaveOut(unsigned constraint, const ir::Node *condition, const Design &design) {
    ir::Tape tape(space_, condition);
    Doubtful doubtful{constraint, design, tape.params().vec()};
    const ir::Type boolean = ir::Type::boolean();
    const ir::Node *isSame = space_.truth(true);
    for (unsigned i : doubtful.fields) {
      const ir::Param &field = space_.params[i];
      const ir::Node *value = space_.constant(field.domain[design.choice[i]], field.type);
      isSame = space_.make(Op::And, boolean,
                           {isSame, space_.make(Op::Eq, boolean, {space_.param(i), value})});
    }
    // A name that no spec can have.
    std::string name = "#doubtful " + std::to_string(result_.doubtful.size());
    space_.constraints.push_back({name, space_.make(Op::Not, boolean, isSame), "", {}});
    exclusions_.push_back(space_.constraints.size() - 1);
    result_.doubtful.push_back(std::move(doubtful));
  }

  /// False, and nothing is added, if the design does meet the condition: within rounding.
  bool add(unsigned constraint, const ir::Node *condition, const ConstantValues &values,
           const Design &design) {
    ir::Constraint instance = space_.constraints[constraint];
    instance.name = nameOf(instance.name, values);
    instance.node = substitute(space_, condition, values);
    space_.constraints.push_back(std::move(instance));
    unsigned index = space_.constraints.size() - 1;
    if (Judge(Problem(space_)).at(index, design.choice).holds) {
      space_.constraints.pop_back();
      return false;
    }
    result_.scenarios.push_back({constraint, values, design, index});
    return true;
  }

  /// `power_cap where static_power = 60 W`, with no more than a few values, and different from all
  /// others.
  std::string nameOf(const std::string &constraint, const ConstantValues &values) const {
    constexpr size_t few = 3;
    llvm::ArrayRef<std::pair<unsigned, Rational>> named(values);
    if (named.size() > few)
      named = named.take_front(few - 1);
    std::string name = constraint + " where " + toText(space_, named);
    if (size_t more = values.size() - named.size())
      name += " and " + std::to_string(more) + " more values";
    std::string unique = name;
    auto isTaken = [&](const ir::Constraint &other) { return other.name == unique; };
    for (unsigned i = 2; llvm::any_of(space_.constraints, isTaken); ++i)
      unique = name + " (" + std::to_string(i) + ")";
    return unique;
  }

  ir::Space &space_;
  llvm::function_ref<Answer()> decide_;
  unsigned written_; ///< constraints that the spec has
  uint64_t maxDivisions_;
  std::vector<unsigned> exclusions_; ///< constraints that leave doubtful designs out
  RobustAnswer result_;
};

} // namespace

WorstCase worstCase(const ir::Space &space, const ir::Node *condition,
                    llvm::ArrayRef<double> fields, uint64_t maxDivisions) {
  return ConstantSearch(space, condition, fields).run(maxDivisions);
}

std::string toText(const ir::Space &space, llvm::ArrayRef<std::pair<unsigned, Rational>> values) {
  std::string text;
  for (const auto &[i, value] : values) {
    const ir::NamedConstant &constant = space.constants[i];
    text += (text.empty() ? "" : ", ") + constant.name + " = " +
            ir::formatValue(space, constant.type, toDouble(value));
  }
  return text;
}

RobustAnswer checkRobust(ir::Space &space, llvm::function_ref<Answer()> decide,
                         const Limits &limits) {
  return RobustSearch(space, decide, limits).run();
}

} // namespace wsc::feasibility
