// Which packets wait for which, as network/Program.h has it for nodes.
#include "backends/MessageTrace.h"

#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::backends {

namespace {

bool streams(const network::Program &program) {
  return llvm::any_of(program.steps, [](const network::Step &step) { return step.streams; });
}

double packetsOf(const network::Program &program) {
  double count = 0;
  for (const network::Step &step : program.steps)
    for (const network::Flow &flow : step.flows)
      count += step.times * std::ceil(flow.flits / program.packet);
  return count;
}

void scale(network::Program &program, double share) {
  for (network::Step &step : program.steps)
    for (network::Flow &flow : step.flows)
      flow.flits = std::max(1.0, std::ceil(flow.flits * share));
}

} // namespace

std::optional<FittedProgram> fitted(network::Program program, double flitHops,
                                    const TraceLimits &limits) {
  double share = std::min(1.0, limits.flitHops / flitHops);
  if (streams(program))
    share = std::min(share, limits.packets / packetsOf(program));
  scale(program, share);
  if (!streams(program)) {
    double most = 1;
    for (const network::Step &step : program.steps)
      for (const network::Flow &flow : step.flows)
        most = std::max(most, flow.flits);
    program.packet = most;
  }
  // As few as there are messages, which do not get fewer.
  if (packetsOf(program) > 2 * limits.packets)
    return std::nullopt;
  return FittedProgram{std::move(program), share};
}

MessageTrace::Message MessageTrace::send(const network::Flow &flow, bool streams, unsigned packet) {
  const Node &source = nodes_[flow.source];
  const Message message{uint32_t(packets_.size()), uint32_t(std::ceil(flow.flits / packet))};
  // It streams from the step before, if the source had a part in that.
  const bool follows = streams && source.step + 1 == steps_;
  for (uint32_t k = 0; k < message.count; ++k) {
    const double left = flow.flits - double(k) * packet;
    std::vector<uint32_t> after;
    if (follows)
      for (const Message &each : source.incoming)
        after.push_back(each.first + std::min(k, each.count - 1));
    else
      after = source.done;
    packets_.push_back({flow.source, flow.destination, uint32_t(std::min<double>(packet, left)),
                        std::move(after)});
  }
  return message;
}

void MessageTrace::append(const network::Step &step, unsigned packet) {
  std::vector<std::pair<uint32_t, Message>> arrivals; // after all nodes have sent
  for (const network::Flow &flow : step.flows)
    arrivals.push_back({flow.destination, send(flow, step.streams, packet)});
  for (const auto &[node, message] : arrivals) {
    Node &destination = nodes_[node];
    // Of the step before: it arrives while this one streams from it.
    if (destination.step != steps_) {
      destination.incoming.clear();
      if (!step.streams)
        destination.done.clear();
    }
    destination.step = steps_;
    destination.incoming.push_back(message);
    // Its packets take the same way, one after the other.
    destination.done.push_back(message.first + message.count - 1);
  }
  ++steps_;
}

void MessageTrace::append(const network::Program &program) {
  for (const network::Step &step : program.steps)
    for (double time = 0; time < step.times; ++time)
      append(step, program.packet);
}

} // namespace wsc::backends
