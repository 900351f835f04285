// Evaluation with constants that are known only to a range: by intervals, and at the ends.
#include "ir/Ranges.h"

#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::ir {

namespace {
/// How often ranges are halved at most: a few microseconds each.
constexpr unsigned maxDivisions = 64;
/// Not worth more work: as a share of what is known to be reached.
constexpr double tolerance = 0.005;
} // namespace

std::vector<unsigned> constantsOf(const Node *node) {
  std::vector<unsigned> result;
  for (const Node *part : Space::reachable(node))
    if (part->op() == Op::Named)
      result.push_back(part->index());
  llvm::sort(result);
  return result;
}

Ranges::Ranges(const Space &space, const Node *node, llvm::ArrayRef<double> params)
    : space_(space), tape_(space, node, Tape::Constants::Open), point_(params.vec()),
      metrics_(space.metrics.size(), NAN) {
  for (unsigned i : constantsOf(node))
    if (space.constants[i].range)
      constants_.push_back(i);
  for (double value : params)
    box_.push_back(Interval::point(value));
  for (const NamedConstant &constant : space.constants) {
    point_.push_back(toDouble(constant.value));
    box_.push_back(ir::enclose(constant));
  }
}

double Ranges::at(llvm::ArrayRef<End> ends) {
  std::vector<double> point = point_;
  for (const End &end : ends) {
    const auto &[lo, hi] = *space_.constants[end.constant].range;
    point[slot(end.constant)] = toDouble(end.upper ? hi : lo);
  }
  double value;
  tape_.evaluate(point, metrics_, value);
  return value;
}

/// Finds values that are reached, so that bounds are known to be near enough.
void Ranges::sample() {
  double nominal = at({});
  reached_ = Interval::point(nominal);
  auto add = [&](double value) {
    reached_ = {std::fmin(reached_.lo, value), std::fmax(reached_.hi, value)};
  };
  std::vector<End> least, most;
  slope_.clear();
  for (unsigned constant : constants_) {
    double low = at({{constant, false}}), high = at({{constant, true}});
    slope_.push_back(std::fabs(high - low));
    add(low);
    add(high);
    least.push_back({constant, high < low});
    most.push_back({constant, high >= low});
  }
  add(at(least));
  add(at(most));
}

void Ranges::enclose(Part &part) {
  for (auto [constant, range] : llvm::zip_equal(constants_, part.box))
    box_[slot(constant)] = range;
  tape_.evaluate(box_, workspace_, part.value);
}

/// Halves a part in the direction that is worth most.
void Ranges::divide(std::vector<Part> &parts, size_t which) {
  size_t direction = 0;
  double best = -1;
  for (size_t i = 0; i < constants_.size(); ++i) {
    const auto &[lo, hi] = *space_.constants[constants_[i]].range;
    Interval range = parts[which].box[i];
    double share = (range.hi - range.lo) / (toDouble(hi) - toDouble(lo));
    if (double worth = slope_[i] * share; worth > best) {
      best = worth;
      direction = i;
    }
  }
  Part upper = parts[which];
  Interval &whole = parts[which].box[direction];
  double middle = whole.lo / 2 + whole.hi / 2;
  upper.box[direction].lo = whole.hi = middle;
  enclose(parts[which]);
  enclose(upper);
  parts.push_back(std::move(upper));
}

Interval Ranges::over() {
  sample();
  RoundUp rounding;
  Part whole;
  for (unsigned constant : constants_)
    whole.box.push_back(box_[slot(constant)]);
  enclose(whole);
  std::vector<Part> parts{whole};
  double enough = tolerance * (reached_.hi - reached_.lo);
  auto highest = [](const Part &a, const Part &b) { return a.value.hi < b.value.hi; };
  auto lowest = [](const Part &a, const Part &b) { return a.value.lo < b.value.lo; };
  for (unsigned i = 0; i < maxDivisions; ++i) {
    auto top = llvm::max_element(parts, highest);
    if (top->value.hi <= reached_.hi + enough)
      break;
    divide(parts, top - parts.begin());
  }
  for (unsigned i = 0; i < maxDivisions; ++i) {
    auto bottom = llvm::min_element(parts, lowest);
    if (bottom->value.lo >= reached_.lo - enough)
      break;
    divide(parts, bottom - parts.begin());
  }
  for (unsigned i = 0; i < constants_.size(); ++i)
    box_[slot(constants_[i])] = whole.box[i];
  return {llvm::min_element(parts, lowest)->value.lo, llvm::max_element(parts, highest)->value.hi};
}

} // namespace wsc::ir
