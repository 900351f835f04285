// Functions on grids, and measured tables.
#include "bench/search/Problems.h"

#include "search/Hypervolume.h"
#include "support/Random.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <fstream>
#include <map>
#include <numbers>

namespace wsc::bench {

using feasibility::Design;
using std::numbers::pi;

namespace {

using Function = std::function<std::vector<double>(const std::vector<double> &)>;

void addObjectives(ir::Space &space, unsigned count) {
  for (unsigned k = 0; k < count; ++k) {
    const std::string name = "f" + std::to_string(k + 1);
    space.metrics.push_back({name, ir::Type::number(), ""});
    space.objectives.push_back({name, space.metric(k), /*maximize=*/false, {}});
  }
}

/// A function of variables in 0..1, each on so many steps.
SearchProblem onGrid(std::string name, unsigned variables, unsigned steps, unsigned objectives,
                     Function function) {
  SearchProblem problem{std::move(name), std::make_unique<ir::Space>()};
  for (unsigned v = 0; v < variables; ++v) {
    std::vector<Rational> domain;
    for (unsigned i = 0; i <= steps; ++i)
      domain.push_back(Rational(i) / Rational(steps));
    problem.space->params.emplace_back("x" + std::to_string(v + 1), ir::Type::number(),
                                       std::move(domain), ir::Location{});
  }
  addObjectives(*problem.space, objectives);
  problem.truth = [&space = *problem.space, function = std::move(function)](const Design &design) {
    return function(feasibility::valuesOf(space, design));
  };
  problem.evaluate = [truth = problem.truth](const Design &design, uint64_t) {
    return truth(design);
  };
  return problem;
}

/// Standard normal, by Box and Muller.
double normal(Random &random) {
  constexpr double unit = 0x1p-53;
  const double u = ((random.below(1ull << 53)) + 1) * unit, v = random.below(1ull << 53) * unit;
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * pi * v);
}

std::vector<double> braninAndCurrin(const std::vector<double> &x) {
  const double a = 15 * x[0] - 5, b = 15 * x[1];
  const double branin = std::pow(b - 5.1 / (4 * pi * pi) * a * a + 5 / pi * a - 6, 2) +
                        10 * (1 - 1 / (8 * pi)) * std::cos(a) + 10;
  const double factor = x[1] > 0 ? 1 - std::exp(-1 / (2 * x[1])) : 1;
  const double currin = factor *
                        (2300 * std::pow(x[0], 3) + 1900 * x[0] * x[0] + 2092 * x[0] + 60) /
                        (100 * std::pow(x[0], 3) + 500 * x[0] * x[0] + 4 * x[0] + 20);
  return {branin, currin};
}

} // namespace

SearchProblem braninCurrin(bool isNoisy) {
  SearchProblem problem =
      onGrid(isNoisy ? "branin-currin, noisy" : "branin-currin", 2, 1000, 2, braninAndCurrin);
  problem.reference = {18, 6};
  problem.best = 59.36011874867746; // approximated by BoTorch's authors
  if (isNoisy) {
    problem.noise = search::Noise::Unknown;
    problem.evaluate = [truth = problem.truth](const Design &design, uint64_t number) {
      Random random(number);
      std::vector<double> values = truth(design);
      values[0] += 15.19 * normal(random);
      values[1] += 0.63 * normal(random);
      return values;
    };
  }
  return problem;
}

SearchProblem momfBraninCurrin() {
  auto at = [](const std::vector<double> &x, double s) {
    const double a = 15 * x[0] - 5, b = 15 * x[1], less = 1 - s;
    const double branin =
        std::pow(b - (5.1 / (4 * pi * pi) - 0.01 * less) * a * a + (5 / pi - 0.1 * less) * a - 6,
                 2) +
        10 * (1 - 1 / (8 * pi) - 0.05 * less) * std::cos(a) + 10;
    const double decay = x[1] > 0 ? std::exp(-1 / (2 * x[1])) : 0;
    const double currin = (1 - 0.1 * less * decay) *
                          (2300 * std::pow(x[0], 3) + 1900 * x[0] * x[0] + 2092 * x[0] + 60) /
                          (100 * std::pow(x[0], 3) + 500 * x[0] * x[0] + 4 * x[0] + 20);
    return std::vector<double>{(branin - 21) / 22, (currin - 14) / 15};
  };
  SearchProblem problem = onGrid("momf-branin-currin", 2, 1000, 2,
                                 [at](const std::vector<double> &x) { return at(x, 1); });
  problem.reference = {0, 0};
  problem.best = 0.5235514158034145; // approximated by BoTorch's authors
  problem.costs = {std::exp(-4.8), 1};
  problem.cheaper = [&space = *problem.space, at](const Design &design, unsigned) {
    return at(feasibility::valuesOf(space, design), 0);
  };
  return problem;
}

