// How far queues advance.
#include "network/FlowHeads.h"

#include <algorithm>
#include <limits>

namespace wsc::network::flow {

Heads::Heads(llvm::ArrayRef<Stream> streams, llvm::ArrayRef<double> room, double share)
    : heads_(streams.size()) {
  for (uint32_t begin = 0, end; begin < streams.size(); begin = end) {
    for (end = begin + 1; end < streams.size() && streams[end].from == streams[begin].from; ++end) {
    }
    queues_.push_back({begin, end, share * room[streams[begin].from]});
  }
}

/// Flits that come to the head in a step, so that those which stay there have room: the root of a
/// convex, piecewise linear function, by Newton's method from above.
static double advance(llvm::ArrayRef<Stream> streams, llvm::ArrayRef<double> heads, double behind,
                      double room) {
  double come = behind;
  while (come > 0) {
    double over = -room, slope = 0;
    for (size_t i = 0; i < streams.size(); ++i) {
      const double share = (streams[i].waiting - heads[i]) / behind;
      const double stay = heads[i] + share * come - streams[i].moved;
      if (stay > 0) {
        over += stay;
        slope += share;
      }
    }
    // What rounding leaves is nothing.
    if (over <= 1e-12 * room || slope <= 0)
      return come;
    come = std::max(0.0, come - over / slope);
  }
  return 0;
}

void Heads::limitQueue(llvm::MutableArrayRef<Stream> streams, llvm::MutableArrayRef<double> heads,
                       double room) {
  double waiting = 0, behind = 0;
  for (size_t i = 0; i < streams.size(); ++i) {
    heads[i] = std::min(heads[i], streams[i].waiting);
    waiting += streams[i].waiting;
    behind += streams[i].waiting - heads[i];
    streams[i].most = std::numeric_limits<double>::infinity();
  }
  if (waiting <= room || behind <= 0) {
    for (size_t i = 0; i < streams.size(); ++i)
      heads[i] = streams[i].waiting - streams[i].moved;
    return;
  }
  const double come = advance(streams, heads, behind, room);
  for (size_t i = 0; i < streams.size(); ++i) {
    Stream &stream = streams[i];
    const double arrived = (stream.waiting - heads[i]) / behind * come;
    stream.moved = std::min(stream.moved, heads[i] + arrived);
    heads[i] += arrived - stream.moved;
    if (come < behind)
      stream.most = heads[i] + arrived;
  }
}

void Heads::limit(llvm::MutableArrayRef<Stream> streams) {
  for (const auto &[begin, end, room] : queues_)
    limitQueue(streams.slice(begin, end - begin),
               llvm::MutableArrayRef(heads_).slice(begin, end - begin), room);
}

} // namespace wsc::network::flow
