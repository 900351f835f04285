// Mutation, recombination and exchanges of values.
#include "search/Neighbours.h"

#include <set>

namespace wsc::search {

using feasibility::Design;

/// Domains up to this size are looked at whole.
static constexpr unsigned smallDomain = 12;

Neighbours::Neighbours(const feasibility::Problem &problem, uint64_t seed, Encoding::Steps steps,
                       llvm::ArrayRef<unsigned> left)
    : problem_(problem), encoding_(problem, steps, left), judge_(problem), screen_(problem, judge_),
      sampler_(problem, seed), random_(seed) {}

/// Another value: with probability 0.3 any; else at a distance that is halved again and again, on
/// average a tenth of the domain.
unsigned Neighbours::moved(unsigned param, unsigned choice) {
  const unsigned size = problem_.domainSize(param);
  if (encoding_.isCategory(param) || size == 2 || random_.below(10) < 3)
    return (choice + 1 + random_.below(size - 1)) % size;
  const unsigned mean = std::max(1u, size / 10);
  unsigned distance = 1;
  while (random_.below(mean + 1) != 0 && distance < size)
    ++distance;
  const bool isUp = random_.below(2);
  if (isUp ? choice + distance < size : choice >= distance)
    return isUp ? choice + distance : choice - distance;
  return isUp ? choice - std::min(distance, choice) : std::min(choice + distance, size - 1);
}

void Neighbours::mutate(Design &design) {
  const auto &open = encoding_.open();
  const unsigned always = open[random_.below(open.size())];
  for (unsigned param : open)
    if (param == always || random_.below(2 * open.size()) == 0)
      design.choice[param] = moved(param, design.choice[param]);
}

std::optional<Design> Neighbours::mutant(const Design &design) {
  constexpr unsigned attempts = 50;
  for (unsigned i = 0; i < attempts && !encoding_.open().empty(); ++i) {
    Design mutant = design;
    mutate(mutant);
    if (isFeasible(mutant))
      return mutant;
  }
  return std::nullopt;
}

std::optional<Design> Neighbours::child(const Design &a, const Design &b) {
  constexpr unsigned attempts = 20;
  for (unsigned i = 0; i < attempts && !encoding_.open().empty(); ++i) {
    Design child = a;
    for (unsigned param : encoding_.open())
      if (random_.below(2))
        child.choice[param] = b.choice[param];
    mutate(child);
    if (isFeasible(child))
      return child;
  }
  return mutant(a);
}

/// One step in a domain: to the value next to it, or 4, 16, ... beyond.
unsigned Neighbours::stepped(unsigned param, unsigned choice) {
  const unsigned size = problem_.domainSize(param);
  if (encoding_.isCategory(param) || size <= smallDomain)
    return (choice + 1 + random_.below(size - 1)) % size;
  unsigned step = 1;
  while (step * 4 < size && random_.below(3) == 0)
    step *= 4;
  if (random_.below(2))
    return choice + step < size ? choice + step : choice - std::min(step, choice);
  return choice >= step ? choice - step : std::min(choice + step, size - 1);
}

std::vector<Design> Neighbours::around(const Design &design, unsigned count) {
  const auto &open = encoding_.open();
  std::set<Design> found;
  if (open.empty())
    return {};
  // Some attempts are infeasible, some repeat others.
  for (unsigned attempt = 0; attempt < 4 * count && found.size() < count; ++attempt) {
    Design other = design;
    const unsigned param = open[random_.below(open.size())];
    other.choice[param] = stepped(param, design.choice[param]);
    if (random_.below(3) == 0) { // where a constraint ties fields, both have to move
      const unsigned second = open[random_.below(open.size())];
      if (second != param)
        other.choice[second] = stepped(second, design.choice[second]);
    }
    if (other != design && isFeasible(other))
      found.insert(std::move(other));
  }
  return {found.begin(), found.end()};
}

} // namespace wsc::search
