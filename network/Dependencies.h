// Which channel may wait for which, kept free of cycles while dependencies are added: wormhole
// routing that uses no others cannot deadlock (Dally and Seitz 1987).
#pragma once

#include "network/Network.h"

namespace wsc::network {

class Dependencies {
public:
  /// None; the network must outlive them.
  explicit Dependencies(const Network &network);

  /// Lets packets go on from a channel into one that leaves its end.  False if that would close a
  /// cycle, also the next time.  Amortised over all calls as Pearce and Kelly, ACM JEA 11, 2007.
  bool add(uint32_t channel, uint32_t next);
  bool has(uint32_t channel, uint32_t next) const { return state(channel, next) == Present; }

private:
  enum State : uint8_t { Unknown, Present, Blocked };
  State state(uint32_t channel, uint32_t next) const { return states_[place(channel, next)]; }
  size_t place(uint32_t channel, uint32_t next) const;
  bool reaches(uint32_t from, uint32_t to, std::vector<uint32_t> &found);
  void collectBefore(uint32_t channel, uint32_t lowest, std::vector<uint32_t> &found);
  void reorder(std::vector<uint32_t> &before, std::vector<uint32_t> &after);

  const Network &network_;
  std::vector<uint32_t> port_;  ///< of a channel, among those that leave its router
  std::vector<size_t> first_;   ///< of a channel, in states_
  std::vector<State> states_;   ///< for each channel and port of its end
  std::vector<uint32_t> order_; ///< a topological order of the channels: their places in it
  llvm::BitVector visited_;
};

} // namespace wsc::network
