// One input at a time, two corners for each output, and a Latin hypercube.
#include "evaluation/Spread.h"

#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <map>
#include <random>

namespace wsc::evaluation {

namespace {
/// Differences below this part of a value are rounding.
constexpr double rounding = 1e-12;

using Response = llvm::function_ref<std::vector<double>(llvm::ArrayRef<double>)>;
using Values = std::vector<double>;

class Experiment {
public:
  Experiment(llvm::ArrayRef<Known> inputs, Response response)
      : inputs_(inputs), response_(response) {
    for (const Known &input : inputs)
      center_.push_back(input.nominal);
    nominal_ = response(center_);
    for (double value : nominal_) {
      Spread output{value, value, value, 0, 0, {}, {}};
      output.shares.resize(inputs.size());
      result_.outputs.push_back(std::move(output));
    }
  }

  SpreadResult run(unsigned samples, uint64_t seed) {
    moveEach();
    for (size_t o = 0; o < nominal_.size(); ++o)
      for (bool upper : {false, true})
        extend(o, corner(o, upper)[o]);
    hypercube(samples, seed);
    for (Spread &output : result_.outputs) {
      llvm::sort(output.notMonotone);
      output.notMonotone.erase(llvm::unique(output.notMonotone), output.notMonotone.end());
    }
    return std::move(result_);
  }

private:
  double roundingOf(size_t o) const { return rounding * std::fabs(nominal_[o]); }

  /// Widens the range of an output; whether that was needed.
  bool extend(size_t o, double value) {
    Spread &output = result_.outputs[o];
    bool isOutside = value < output.low - roundingOf(o) || value > output.high + roundingOf(o);
    if (!std::isnan(value)) {
      output.low = std::min(output.low, value);
      output.high = std::max(output.high, value);
    }
    return isOutside;
  }

  void moveEach() {
    for (size_t i = 0; i < inputs_.size(); ++i) {
      Values at = center_;
      at[i] = inputs_[i].low;
      low_.push_back(response_(at));
      at[i] = inputs_[i].high;
      high_.push_back(response_(at));
    }
    for (size_t o = 0; o < nominal_.size(); ++o)
      share(o);
  }

  double effect(size_t o, size_t i) const {
    double difference = high_[i][o] - low_[i][o];
    return std::fabs(difference) <= roundingOf(o) ? 0 : difference;
  }

  void share(size_t o) {
    Spread &output = result_.outputs[o];
    double total = 0;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      extend(o, low_[i][o]);
      extend(o, high_[i][o]);
      double square = effect(o, i) * effect(o, i);
      output.shares[i] = std::isnan(square) ? 0 : square;
      total += output.shares[i];
      double below = nominal_[o] - low_[i][o], above = high_[i][o] - nominal_[o];
      if (below * above < 0 && std::min(std::fabs(below), std::fabs(above)) > roundingOf(o))
        output.notMonotone.push_back(i);
    }
    for (double &share : output.shares)
      share = total > 0 ? share / total : 0;
  }

  /// The end of an input, or the nominal value, with which an output is greatest or least.
  double end(size_t o, size_t i, bool upper) const {
    double best = center_[i], reached = nominal_[o];
    auto consider = [&](double at, double value) {
      double gain = upper ? value - reached : reached - value;
      if (gain > roundingOf(o))
        best = at, reached = value;
    };
    consider(inputs_[i].low, low_[i][o]);
    consider(inputs_[i].high, high_[i][o]);
    return best;
  }

  /// The outputs where every input is at the end that is extreme for this one.
  const Values &corner(size_t o, bool upper) {
    Values at;
    for (size_t i = 0; i < inputs_.size(); ++i)
      at.push_back(end(o, i, upper));
    auto [known, isNew] = corners_.try_emplace(at);
    if (isNew)
      known->second = response_(at);
    return known->second;
  }

  void hypercube(unsigned samples, uint64_t seed) {
    std::mt19937_64 random(seed);
    auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
    std::vector<Values> points(samples, center_);
    std::vector<unsigned> strata(samples);
    for (size_t i = 0; i < inputs_.size(); ++i) {
      for (unsigned s = 0; s < samples; ++s)
        strata[s] = s;
      for (unsigned s = samples; s > 1; --s)
        std::swap(strata[s - 1], strata[random() % s]);
      for (unsigned s = 0; s < samples; ++s)
        points[s][i] =
            inputs_[i].low + (inputs_[i].high - inputs_[i].low) * (strata[s] + uniform()) / samples;
    }
    std::vector<Values> seen(nominal_.size());
    for (const Values &point : points)
      sample(point, seen);
    for (size_t o = 0; o < nominal_.size(); ++o)
      percentiles(result_.outputs[o], seen[o]);
    result_.samples = samples;
  }

  void sample(const Values &point, std::vector<Values> &seen) {
    Values values = response_(point);
    bool isUndefined = false;
    for (size_t o = 0; o < values.size(); ++o) {
      isUndefined |= std::isnan(values[o]) && !std::isnan(nominal_[o]);
      if (std::isnan(values[o]))
        continue;
      seen[o].push_back(values[o]);
      bool above = values[o] > nominal_[o];
      if (extend(o, values[o]))
        blame(o, point, values[o], above);
    }
    result_.undefined += isUndefined;
  }

  /// A point beyond the corner: some input, moved to the end that should bring the output further
  /// out, brings it back.
  void blame(size_t o, const Values &point, double value, bool above) {
    for (size_t i = 0; i < inputs_.size(); ++i) {
      Values at = point;
      at[i] = end(o, i, above);
      double moved = response_(at)[o];
      if (above ? moved < value - roundingOf(o) : moved > value + roundingOf(o))
        result_.outputs[o].notMonotone.push_back(i);
    }
  }

  static void percentiles(Spread &output, Values &seen) {
    output.percentile5 = output.percentile95 = output.nominal;
    if (seen.empty())
      return;
    llvm::sort(seen);
    auto rank = [&](double part) { return seen[std::ceil(part * seen.size()) - 1]; };
    output.percentile5 = rank(0.05);
    output.percentile95 = rank(0.95);
  }

  llvm::ArrayRef<Known> inputs_;
  Response response_;
  Values center_, nominal_;
  std::vector<Values> low_, high_; ///< outputs with one input at an end
  std::map<Values, Values> corners_;
  SpreadResult result_;
};
} // namespace

SpreadResult spread(llvm::ArrayRef<Known> inputs, Response response, unsigned samples,
                    uint64_t seed) {
  return Experiment(inputs, response).run(samples, seed);
}

} // namespace wsc::evaluation
