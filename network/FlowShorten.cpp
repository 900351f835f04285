// Finding what repeats, leaving it out, and putting it back.
#include "network/FlowShorten.h"

#include "network/FlowRounds.h"
#include "network/FlowUniform.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/bit.h"
#include <algorithm>
#include <numeric>

namespace wsc::network::flow {

namespace {

/// Rows and columns after which messages may repeat.
constexpr unsigned mostPeriod = 64;

/// What nodes send, and how far messages get in all rounds that are looked at.
class Sent {
public:
  Sent(const GridShape &shape, const Program &program)
      : rows(shape.rows), cols(shape.cols), shape_(shape), nodes_(shape.nodes()) {
    for (const Step &step : program.steps)
      add(step);
    for (uint32_t node = 0; node < shape.nodes(); ++node)
      for (uint64_t *line : {&rows[shape.row(node)], &cols[shape.col(node)]})
        *line = llvm::hash_combine(*line, nodes_[node]);
  }

  std::vector<uint64_t> rows, cols; ///< equal numbers: nodes that send the same, one by one
  size_t rowsFar = 0, colsFar = 0;

private:
  void add(const Step &step);

  const GridShape shape_;
  std::vector<uint64_t> nodes_; ///< sums over the messages of a node, whose order does not count
  size_t steps_ = 0;
};

void Sent::add(const Step &step) {
  unsigned rows = 0, cols = 0;
  uint64_t hash = 0;
  const Flow *last = nullptr;
  for (const Flow &flow : step.flows) {
    if (flow.flits <= 0)
      continue;
    const auto &[source, destination, flits] = flow;
    const uint32_t away = destination - source;
    if (!last || away != last->destination - last->source || flits != last->flits)
      hash = llvm::hash_combine(steps_, away, llvm::bit_cast<uint64_t>(flits));
    last = &flow;
    nodes_[source] += hash;
    auto far = [](unsigned a, unsigned b) { return a < b ? b - a : a - b; };
    rows = std::max(rows, far(shape_.row(source), shape_.row(destination)));
    cols = std::max(cols, far(shape_.col(source), shape_.col(destination)));
  }
  // One round more, as a shorter mesh has not quite the same number of messages.
  const double rounds = roundsOf(step.times, step.flows.size()) + 1;
  rowsFar += size_t(rounds * rows);
  colsFar += size_t(rounds * cols);
  ++steps_;
}

/// The longest cut of lines that repeat, so that `far` of them are left on either side.
Cut longestCut(llvm::ArrayRef<uint64_t> lines, size_t far) {
  Cut longest;
  for (unsigned period = 1; period <= mostPeriod && period < lines.size(); ++period) {
    const size_t kept = std::max<size_t>(far, period) + 1; // and the border, as channels end there
    size_t begin = 0;
    for (size_t end = period; end <= lines.size(); ++end) {
      if (end < lines.size() && lines[end] == lines[end - period])
        continue;
      const size_t alike = end - begin;
      if (alike > 2 * kept + longest.length + period)
        longest = {unsigned(begin + kept), unsigned((alike - 2 * kept) / period * period), period};
      begin = end - period + 1;
    }
  }
  return longest;
}

bool isAlongDimensions(Routing routing) {
  return routing == Routing::XY || routing == Routing::YX || routing == Routing::O1Turn;
}

/// Whether a program consists of rounds, of which few are looked at, and no buffers.
bool mayRepeat(const GridShape &shape, const Program &program) {
  double rounds = 0;
  for (const Step &step : program.steps) {
    if (step.times == 1 || step.streams || step.multicast || step.flows.size() <= mostHops)
      return false;
    rounds += roundsOf(step.times, step.flows.size());
  }
  return rounds > 0 && 2 * rounds < std::max(shape.rows, shape.cols);
}

} // namespace

Shortened::Shortened(const GridShape &whole, const Cut &rows, const Cut &cols)
    : whole_(whole), shorter_(whole), rows_(rows), cols_(cols) {
  shorter_.rows -= rows.length;
  shorter_.cols -= cols.length;
}

std::optional<Shortened> Shortened::of(const Routes &routes, const Program &program) {
  const std::optional<GridShape> &shape = routes.network().shape();
  if (!shape || !isAlongDimensions(routes.routing()) || !mayRepeat(*shape, program) ||
      !isWholeMesh(routes.network()))
    return std::nullopt;
  const Sent sent(*shape, program);
  Shortened shortened(*shape, longestCut(sent.rows, sent.rowsFar),
                      longestCut(sent.cols, sent.colsFar));
  if (shortened.share() > 0.5)
    return std::nullopt;
  // All wires are alike.
  shortened.shorter_.tileRows = shortened.shorter_.tileCols = 0;
  return shortened;
}

Program Shortened::program(const Program &whole) const {
  Program shorter;
  shorter.relay = whole.relay;
  shorter.packet = whole.packet;
  for (const Step &step : whole.steps) {
    shorter.steps.push_back({{}, step.times});
    for (const auto &[source, destination, flits] : step.flows) {
      const unsigned row = whole_.row(source), col = whole_.col(source);
      if (rows_.has(row) || cols_.has(col))
        continue;
      // Who sends over the cut is as far from it as before.
      const uint32_t from = shorter_.at(rows_.image(row), cols_.image(col));
      const unsigned down = whole_.row(destination) - row, right = whole_.col(destination) - col;
      shorter.steps.back().flows.push_back(
          {from, shorter_.at(shorter_.row(from) + down, shorter_.col(from) + right), flits});
    }
  }
  return shorter;
}

ProgramResult Shortened::expand(ProgramResult result, const Network &shorter,
                                const Network &whole) const {
  std::vector<double> flits(whole.channels().size());
  for (uint32_t router = 0; router < whole.routers(); ++router) {
    const uint32_t image =
        shorter_.at(rows_.image(whole_.row(router)), cols_.image(whole_.col(router)));
    for (unsigned d = 0; d < directions; ++d)
      if (const uint32_t channel = whole.channel(router, static_cast<Direction>(d));
          channel != none)
        flits[channel] = result.channelFlits[shorter.channel(image, static_cast<Direction>(d))];
  }
  result.channelFlits = std::move(flits);
  result.flitHops = std::accumulate(result.channelFlits.begin(), result.channelFlits.end(), 0.0);
  return result;
}

} // namespace wsc::network::flow
