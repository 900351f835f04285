// In which order nodes send.
//
// Where all nodes are alike, as on a ring, they would stay alike for ever; in fact one of two jams
// that might form is first, and starves the other.  What decides is what nodes send first.
// On meshes with two dimension orders, what all nodes send next goes the same way at the same time,
// and fills some channels while others are idle.
#pragma once

#include "network/FlowHolds.h"

namespace wsc::network::flow {

/// Packets of the messages of a node take turns.
class Sources {
public:
  /// `first` has the number of the first stream of each part; nodes without one are mirror images.
  Sources(const Lanes &lanes, const Network &network, llvm::ArrayRef<Flow> flows,
          llvm::ArrayRef<Stream> streams, llvm::ArrayRef<uint32_t> first, unsigned packet);

  /// The next flits of a node enter its streams.
  void send(uint32_t node, double flits, llvm::MutableArrayRef<Stream> streams);

private:
  struct Message {
    uint32_t stream = 0;
    double left = 0;
  };
  struct Node {
    std::vector<Message> messages;
    size_t turn = 0;
    double sent = 0; ///< of the present packet
  };
  /// Whole packets of all messages, as many as there are, before the first takes its turn; returns
  /// the flits that are left.
  double sendRounds(Node &node, double flits, llvm::MutableArrayRef<Stream> streams) const;

  const double packet_;
  std::vector<Node> nodes_;
};

} // namespace wsc::network::flow
