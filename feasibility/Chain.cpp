// A move draws some fields anew, anywhere at first, and after each failure from a box that has
// shrunk towards where they were; so steps find their own size.  The fields are any, those of one
// constraint, or those of an equality (tp * pp * dp == n), which is solved for one of them.
#include "feasibility/Chain.h"

#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::feasibility {

/// How many designs are drawn from a model in a leap, until one is feasible.
static constexpr unsigned patience = 1000;

Chain::Chain(const Problem &problem, Judge &judge, Screen &screen, Random &random, const Box &root)
    : problem_(problem), screen_(screen), random_(random), values_(problem.paramCount()),
      positions_(problem.paramCount()), point_(problem.paramCount()),
      metrics_(problem.space().metrics.size(), NAN) {
  std::vector<unsigned> choice(problem.paramCount());
  for (unsigned param = 0; param < problem.paramCount(); ++param) {
    positions_[param].resize(root[param].hi + 1);
    for (unsigned value = root[param].lo; value <= root[param].hi; ++value) {
      choice[param] = value;
      positions_[param][value] = values_[param].size();
      if (llvm::all_of(problem.users(param), [&](unsigned constraint) {
            return problem.cone(constraint).size() > 1 ||
                   !llvm::is_contained(problem.constraints(), constraint) ||
                   judge.at(constraint, choice).holds;
          }))
        values_[param].push_back(value);
    }
    if (values_[param].size() > 1)
      open_.push_back(param);
  }
  for (unsigned constraint : problem.constraints()) {
    std::vector<unsigned> group;
    llvm::copy_if(problem.cone(constraint), std::back_inserter(group),
                  [&](unsigned param) { return values_[param].size() > 1; });
    if (group.size() <= 1)
      continue;
    if (group.size() > 2 && problem.space().constraints[constraint].node->op() == ir::Op::Eq)
      equalities_.push_back({constraint, group});
    groups_.push_back(std::move(group));
  }
}

/// Up to six fields, mostly two or more.
void Chain::pick(llvm::ArrayRef<unsigned> from) {
  picked_.clear();
  for (unsigned count = 2 + random_.below(5); count > 0; --count)
    if (unsigned param = from[random_.below(from.size())]; !llvm::is_contained(picked_, param))
      picked_.push_back(param);
}

/// Sets a parameter of the proposal to the one value that makes an equality hold; false where none
/// or several do.
bool Chain::solve(unsigned constraint, unsigned param) {
  for (unsigned p : problem_.cone(constraint))
    point_[p] = problem_.value(p, proposal_[p]);
  unsigned solutions = 0;
  for (unsigned value : values_[param]) {
    point_[param] = problem_.value(param, value);
    double holds;
    problem_.tape(constraint).evaluate(point_, metrics_, holds);
    if (holds == 1) {
      proposal_[param] = value;
      if (++solutions > 1)
        return false;
    }
  }
  return solutions == 1;
}

/// Draws the sides of the proposal; false when they are where they were.
bool Chain::draw(const Design &design) {
  bool isNew = false;
  for (Side &side : sides_) {
    side.drawn = side.lo + random_.below(side.hi - side.lo);
    proposal_[side.param] = values_[side.param][side.drawn >> 32];
    isNew |= proposal_[side.param] != design.choice[side.param];
  }
  return isNew;
}

/// Redraws the fields picked; the last of them is what an equality is solved for.  That samples
/// the designs where it has one solution only, by their other fields; the design stays where it is
/// if it is none of these.
void Chain::slice(Design &design, const Equality *equality) {
  constexpr uint64_t one = uint64_t(1) << 32;
  proposal_ = design.choice;
  unsigned solved = picked_.back();
  if (equality && !(solve(equality->constraint, solved) && proposal_ == design.choice))
    return;
  sides_.clear();
  for (unsigned param : llvm::ArrayRef(picked_).drop_back(equality ? 1 : 0))
    sides_.push_back({param, 0, values_[param].size() * one,
                      positions_[param][design.choice[param]] * one + random_.below(one), 0});
  ++slices_;
  while (draw(design)) {
    ++sliceProposals_;
    if ((!equality || solve(equality->constraint, solved)) && screen_.holds(proposal_)) {
      design.choice.swap(proposal_);
      return;
    }
    for (Side &side : sides_)
      (side.drawn <= side.at ? side.lo : side.hi) = side.drawn;
  }
}

