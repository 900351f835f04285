// What is in a router: buffers, virtual channels, stages of its pipeline.
//
// Input-queued routers with virtual channels and credits (Dally and Towles, Principles and
// Practices of Interconnection Networks, 2004, ch. 16 and 17), in the terms of BookSim2's
// configuration.
#pragma once

#include <cstdint>

namespace wsc::network {

struct Router {
  unsigned virtualChannels = 4; ///< of a port (`num_vcs`)
  unsigned buffer = 4;          ///< flits of a virtual channel (`vc_buf_size`)
  /// Channels from a node into its router, and as many back, of a flit a cycle each.  A core has
  /// one; a reticle, all of whose edges have cores, has one for each of its links.
  unsigned ports = 1;
  // Cycles of each stage.
  unsigned routing = 0;         ///< 0: looked up one router ahead (`routing_delay`)
  unsigned allocateChannel = 1; ///< of a virtual channel (`vc_alloc_delay`)
  unsigned allocateSwitch = 1;  ///< of a slot of the crossbar (`sw_alloc_delay`)
  unsigned traversal = 1;       ///< of the crossbar (`st_final_delay`)
  unsigned credit = 1;          ///< on their way back (`credit_delay`)

  /// Cycles of a head flit in an empty router.
  unsigned pipeline() const { return routing + allocateChannel + allocateSwitch + traversal; }
};

} // namespace wsc::network
