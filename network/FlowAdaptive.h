// Which ways adaptive packets take: an equilibrium of loads and choices.
//
// In `cycle`, a head takes the way whose adaptive virtual channels have more credits in all, and
// that of the row if both have as many; if only one way has an adaptive channel free, that; if
// neither has, the escape along the row, on which it stays (Duato, IEEE Trans. Parallel Distrib.
// Syst. 4(12), 1993).  Here,
//
//   out      adaptive flits of a channel have no credit back for the round trip of credits and the
//            waits in the buffer behind it (Little): for the crossbar, behind heads of the same
//            virtual channel that wait for other outputs, and for room in the next buffer.  The
//            variance is that of packets that come at random in so long a time, one after the
//            other.  So the difference of two channels is about normal, and how likely either has
//            more follows
//   free     from Erlang's loss formula: heads that find all channels held do not wait for one
//   avoided  while another packet is on a channel, more of its credits are out than on average, so
//            that it is chosen less: those who choose meet others the less.
//
// Loads follow from choices and choices from loads: an equilibrium is looked for round by round.
#pragma once

#include "network/FlowLoads.h"

namespace wsc::network::flow {

Loads adaptiveLoads(const Routes &routes, const PortMap &ports, const Router &router,
                    const Traffic &traffic);

} // namespace wsc::network::flow
