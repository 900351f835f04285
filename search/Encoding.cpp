// Features of fields.
#include "search/Encoding.h"

#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <numbers>

namespace wsc::search {

/// Values that span this factor are compared by ratios.
static constexpr double wide = 8;
/// Numbers of so many values may be categories as well.
static constexpr unsigned fewestSteps = 3, mostSteps = 16;
/// Any two categories are at distance 1.
static constexpr double apart = std::numbers::sqrt2 / 2;

Encoding::Encoding(const feasibility::Problem &problem, Steps steps,
                   llvm::ArrayRef<unsigned> left) {
  for (unsigned p = 0; p < problem.paramCount(); ++p) {
    const unsigned size = problem.domainSize(p);
    std::vector<double> &places = positions_.emplace_back();
    if (size < 2 || llvm::is_contained(left, p))
      continue;
    const bool isNumber = problem.space().params[p].type.isNumber();
    const unsigned features = isNumber || size == 2 ? 1 : size;
    groups_.insert(groups_.end(), features, open_.size());
    open_.push_back(p);
    count_ += features;
    if (features > 1)
      continue;
    const double least = problem.value(p, 0), most = problem.value(p, size - 1);
    const bool isLog = least > 0 && most >= wide * least;
    for (unsigned i = 0; i < size; ++i) {
      const double value = problem.value(p, i);
      places.push_back(isLog ? std::log(value / least) / std::log(most / least)
                             : (value - least) / (most - least));
    }
  }
  derived_.emplace(problem, [this](auto designs) { return fieldsOf(designs); });
  for (unsigned i = 0; i < derived_->count(); ++i)
    groups_.push_back(open_.size() + i);
  if (steps == Steps::Possible && derived_->count() == 0)
    addSteps(problem);
}

void Encoding::addSteps(const feasibility::Problem &problem) {
  for (unsigned param : open_) {
    const unsigned size = problem.domainSize(param);
    if (isCategory(param) || size < fewestSteps || size > mostSteps)
      continue;
    steps_.push_back({param, unsigned(groups_.size())});
    groups_.insert(groups_.end(), size, unsigned(open_.size() + steps_.size() - 1));
  }
}

Matrix Encoding::places(llvm::ArrayRef<feasibility::Design> designs) const {
  Matrix result(count_ + derived_->count(), designs.size());
  result.topRows(count_) = fieldsOf(designs);
  result.bottomRows(derived_->count()) = derived_->of(designs);
  return result;
}

Matrix Encoding::features(llvm::ArrayRef<feasibility::Design> designs) const {
  Matrix result = Matrix::Zero(groups_.size(), designs.size());
  result.topRows(count_ + derived_->count()) = places(designs);
  for (size_t i = 0; i < designs.size(); ++i)
    for (auto [param, feature] : steps_)
      result(feature + designs[i].choice[param], i) = apart;
  return result;
}

Matrix Encoding::fieldsOf(llvm::ArrayRef<feasibility::Design> designs) const {
  Matrix result = Matrix::Zero(count_, designs.size());
  for (size_t i = 0; i < designs.size(); ++i) {
    unsigned next = 0, feature = 0;
    for (unsigned p : open_) {
      const unsigned choice = designs[i].choice[p];
      if (isCategory(p))
        result(feature + choice, i) = apart;
      else
        result(feature, i) = positions_[p][choice];
      for (; feature < count_ && groups_[feature] == next; ++feature)
        ;
      ++next;
    }
  }
  return result;
}

} // namespace wsc::search
