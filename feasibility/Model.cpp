// Learning which fields go together, by counting.
#include "feasibility/Model.h"

#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <numeric>

namespace wsc::feasibility {

/// Most entries of a table of probabilities.
static constexpr size_t maxEntries = 8192;
/// How many designs the probabilities by fewer parents are worth beside those that were counted by
/// all; and the share of the probabilities without any that is the same for all values.
static constexpr double priorWorth = 5, uniformShare = 0.1;

class Model::Learner {
public:
  Learner(Model &model, llvm::ArrayRef<Design> designs, double independent)
      : model_(model), designs_(designs), scale_(independent / designs.size()),
        penalty_(std::log(std::max(independent, 1.0)) / 2), columns_(model.values_.size()),
        marginals_(columns_.size()) {
    for (unsigned param = 0; param < columns_.size(); ++param) {
      double size = model.values_[param].size();
      marginals_[param].assign(size, uniformShare / size);
      for (const Design &design : designs) {
        unsigned position = model.positions_[param][design.choice[param]];
        columns_[param].push_back(position);
        marginals_[param][position] += (1 - uniformShare) / designs.size();
      }
    }
  }

  /// Field after field, the one that is best explained by those before first.
  void learn() {
    unsigned count = columns_.size();
    std::vector<double> best(count, 0);
    std::vector<int> parents(count, -1);
    std::vector<bool> placed(count);
    for (unsigned n = 0; n < count; ++n) {
      unsigned next = UINT_MAX;
      for (unsigned param = 0; param < count; ++param)
        if (!placed[param] && (next == UINT_MAX || best[param] > best[next]))
          next = param;
      placed[next] = true;
      add(next, parents[next], best[next]);
      for (unsigned param = 0; param < count; ++param)
        if (double gain; !placed[param] && (gain = this->gain(param, {next})) > best[param])
          best[param] = gain, parents[param] = next;
    }
  }

private:
  unsigned size(unsigned param) const { return model_.values_[param].size(); }

  /// Adds a field with the one before it that explains it best, and others while they explain more.
  void add(unsigned param, int parent, double gain) {
    Factor &factor = model_.factors_.emplace_back(Factor{param, {}, {}, {}});
    for (int next = parent; next >= 0;) {
      factor.parents.push_back(next);
      next = -1;
      if (factor.parents.size() == maxParents)
        break;
      llvm::SmallVector<unsigned, maxParents> more(factor.parents);
      more.push_back(0);
      for (const Factor &other : llvm::ArrayRef(model_.factors_).drop_back()) {
        more.back() = other.param;
        if (llvm::is_contained(factor.parents, other.param))
          continue;
        if (double all = this->gain(param, more); all > gain)
          gain = all, next = other.param;
      }
    }
    fill(factor);
  }

  /// Counts designs by the values of some parents and of a parameter, the latter fastest.
  void count(unsigned param, llvm::ArrayRef<unsigned> parents) {
    size_t rows = 1;
    for (unsigned parent : parents)
      rows *= size(parent);
    counts_.assign(rows * size(param), 0);
    for (size_t i = 0; i < designs_.size(); ++i) {
      size_t row = 0;
      for (unsigned parent : parents)
        row = row * size(parent) + columns_[parent][i];
      ++counts_[row * size(param) + columns_[param][i]];
    }
  }

  /// By how much more likely the designs become, as a logarithm, if a parameter depends on some
  /// parents, less what its probabilities cost (the Bayesian information criterion); -infinity
  /// where these would be too many.
  double gain(unsigned param, llvm::ArrayRef<unsigned> parents) {
    double entries = size(param);
    for (unsigned parent : parents)
      entries *= size(parent);
    if (size(param) == 1 || entries > maxEntries)
      return -INFINITY;
    count(param, parents);
    double gain = 0;
    for (llvm::ArrayRef<unsigned> rest = counts_; !rest.empty();
         rest = rest.drop_front(size(param))) {
      llvm::ArrayRef<unsigned> row = rest.take_front(size(param));
      double sum = 0;
      unsigned nonzero = 0;
      for (unsigned count : row)
        sum += count, nonzero += count > 0;
      if (sum == 0)
        continue;
      for (auto [n, marginal] : llvm::zip_equal(row, marginals_[param]))
        if (n > 0)
          gain += scale_ * n * std::log(n / (sum * marginal));
      gain -= penalty_ * (nonzero - 1);
    }
    return gain;
  }

  /// The probabilities of a field by its parents, its own values fastest: what was counted, and
  /// beside that, as if it were so many designs more, the probabilities by all parents but the
  /// last. (Interpolated back-off: F. Jelinek and R. Mercer, 1980.)
  std::vector<double> shares(unsigned param, llvm::ArrayRef<unsigned> parents) {
    if (parents.empty())
      return marginals_[param];
    std::vector<double> fewer = shares(param, parents.drop_back()), result;
    count(param, parents);
    size_t values = size(param), rowsOfFewer = size(parents.back());
    for (size_t row = 0; row < counts_.size() / values; ++row) {
      llvm::ArrayRef<unsigned> counts = llvm::ArrayRef(counts_).slice(row * values, values);
      const double *prior = &fewer[row / rowsOfFewer * values];
      double sum = scale_ * std::accumulate(counts.begin(), counts.end(), 0.0);
      for (unsigned i = 0; i < values; ++i)
        result.push_back((scale_ * counts[i] + priorWorth * prior[i]) / (sum + priorWorth));
    }
    return result;
  }

  void fill(Factor &factor) {
    unsigned values = size(factor.param);
    std::vector<double> shares = this->shares(factor.param, factor.parents);
    for (size_t i = 0; i < shares.size(); ++i) {
      factor.logs.push_back(std::log(shares[i]));
      shares[i] += i % values ? shares[i - 1] : 0; // added up
      bool isLast = i % values == values - 1;
      factor.ends.push_back(isLast ? UINT32_MAX
                                   : std::min(std::ldexp(shares[i], 32), 4294967295.0));
    }
  }

  Model &model_;
  llvm::ArrayRef<Design> designs_;
  double scale_, penalty_;
  std::vector<std::vector<unsigned>> columns_; ///< positions of values by parameter and design
  std::vector<std::vector<double>> marginals_;
  std::vector<unsigned> counts_;
};

Model::Model(llvm::ArrayRef<Design> designs, double independent,
             llvm::ArrayRef<std::vector<unsigned>> values)
    : values_(values), positions_(values.size()) {
  for (auto [values, positions] : llvm::zip_equal(values_, positions_)) {
    positions.resize(values.back() + 1);
    for (auto [position, value] : llvm::enumerate(values))
      positions[value] = position;
  }
  Learner(*this, designs, independent).learn();
}

double Model::draw(Random &random, std::vector<unsigned> &choice) const {
  double log = 0;
  for (const Factor &factor : factors_) {
    size_t begin = row(factor, choice), size = values_[factor.param].size();
    const uint32_t *first = factor.ends.data() + begin;
    size_t position =
        std::lower_bound(first, first + size, uint32_t(random.below(uint64_t(1) << 32))) - first;
    choice[factor.param] = values_[factor.param][position];
    log += factor.logs[begin + position];
  }
  return log;
}

double Model::logOf(llvm::ArrayRef<unsigned> choice) const {
  double log = 0;
  for (const Factor &factor : factors_)
    log += factor.logs[row(factor, choice) + positions_[factor.param][choice[factor.param]]];
  return log;
}

} // namespace wsc::feasibility
