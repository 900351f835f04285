// The choice of quantities.
#include "search/DerivedFeatures.h"

#include "feasibility/Sample.h"
#include "ir/Components.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <map>

namespace wsc::search {

using feasibility::Design;

static constexpr size_t sampleSize = 200, fewestSamples = 20, mostFeatures = 12;
/// More correlated than this is the same.
static constexpr double same = 0.999;
/// A range below this share says nothing.
static constexpr double flat = 1e-3;

static std::vector<Design> sample(const feasibility::Problem &problem) {
  std::vector<Design> designs;
  feasibility::Sampler sampler(problem, /*seed=*/1);
  while (designs.size() < sampleSize)
    if (auto design = sampler.next())
      designs.push_back(std::move(*design));
    else
      break;
  return designs;
}

/// Numbers that several fields enter, those that most enter first.
static std::vector<const ir::Node *> quantitiesOf(const ir::Space &space) {
  std::map<const ir::Node *, size_t> fields;
  std::vector<const ir::Node *> nodes;
  for (const auto &[name, node, location] : space.quantities) {
    if (!node->type().isNumber() || node->bindingTime() != ir::BindingTime::Static)
      continue;
    const size_t count = ir::paramsOf(node).size();
    if (count > 1 && fields.emplace(node, count).second)
      nodes.push_back(node);
  }
  llvm::stable_sort(nodes, [&](auto *a, auto *b) { return fields[a] > fields[b]; });
  return nodes;
}

/// Of mean 0 and length 1.
static Vector normalized(Vector values) {
  values.array() -= values.mean();
  return values / std::max(values.norm(), 1e-300);
}

DerivedFeatures::DerivedFeatures(const feasibility::Problem &problem,
                                 llvm::function_ref<Matrix(llvm::ArrayRef<Design>)> fields)
    : space_(problem.space()) {
  const std::vector<const ir::Node *> nodes = quantitiesOf(space_);
  const std::vector<Design> designs = nodes.empty() ? std::vector<Design>() : sample(problem);
  if (designs.size() < fewestSamples)
    return;
  std::vector<Vector> known;
  const Matrix open = fields(designs);
  for (Eigen::Index f = 0; f < open.rows(); ++f)
    known.push_back(normalized(open.row(f)));
  const Matrix values = valuesOf(ir::Tape(space_, nodes), designs);
  std::vector<const ir::Node *> chosen;
  for (size_t q = 0; q < nodes.size() && chosen.size() < mostFeatures; ++q) {
    Vector row = values.row(q);
    if (!row.allFinite())
      continue;
    const Axis axis = axisOf(row);
    if (!(axis.most - axis.least > flat * (axis.isLog ? 1 : std::fabs(axis.most))))
      continue;
    for (double &value : row)
      value = axis.place(value);
    row = normalized(row);
    if (llvm::any_of(known, [&](const Vector &other) { return std::fabs(row.dot(other)) > same; }))
      continue;
    known.push_back(std::move(row));
    chosen.push_back(nodes[q]);
    axes_.push_back(axis);
  }
  tape_.emplace(space_, chosen);
}

DerivedFeatures::Axis DerivedFeatures::axisOf(const Vector &values) {
  const double least = values.minCoeff(), most = values.maxCoeff();
  return least > 0 ? Axis{true, std::log(least), std::log(most)} : Axis{false, least, most};
}

/// The sample does not have all values: those far outside are as good as at the end.
double DerivedFeatures::Axis::place(double value) const {
  if (isLog)
    value = std::log(std::max(value, 1e-300));
  return std::clamp((value - least) / (most - least), -0.5, 1.5);
}

Matrix DerivedFeatures::valuesOf(const ir::Tape &tape, llvm::ArrayRef<Design> designs) const {
  Matrix result(tape.rootCount(), designs.size());
  const std::vector<double> metrics(space_.metrics.size(), std::nan(""));
  for (auto [i, design] : llvm::enumerate(designs))
    tape.evaluate(feasibility::valuesOf(space_, design), metrics,
                  llvm::MutableArrayRef(result.col(i).data(), result.rows()));
  return result;
}

Matrix DerivedFeatures::of(llvm::ArrayRef<Design> designs) const {
  if (axes_.empty())
    return Matrix(0, designs.size());
  Matrix result = valuesOf(*tape_, designs);
  for (Eigen::Index q = 0; q < result.rows(); ++q)
    for (Eigen::Index i = 0; i < result.cols(); ++i)
      result(q, i) = std::isfinite(result(q, i)) ? axes_[q].place(result(q, i)) : 0.5;
  return result;
}

} // namespace wsc::search
