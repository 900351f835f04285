// Running a program: when nodes may send which packets.
#include "network/Cycle.h"
#include "network/CycleFabric.h"
#include "network/CyclePlan.h"

#include <cmath>
#include <numeric>
#include <queue>

namespace wsc::network::cycle {

namespace {

class Runner {
public:
  Runner(const Routes &routes, const Router &router, const Program &program, const Limits &limits);
  ProgramResult run();

private:
  /// A later cycle in which a node may go on: to its next part, to doing a part again, or to
  /// sending more packets of a part that streams.
  struct Wake {
    uint64_t cycle = 0;
    uint64_t order = 0; ///< ties: the first that was planned
    uint32_t node = none, part = none;
    uint32_t allowed = 0; ///< of `part`, which is done again if 0

    bool operator<(const Wake &other) const {
      return std::pair(cycle, order) > std::pair(other.cycle, other.order);
    }
  };
  struct Node {
    uint32_t entered = 0, completed = 0; ///< of its parts, from the first
    uint64_t readyAt = 0;                ///< cycle from which it may enter the next part
    uint32_t turn = none;                ///< the transfer that sent last, in the ring
  };

  bool step();
  void wake();
  void proceed(uint32_t node);
  void open(uint32_t part);
  void finishIfDone(uint32_t part);
  void arrived(uint32_t transfer);
  void allowNext(uint32_t part);
  bool mayFollow(uint32_t part) const;
  void arrive(const Ejection &ejection);
  void feed(uint32_t node);
  void left(uint32_t transfer);
  uint32_t nextToSend(Node &node);
  void plan(Wake event);

