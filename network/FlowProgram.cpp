// When each node gets to which step of a program.
#include "network/Flow.h"
#include "network/FlowSection.h"

#include <algorithm>
#include <numeric>

namespace wsc::network::flow {

namespace {

/// Visits of messages after which the rest of equal steps is taken to go on as they did.
constexpr double maxVisits = 1 << 25;

/// First and last packet that have come to a node.
struct Arrivals {
  double first = 0, last = 0;
};

class Run {
public:
  Run(const Routes &routes, const Router &router, const Program &program)
      : program_(program), routes_(routes), router_(router), ports_(routes.network()),
        ready_(routes.network().nodes(), 0.0) {
    used_.assign(routes.network().channels().size() + 2 * routes.network().nodes(), 0);
  }

  ProgramResult all();

private:
  void steps(const Section &section, double times);
  double once(const Section &section);
  void stream(const Section &section, llvm::ArrayRef<Step> steps);
  /// From the first flit of a message to its last.
  static double length(const Message &message) { return (message.flits - 1) * message.cycles; }
  double packetLength(const Message &message) const {
    return (std::min<double>(program_.packet, message.flits) - 1) * message.cycles;
  }
  void finish(double time) { result_.cycles = std::max(result_.cycles, time); }

  const Program &program_;
  const Routes &routes_;
  const Router &router_;
  const PortMap ports_;
  std::vector<double> ready_; ///< when each node is done with the steps so far
  std::vector<double> next_;
  std::vector<double> used_; ///< flits of each resource of a section
  ProgramResult result_;
};

/// All messages of a step once.  Returns by how much every node of it was delayed, -1 if that is
/// not the same for all.
double Run::once(const Section &section) {
  next_ = ready_;
  for (const Message &message : section.messages) {
    const double start = ready_[message.source];
    const double arrival = start + message.latency + length(message);
    double &sender = next_[message.source], &receiver = next_[message.destination];
    sender = std::max(sender, start + message.flits * message.cycles);
    receiver = std::max(receiver, arrival + program_.relay);
    finish(arrival);
  }
  double least = std::numeric_limits<double>::infinity(), most = 0;
  for (const Message &message : section.messages)
    for (const uint32_t node : {message.source, message.destination}) {
      least = std::min(least, next_[node] - ready_[node]);
      most = std::max(most, next_[node] - ready_[node]);
    }
  std::swap(ready_, next_);
  return most - least < 1e-9 * most ? most : -1;
}

/// The same step many times: time grows by the mean of the slowest cycle of dependencies (Baccelli
/// et al., Synchronization and Linearity, 1992), which is found by going round.
void Run::steps(const Section &section, double times) {
  const double visits = std::min(times, std::max(16.0, maxVisits / section.messages.size()));
  double half = result_.cycles, done = 0, delay = -1;
  while (done < visits && delay < 0) {
    delay = once(section);
    ++done;
    if (done <= visits / 2)
      half = result_.cycles;
  }
  if (done >= times)
    return;
  if (delay < 0)
    delay = (result_.cycles - half) / (done - std::floor(visits / 2));
  const double later = delay * (times - done);
  std::vector<bool> isLate(ready_.size());
  for (const Message &message : section.messages)
    for (const uint32_t node : {message.source, message.destination})
      if (!isLate[node]) {
        isLate[node] = true;
        ready_[node] += later;
      }
  finish(result_.cycles + later);
}

/// Steps that go on while packets of the step before still arrive.
void Run::stream(const Section &section, llvm::ArrayRef<Step> steps) {
  next_ = ready_;
  std::vector<Arrivals> before(ready_.size()), now(ready_.size());
  std::vector<uint32_t> touched;
  for (size_t step = 0; step < steps.size(); ++step) {
    std::vector<uint32_t> arrived;
    auto arrive = [&](uint32_t node, double first, double last) {
      if (now[node].last == 0)
        arrived.push_back(node);
      now[node].first = std::max(now[node].first, first);
      now[node].last = std::max(now[node].last, last);
      next_[node] = std::max(next_[node], last + program_.relay);
      finish(last);
    };
    for (size_t i = section.first[step]; i < section.first[step + 1]; ++i) {
      const Message &message = section.messages[i];
      const Arrivals &in = before[message.source];
      double start = ready_[message.source], tail = start + length(message);
      if (in.last > 0) {
        start = std::max(start, in.first + program_.relay);
        tail = std::max(start + length(message), in.last + program_.relay + packetLength(message));
      }
      next_[message.source] = std::max(next_[message.source], tail + message.cycles);
      const double head = start + packetLength(message);
      arrive(message.destination, head + message.latency, tail + message.latency);
      if (steps[step].multicast)
        section.pass(i, [&](uint32_t router, double latency) {
          for (const uint32_t node : routes_.network().nodesOf(router))
            arrive(node, head + latency, tail + latency);
        });
    }
    for (const uint32_t node : touched)
      before[node] = {};
    std::swap(before, now);
    touched = std::move(arrived);
  }
  std::swap(ready_, next_);
}

ProgramResult Run::all() {
  const llvm::ArrayRef<Step> steps = program_.steps;
  double bound = 0; // it may be higher where nodes are at different steps and meet
  for (size_t begin = 0, end; begin < steps.size(); begin = end) {
    end = begin + 1;
    while (steps[begin].times == 1 && end < steps.size() && steps[end].streams)
      ++end;
    Section section(ports_, routes_, router_, program_.packet);
    for (const Step &step : steps.slice(begin, end - begin))
      section.add(step);
    section.share();
    bound = std::max(bound, section.count(steps[begin].times, used_));
    if (!section.reachesAll)
      result_.ending = Ending::Unroutable;
    if (end == begin + 1 && !steps[begin].multicast)
      this->steps(section, steps[begin].times);
    else
      stream(section, steps.slice(begin, end - begin));
  }
  finish(bound);
  used_.resize(routes_.network().channels().size());
  result_.channelFlits = std::move(used_);
  result_.flitHops = std::accumulate(result_.channelFlits.begin(), result_.channelFlits.end(), 0.0);
  return std::move(result_);
}

} // namespace

ProgramResult run(const Routes &routes, const Router &router, const Program &program) {
  return Run(routes, router, program).all();
}

} // namespace wsc::network::flow