// ---- leaps ------------------------------------------------------------------------------------

void Chain::learn(llvm::ArrayRef<Design> designs, double independent) {
  // Measured: a model that trusts rare designs more leaps to more feasible ones, but with 8 chains
  // stayed for long where there had been too few to learn from.
  constexpr double trust = 3;
  model_.emplace(designs, std::min<double>(designs.size(), trust * independent), values_);
  unsigned feasible = 0;
  proposal_.resize(problem_.paramCount());
  for (unsigned i = 0; i < patience; ++i) {
    model_->draw(random_, proposal_);
    feasible += screen_.holds(proposal_);
  }
  double slice = double(sliceProposals_ + 1) / (slices_ + 1), leap = patience / (feasible + 0.5);
  leapShare_ = slice / (slice + leap);
}

/// Redraws all fields by the model until that gives a design, and goes there with the probability
/// that makes up for what the model prefers (W. Hastings, Biometrika 57, 1970).
void Chain::leap(Design &design) {
  proposal_.resize(design.choice.size());
  for (unsigned i = 0; i < patience; ++i) {
    double log = model_->draw(random_, proposal_);
    if (!screen_.holds(proposal_))
      continue;
    double odds = std::exp(model_->logOf(design.choice) - log);
    if (random_.uniform() < odds)
      design.choice.swap(proposal_);
    return;
  }
}

// ---- walks ------------------------------------------------------------------------------------

void Chain::walk(Design &design, unsigned moves) {
  if (open_.empty())
    return;
  for (; moves > 0; --moves) {
    if (model_ && random_.uniform() < leapShare_) {
      leap(design);
      continue;
    }
    unsigned kind = random_.below(equalities_.empty() ? 2 : 3);
    const Equality *equality =
        kind == 2 ? &equalities_[random_.below(equalities_.size())] : nullptr;
    pick(equality                       ? equality->params
         : kind == 0 || groups_.empty() ? open_
                                        : groups_[random_.below(groups_.size())]);
    slice(design, equality);
  }
}

double Chain::autocorrelation(llvm::MutableArrayRef<Design> states, unsigned blocks, unsigned moves,
                              std::vector<Design> &seen) {
  constexpr unsigned apart = 5; // designs that are looked at
  unsigned looks = moves / apart;
  std::vector<double> sum(problem_.fieldCount()), squares(sum), squaresOfMeans(sum);
  for (Design &state : states)
    for (unsigned block = 0; block < blocks; ++block) {
      std::vector<double> mean(sum.size());
      for (unsigned look = 0; look < looks; ++look) {
        walk(state, apart);
        seen.push_back(state);
        for (unsigned field = 0; field < sum.size(); ++field) {
          double value = state.choice[field];
          mean[field] += value / looks;
          sum[field] += value;
          squares[field] += value * value;
        }
      }
      for (unsigned field = 0; field < sum.size(); ++field)
        squaresOfMeans[field] += mean[field] * mean[field];
    }
  double longest = 1, batches = double(states.size()) * blocks;
  for (unsigned field = 0; field < sum.size(); ++field) {
    double mean = sum[field] / (batches * looks), square = mean * mean,
           variance = squares[field] / (batches * looks) - square;
    if (variance > 1e-9 * (1 + square))
      longest = std::max(longest, moves * (squaresOfMeans[field] / batches - square) / variance);
  }
  return longest;
}

} // namespace wsc::feasibility
