// Rounds, by what changes from one to the next.
#include "network/FlowRepeat.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cmath>

namespace wsc::network::flow {

/// Of the nodes; if more may be delayed in another way, all are looked at.
static constexpr double mostLooked = 0.25;

RepeatedStep::RepeatedStep(std::vector<Transfer> transfers, unsigned nodes, double relay)
    : transfers_(std::move(transfers)),
      to_(transfers_.size(), nodes, [&](size_t i) { return transfers_[i].destination; }),
      from_(transfers_.size(), nodes, [&](size_t i) { return transfers_[i].source; }),
      relay_(relay), sending_(nodes), isLooked_(nodes) {
  for (uint32_t node = 0; node < nodes; ++node) {
    if (to_[node].empty() && from_[node].empty())
      continue;
    nodes_.push_back(node);
    for (const uint32_t i : from_[node])
      sending_[node] = std::max(sending_[node], transfers_[i].sending);
  }
}

/// When a node is done with a round that all begin as they are ready.
double RepeatedStep::nextOf(uint32_t node) const {
  double time = readyOf(node) + sending_[node];
  for (const uint32_t i : to_[node])
    time = std::max(time, readyOf(transfers_[i].source) + transfers_[i].arriving + relay_);
  return time;
}

double RepeatedStep::lastArrival() const {
  double last = 0;
  for (const Transfer &transfer : transfers_)
    last = std::max(last, readyOf(transfer.source) + transfer.arriving);
  return last;
}

/// Whether a node is not delayed as most, but for rounding.
bool RepeatedStep::differs(const Done &done) const {
  return std::fabs(done.time - readyOf(done.node) - delay_) > 1e-12 * delay_;
}

/// Returns by how much every node is delayed; empty if that is not the same for all.
std::optional<double> RepeatedStep::round() {
  const bool looksAtAll = looked_.size() > mostLooked * nodes_.size();
  done_.clear();
  double least = std::numeric_limits<double>::infinity(), most = 0;
  for (const uint32_t node : looksAtAll ? nodes_ : looked_) {
    done_.push_back({node, nextOf(node)});
    const double delay = done_.back().time - readyOf(node);
    least = std::min(least, delay);
    most = std::max(most, delay);
  }
  if (looksAtAll) {
    delay_ = most;
  } else {
    least = std::min(least, delay_);
    most = std::max(most, delay_);
  }
  return most - least < 1e-9 * most ? std::optional(most) : std::nullopt;
}

/// To the next round, for which who was not delayed as most, and those who wait for him, are looked
/// at.
void RepeatedStep::goOn() {
  for (const uint32_t node : looked_)
    isLooked_[node] = false;
  looked_.clear();
  llvm::erase_if(done_, [&](const Done &done) { return !differs(done); });
  passed_ += delay_;
  for (const auto &[node, time] : done_) {
    since_[node] = time - passed_;
    lookAt(node);
    for (const uint32_t i : from_[node])
      lookAt(transfers_[i].destination);
  }
}

void RepeatedStep::lookAt(uint32_t node) {
  if (isLooked_[node])
    return;
  isLooked_[node] = true;
  looked_.push_back(node);
}

double RepeatedStep::run(std::vector<double> &ready, double times, double visits, double cycles) {
  since_ = ready;
  for (const uint32_t node : nodes_)
    lookAt(node);
  const double middle = std::floor(visits / 2), last = std::ceil(visits);
  double half = cycles, done = 0;
  std::optional<double> delay;
  while (done < last && !delay) {
    delay = round();
    ++done;
    if (done == middle || done == last || delay)
      cycles = std::max(cycles, lastArrival());
    if (done == middle)
      half = cycles;
    goOn();
  }
  double later = 0;
  if (done < times)
    later = delay.value_or((cycles - half) / (done - middle)) * (times - done);
  for (const uint32_t node : nodes_)
    ready[node] = readyOf(node) + later;
  return cycles + later;
}

} // namespace wsc::network::flow