SearchProblem zdt1() {
  SearchProblem problem = onGrid("zdt1", 6, 100, 2, [](const std::vector<double> &x) {
    double rest = 0;
    for (size_t i = 1; i < x.size(); ++i)
      rest += x[i];
    const double g = 1 + 9 * rest / (x.size() - 1);
    return std::vector<double>{x[0], g * (1 - std::sqrt(x[0] / g))};
  });
  problem.reference = {1.1, 1.1};
  problem.best = 1.21 - 1.0 / 3;
  return problem;
}

SearchProblem dtlz2() {
  SearchProblem problem = onGrid("dtlz2", 6, 100, 3, [](const std::vector<double> &x) {
    double g = 0;
    for (size_t i = 2; i < x.size(); ++i)
      g += std::pow(x[i] - 0.5, 2);
    const double a = x[0] * pi / 2, b = x[1] * pi / 2;
    return std::vector<double>{(1 + g) * std::cos(a) * std::cos(b),
                               (1 + g) * std::cos(a) * std::sin(b), (1 + g) * std::sin(a)};
  });
  problem.reference = {1.1, 1.1, 1.1};
  problem.best = std::pow(1.1, 3) - pi / 6;
  return problem;
}

SearchProblem table(llvm::StringRef path, bool useEstimates) {
  std::ifstream in(path.str());
  auto fail = [&] {
    llvm::errs() << path << ": not a table of a design space\n";
    exit(2);
  };
  unsigned rows = 0, knobs = 0, objectives = 0, estimates = 0;
  if (!(in >> rows >> knobs >> objectives >> estimates) || !rows || !knobs || !objectives ||
      (estimates && estimates < objectives))
    fail();
  if (useEstimates && !estimates) {
    llvm::errs() << path << ": has no estimates; leave --estimates out\n";
    exit(2);
  }
  SearchProblem problem{llvm::sys::path::stem(path).str() + (useEstimates ? " + estimates" : ""),
                        std::make_unique<ir::Space>()};
  ir::Space &space = *problem.space;
  ir::TableDef def{"measured", knobs, {}, {}, {}};
  for (unsigned k = 0; k < knobs; ++k) {
    unsigned isCategory = 0, levels = 0;
    in >> isCategory >> levels;
    std::vector<Rational> domain(levels);
    for (unsigned i = 0; i < levels; ++i) {
      double value = 0;
      in >> value;
      domain[i] = isCategory ? Rational(i) : fromDouble(value);
    }
    const std::string name = "k" + std::to_string(k + 1);
    ir::Type type = ir::Type::number();
    if (isCategory) {
      type = ir::Type::enumeration(space.enums.size());
      space.enums.push_back({name, std::vector<std::string>(levels, name)});
    }
    space.params.emplace_back(name, type, std::move(domain), ir::Location{});
    def.columns.push_back({name, type});
  }
  def.columns.push_back({"row", ir::Type::number()});
  struct Row {
    std::vector<double> objectives, estimates;
  };
  auto known = std::make_shared<std::map<std::vector<unsigned>, Row>>();
  search::Points all(rows, objectives);
  for (unsigned r = 0; r < rows; ++r) {
    std::vector<unsigned> choice(knobs);
    std::vector<Rational> keys;
    for (unsigned k = 0; k < knobs; ++k) {
      in >> choice[k];
      if (choice[k] >= space.params[k].domain.size())
        fail();
      keys.push_back(space.params[k].domain[choice[k]]);
    }
    Row row{std::vector<double>(objectives), std::vector<double>(estimates)};
    double cost = 0;
    for (double &value : row.objectives)
      in >> value;
    for (double &value : row.estimates)
      in >> value;
    if (!(in >> cost))
      fail();
    for (unsigned k = 0; k < objectives; ++k)
      all(r, k) = row.objectives[k];
    keys.push_back(r);
    if (known->emplace(choice, row).second)
      def.rows.push_back(std::move(keys));
  }
  space.tables.push_back(std::move(def));
  std::vector<const ir::Node *> params;
  for (unsigned k = 0; k < knobs; ++k)
    params.push_back(space.param(k));
  space.constraints.push_back({"measured", space.hasRow(0, params), "", {}, 0});
  addObjectives(space, objectives);
  problem.truth = [known](const Design &design) { return known->at(design.choice).objectives; };
  problem.evaluate = [known](const Design &design, uint64_t) {
    return known->at(design.choice).objectives;
  };
  if (useEstimates)
    problem.estimate = [known, objectives](const Design &design) {
      std::vector<double> values = known->at(design.choice).estimates;
      values.resize(objectives);
      return search::Known{std::move(values)};
    };
  // A tenth of the range of the true front beyond its worst values.
  const std::vector<unsigned> front = search::paretoFront(all);
  for (unsigned k = 0; k < objectives; ++k) {
    double least = HUGE_VAL, most = -HUGE_VAL;
    for (unsigned i : front) {
      least = std::min(least, all(i, k));
      most = std::max(most, all(i, k));
    }
    problem.reference.push_back(most + 0.1 * (most - least));
  }
  problem.best = search::hypervolume(all, problem.reference);
  return problem;
}

} // namespace wsc::bench