  Draws draws_;
  Fabric fabric_;
  Plan plan_;
  const Limits limits_;
  const unsigned packetFlits_;
  const uint64_t relay_;
  std::vector<Node> nodes_;
  std::vector<uint32_t> leaving_;    ///< the transfer whose packet is sent, by port
  llvm::BitVector active_;           ///< nodes that send, or may have something to send
  std::vector<uint32_t> transferOf_; ///< of a packet
  std::priority_queue<Wake> wakes_;
  uint64_t arrived_ = 0, planned_ = 0, lastArrival_ = 0;
  Ending ending_ = Ending::Done;
};

Runner::Runner(const Routes &routes, const Router &router, const Program &program,
               const Limits &limits)
    : draws_(limits.seed), fabric_(routes, router, draws_), plan_(program, routes), limits_(limits),
      packetFlits_(program.packet), relay_(std::ceil(program.relay)),
      nodes_(routes.network().nodes()), leaving_(nodes_.size() * fabric_.portsOfNode(), none),
      active_(routes.network().nodes()) {
  for (uint32_t part = 0; part < plan_.parts.size(); ++part)
    plan_.parts[part].allowed = plan_.streams[plan_.parts[part].step] && mayFollow(part) ? 0 : none;
  for (uint32_t node = 0; node < nodes_.size(); ++node)
    proceed(node);
}

/// Whether packets of a part that streams wait for others: the node takes part in the step before.
bool Runner::mayFollow(uint32_t part) const {
  const Part &own = plan_.parts[part];
  const llvm::ArrayRef<uint32_t> parts = plan_.ofNode[own.node];
  const auto *place = llvm::lower_bound(parts, part);
  return place != parts.begin() && plan_.parts[place[-1]].step + 1 == own.step &&
         !plan_.incoming[place[-1]].empty();
}

void Runner::plan(Wake event) {
  event.order = planned_++;
  wakes_.push(event);
}

/// Enters the parts whose turn has come.
void Runner::proceed(uint32_t number) {
  Node &node = nodes_[number];
  const llvm::ArrayRef<uint32_t> parts = plan_.ofNode[number];
  while (node.entered < parts.size()) {
    const uint32_t next = parts[node.entered];
    // Steps that stream begin with the one that they follow.
    if (node.completed < node.entered &&
        plan_.parts[parts[node.completed]].step < plan_.base[plan_.parts[next].step])
      return;
    if (fabric_.now() < node.readyAt)
      return plan({node.readyAt, 0, number});
    ++node.entered;
    plan_.parts[next].entered = true;
    open(next);
  }
}

/// Begins a part, or does it once more: its transfers come to the end of the ring.
void Runner::open(uint32_t number) {
  Part &part = plan_.parts[number];
  Node &node = nodes_[part.node];
  part.sending = plan_.outgoing[number].size();
  for (const uint32_t transfer : plan_.outgoing[number]) {
    plan_.transfers[transfer].sent = plan_.transfers[transfer].gone = 0;
    uint32_t &next = plan_.transfers[transfer].next;
    if (node.turn == none)
      next = transfer;
    else
      next = std::exchange(plan_.transfers[node.turn].next, transfer);
    node.turn = transfer;
  }
  active_.set(part.node);
  finishIfDone(number);
}

void Runner::finishIfDone(uint32_t number) {
  Part &part = plan_.parts[number];
  if (!part.entered || part.complete || part.sending || part.receiving)
    return;
  const bool waited = !plan_.incoming[number].empty();
  const uint64_t from = waited ? std::max(fabric_.now(), part.lastArrival + relay_) : fabric_.now();
  if (++part.time < plan_.times[part.step]) {
    for (const uint32_t transfer : plan_.incoming[number]) {
      const Transfer &incoming = plan_.transfers[transfer];
      part.receiving += incoming.arrived < uint64_t(part.time + 1) * incoming.packets;
    }
    part.sending = none; // until it is opened again
    return plan({from, 0, part.node, number});
  }
  part.complete = true;
  Node &node = nodes_[part.node];
  node.readyAt = std::max(node.readyAt, from);
  const llvm::ArrayRef<uint32_t> parts = plan_.ofNode[part.node];
  while (node.completed < node.entered && plan_.parts[parts[node.completed]].complete)
    ++node.completed;
  proceed(part.node);
}

void Runner::arrived(uint32_t number) {
  Transfer &transfer = plan_.transfers[number];
  Part &part = plan_.parts[transfer.receiver];
  ++arrived_;
  lastArrival_ = part.lastArrival = fabric_.now();
  if (++transfer.arrived == uint64_t(part.time + 1) * transfer.packets)
    --part.receiving;
  allowNext(transfer.receiver);
  finishIfDone(transfer.receiver);
}

/// The packets of the part after this one that may go now, if it streams.
void Runner::allowNext(uint32_t number) {
  const Part &part = plan_.parts[number];
  const llvm::ArrayRef<uint32_t> parts = plan_.ofNode[part.node];
  const auto *next = llvm::lower_bound(parts, number) + 1;
  if (next == parts.end() || plan_.parts[*next].step != part.step + 1 ||
      !plan_.streams[part.step + 1])
    return;
  uint32_t allowed = none;
  for (const uint32_t incoming : plan_.incoming[number]) {
    const Transfer &transfer = plan_.transfers[incoming];
    const uint64_t before = uint64_t(plan_.times[part.step] - 1) * transfer.packets;
    const uint64_t arrived = transfer.arrived > before ? transfer.arrived - before : 0;
    if (arrived < transfer.packets)
      allowed = std::min<uint64_t>(allowed, arrived);
  }
  if (allowed)
    plan({fabric_.now() + relay_, 0, part.node, *next, allowed});
}

/// What was planned for this cycle.
void Runner::wake() {
  while (!wakes_.empty() && wakes_.top().cycle <= fabric_.now()) {
    const Wake event = wakes_.top();
    wakes_.pop();
    if (event.part == none) {
      proceed(event.node);
    } else if (event.allowed) {
      uint32_t &allowed = plan_.parts[event.part].allowed;
      allowed = std::max(allowed, event.allowed);
      active_.set(event.node);
    } else {
      open(event.part);
    }
  }
}

/// The next transfer in the ring that may send a packet.
uint32_t Runner::nextToSend(Node &node) {
  const uint32_t start = node.turn;
  if (start == none)
    return none;
  do {
    const uint32_t number = plan_.transfers[node.turn].next;
    Transfer &transfer = plan_.transfers[number];
    const uint32_t allowed = plan_.parts[transfer.sender].allowed;
    if (transfer.sent < allowed) {
      if (++transfer.sent < transfer.packets) {
        node.turn = number;
      } else if (number == node.turn) {
        node.turn = none;
      } else {
        plan_.transfers[node.turn].next = transfer.next;
      }
      return number;
    }
    node.turn = number;
  } while (node.turn != start);
  return none;
}

/// A packet of a transfer has left its node.
void Runner::left(uint32_t number) {
  Transfer &transfer = plan_.transfers[number];
  if (++transfer.gone < transfer.packets)
    return;
  --plan_.parts[transfer.sender].sending;
  finishIfDone(transfer.sender);
}

/// Gives the ports of a node their next packets.
void Runner::feed(uint32_t number) {
  const uint32_t first = number * fabric_.portsOfNode(), end = first + fabric_.portsOfNode();
  for (uint32_t port = first; port < end; ++port)
    if (fabric_.accepts(port) && leaving_[port] != none)
      left(std::exchange(leaving_[port], none));
  bool busy = false;
  for (uint32_t port = first; port < end; ++port) {
    if (fabric_.accepts(port))
      leaving_[port] = nextToSend(nodes_[number]);
    busy |= leaving_[port] != none;
    if (!fabric_.accepts(port) || leaving_[port] == none)
      continue;
    const Transfer &transfer = plan_.transfers[leaving_[port]];
    const Part &part = plan_.parts[transfer.receiver];
    const unsigned flits = transfer.sent == transfer.packets ? transfer.lastFlits : packetFlits_;
    const uint32_t packet = fabric_.send(port, part.node, flits, plan_.multicast[part.step]);
    if (packet >= transferOf_.size())
      transferOf_.resize(packet + 1);
    transferOf_[packet] = leaving_[port];
  }
  if (!busy)
    active_.reset(number);
}

void Runner::arrive(const Ejection &ejection) {
  if (!ejection.flit.tail)
    return;
  const uint32_t packet = ejection.flit.packet, transfer = transferOf_[packet];
  if (ejection.copy)
    return arrived(plan_.copyAt(transfer, ejection.node));
  arrived(transfer);
  fabric_.forget(packet);
}

/// A cycle.  False if the program cannot go on.
bool Runner::step() {
  const bool waiting = fabric_.idle() && active_.none();
  if (waiting && wakes_.empty())
    ending_ = Ending::Deadlock;
  else if (fabric_.unroutable())
    ending_ = Ending::Unroutable;
  else if (fabric_.now() >= limits_.cycles)
    ending_ = Ending::Limit;
  else if (!waiting && !fabric_.idle() && fabric_.stalled(limits_.patience))
    ending_ = Ending::Deadlock;
  if (ending_ != Ending::Done)
    return false;
  if (waiting && wakes_.top().cycle > fabric_.now())
    fabric_.skipTo(wakes_.top().cycle);
  for (const Ejection &ejection : fabric_.begin())
    arrive(ejection);
  wake();
  for (int node = active_.find_first(); node >= 0; node = active_.find_next(node))
    feed(node);
  fabric_.finish();
  return true;
}

ProgramResult Runner::run() {
  while (arrived_ < plan_.packets && step()) {
  }
  ProgramResult result;
  result.ending = ending_;
  result.cycles = ending_ == Ending::Done ? lastArrival_ : fabric_.now();
  result.channelFlits = fabric_.channelFlits();
  result.flitHops = std::accumulate(result.channelFlits.begin(), result.channelFlits.end(), 0.0);
  return result;
}

} // namespace

ProgramResult run(const Routes &routes, const Router &router, const Program &program,
                  const Limits &limits) {
  return Runner(routes, router, program, limits).run();
}

} // namespace wsc::network::cycle
