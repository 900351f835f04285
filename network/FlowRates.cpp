// Progressive filling, one bottleneck after the other.
#include "network/FlowRates.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <queue>

namespace wsc::network::flow {

namespace {

/// Flows by resource.
struct Users {
  std::vector<uint32_t> first, flows;

  explicit Users(const Sharing &sharing) : first(sharing.capacity.size() + 1) {
    for (const uint32_t resource : sharing.uses)
      ++first[resource + 1];
    for (size_t i = 1; i < first.size(); ++i)
      first[i] += first[i - 1];
    flows.resize(sharing.uses.size());
    std::vector<uint32_t> next(first.begin(), first.end() - 1);
    for (size_t flow = 0; flow < sharing.flits.size(); ++flow)
      for (const uint32_t resource : sharing.usesOf(flow))
        flows[next[resource]++] = flow;
  }
};

/// What is left of a resource for flows without a rate.
struct Rest {
  double capacity, flits;
  unsigned flows;

  double level() const { return capacity / flits; } ///< messages a cycle
};

} // namespace

/// Uses beyond which flows get the rates of their most used resources, which is feasible, and fair
/// at those that are full.
static constexpr size_t mostUses = 1 << 22;

/// Each flow at the rate of the most used of its resources; empty unless that is full for each
/// flow.
static std::vector<double> timesOfBottlenecks(const Sharing &sharing) {
  std::vector<double> busy(sharing.capacity.size()); // cycles
  for (size_t flow = 0; flow < sharing.flits.size(); ++flow)
    for (const uint32_t resource : sharing.usesOf(flow))
      busy[resource] += sharing.flits[flow];
  for (size_t resource = 0; resource < busy.size(); ++resource)
    busy[resource] /= sharing.capacity[resource];
  std::vector<double> times(sharing.flits.size()), used(busy.size()); // `used`: flits a cycle
  std::vector<uint32_t> bottleneck(times.size());
  for (size_t flow = 0; flow < times.size(); ++flow) {
    for (const uint32_t resource : sharing.usesOf(flow))
      if (busy[resource] > times[flow]) {
        times[flow] = busy[resource];
        bottleneck[flow] = resource;
      }
    const double rate = sharing.flits[flow] / times[flow];
    for (const uint32_t resource : sharing.usesOf(flow))
      used[resource] += rate;
  }
  const bool isFair = llvm::all_of(bottleneck, [&](uint32_t resource) {
    return used[resource] > (1 - 1e-9) * sharing.capacity[resource];
  });
  if (!isFair && sharing.uses.size() <= mostUses)
    return {};
  return times;
}

std::vector<double> fairTimes(const Sharing &sharing) {
  if (std::vector<double> times = timesOfBottlenecks(sharing); !times.empty())
    return times;
  const Users users(sharing);
  std::vector<Rest> rest;
  for (const double capacity : sharing.capacity)
    rest.push_back({capacity, 0, 0});
  for (size_t flow = 0; flow < sharing.flits.size(); ++flow)
    for (const uint32_t resource : sharing.usesOf(flow)) {
      rest[resource].flits += sharing.flits[flow];
      ++rest[resource].flows;
    }

  using Entry = std::pair<double, uint32_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> lowest;
  for (uint32_t resource = 0; resource < rest.size(); ++resource)
    if (rest[resource].flows > 0)
      lowest.push({rest[resource].level(), resource});

  std::vector<double> times(sharing.flits.size());
  std::vector<bool> isFixed(times.size());
  while (!lowest.empty()) {
    const auto [level, resource] = lowest.top();
    lowest.pop();
    if (rest[resource].flows == 0)
      continue;
    // Levels only rise while other flows get their rates.
    if (const double now = rest[resource].level(); now > level * (1 + 1e-12)) {
      lowest.push({now, resource});
      continue;
    }
    for (uint32_t i = users.first[resource]; i < users.first[resource + 1]; ++i) {
      const uint32_t flow = users.flows[i];
      if (isFixed[flow])
        continue;
      isFixed[flow] = true;
      times[flow] = 1 / level;
      for (const uint32_t used : sharing.usesOf(flow)) {
        Rest &other = rest[used];
        other.capacity = std::max(0.0, other.capacity - level * sharing.flits[flow]);
        other.flits -= sharing.flits[flow];
        --other.flows;
      }
    }
  }
  return times;
}

} // namespace wsc::network::flow
