// Offering what waits to one way after the other.
#include "network/FlowChoices.h"

#include <algorithm>
#include <utility>

namespace wsc::network::flow {

Choices::Choices(llvm::ArrayRef<Stream> streams) {
  for (uint32_t i = 0; i < streams.size(); ++i) {
    if (streams[i].choice == 0)
      continue;
    if (i == 0 || streams[i - 1].choice != streams[i].choice)
      choices_.push_back({i, i});
    choices_.back().escape = i;
  }
}

void Choices::choose(llvm::MutableArrayRef<Stream> streams, llvm::ArrayRef<double> held,
                     llvm::ArrayRef<double> room) const {
  auto credits = [&](const Stream &stream) { return room[stream.to] - held[stream.to]; };
  for (const auto &[begin, escape] : choices_) {
    double waiting = 0;
    for (uint32_t i = begin; i <= escape; ++i)
      waiting += std::exchange(streams[i].waiting, 0);
    Stream &first = streams[begin];
    first.waiting = waiting;
    if (escape - begin < 2)
      continue;
    Stream &second = streams[begin + 1];
    const double ahead = credits(first) - credits(second);
    first.waiting = std::clamp((waiting + ahead) / 2, 0.0, waiting);
    second.waiting = waiting - first.waiting;
  }
}

void Choices::escape(llvm::MutableArrayRef<Stream> streams) const {
  for (const auto &[begin, escape] : choices_)
    for (uint32_t i = begin; i < escape; ++i) {
      Stream &stream = streams[i];
      streams[escape].waiting += stream.waiting - stream.moved;
      stream.waiting = stream.moved;
    }
}

} // namespace wsc::network::flow
