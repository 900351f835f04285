// The best value among all other requirements, rounded so that it can be typed, and verified.
#include "feasibility/Relax.h"

#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <set>

namespace wsc::feasibility {

/// How many base units the unit is in which a value is shown.
static Rational shownUnit(const UnitTable &units, const Dim &dim, double value) {
  auto [number, unit] = llvm::StringRef(units.format(value, dim)).split(' ');
  auto parsed = units.parseUnit(unit);
  const Unit *found = std::get_if<Unit>(&parsed);
  return found && found->dim == dim && found->scale > 0 ? found->scale : Rational(1);
}

static mpz_class floorOf(const Rational &value) {
  mpz_class result;
  mpz_fdiv_q(result.get_mpz_t(), value.get_num_mpz_t(), value.get_den_mpz_t());
  return result;
}

Rational roundOutward(const UnitTable &units, const Dim &dim, double value, bool up,
                      unsigned digits) {
  return roundOutward(shownUnit(units, dim, value), value, up, digits);
}

Rational roundOutward(const Rational &scale, double value, bool up, unsigned digits) {
  constexpr double manyDigits = 1e6;
  Rational shown = fromDouble(value) / scale;
  if (shown == 0 || (isInteger(shown) && abs(shown) < manyDigits))
    return fromDouble(value);
  long exponent = long(std::floor(std::log10(std::fabs(toDouble(shown))))) + 1 - long(digits);
  Rational step = *power(10, exponent), steps = shown / step;
  Rational rounded = up ? Rational(-floorOf(-steps)) : Rational(floorOf(steps));
  return rounded * step * scale;
}

std::optional<Rational> newLimit(const Inquiry &inquiry, unsigned demand, const Best &best,
                                 UnitOf unitOf) {
  const Demand &what = inquiry.demands()[demand];
  if (!what.isMeasurable() || !std::isfinite(best.value))
    return std::nullopt;
  if (what.isDomain) { // a value of the domain as it would continue
    return inquiry.space().params[what.origin].domain[best.witness.choice[what.origin]];
  }
  std::optional<Rational> unit = unitOf ? unitOf(demand, best) : std::nullopt;
  if (!unit)
    unit = shownUnit(inquiry.space().units, what.quantity->type().dim, best.value);
  // The exact value may lie on either side of its double.
  double rounding = std::fabs(best.value) * (what.maximize ? -1e-12 : 1e-12);
  for (unsigned digits : {4, 6, 9})
    for (double value : {best.value - rounding, best.value + rounding}) {
      Rational limit = roundOutward(*unit, value, !what.maximize, digits);
      if (inquiry.reaches(best.witness, {demand, limit}))
        return limit;
    }
  return std::nullopt;
}

double relativeChange(const Demand &demand, const std::optional<Rational> &to) {
  return to && demand.limit != 0 ? toDouble((*to - demand.limit) / abs(demand.limit)) : INFINITY;
}

Relaxation relax(Inquiry &inquiry, unsigned demand, UnitOf unitOf) {
  const Demand &what = inquiry.demands()[demand];
  Relaxation result{demand, Verdict::Infeasible, {}, false, INFINITY, {}};
  for (const std::vector<unsigned> &conflict : inquiry.conflicts())
    if (!llvm::is_contained(conflict, demand)) { // which remains
      result.best.core = inquiry.requirementsOf(conflict);
      return result;
    }
  result.best = inquiry.amongAll(demand);
  result.verdict = result.best.verdict;
  if (result.verdict != Verdict::Feasible || !what.isMeasurable())
    return result;
  result.to = newLimit(inquiry, demand, result.best, unitOf);
  result.isLeast = result.best.proven;
  if (!result.to || !inquiry.isEnough(result.best.witness, Change{demand, result.to})) {
    result.verdict = Verdict::Unknown;
    result.best.reason = "no limit could be verified";
  } else {
    result.change = relativeChange(what, result.to);
  }
  return result;
}

std::vector<Relaxation> relax(Inquiry &inquiry, UnitOf unitOf) {
  std::set<unsigned> demands;
  for (const auto &conflict : inquiry.conflicts())
    demands.insert(conflict.begin(), conflict.end());
  std::vector<Relaxation> result;
  for (unsigned demand : demands)
    result.push_back(relax(inquiry, demand, unitOf));
  llvm::stable_sort(result, [](const Relaxation &a, const Relaxation &b) {
    auto rank = [](const Relaxation &r) {
      return std::pair(r.verdict != Verdict::Feasible, std::fabs(r.change));
    };
    return rank(a) < rank(b);
  });
  return result;
}

} // namespace wsc::feasibility
