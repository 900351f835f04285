// Packets that stay in the router of their node while it sends what comes after them.
//
// An input of the crossbar has one turn over its virtual channels, whatever their packets want
// (cycle::Fabric::request).  Where a node sends single flits to k outputs in turn and its virtual
// channels are full, k of them take the turns of all: a grant to one output is followed by one to
// the next, from the first channel after, and the node refills the channels that have sent, again
// in turn.  The others wait until the node sends no more, or not in turn.  That is when it has got
// all of its step; but if it goes on with the next step at once, their packets come a step late.
//
// Virtual channels get full only if the node passes less than it might.  With O1TURN it loses turns
// at an output that it shares with a node which could send more: of the v virtual channels of that
// output, which packets of both are given, it has none at its turn with probability 2^-v, and the
// other one sends.  What it loses fills the buffers behind, then its own.  (In dimension order all
// virtual channels behind have heads before long, and no turn is lost.)
#pragma once

#include "network/Program.h"
#include "network/Router.h"
#include "network/Routing.h"

namespace wsc::network::flow {

/// Nodes that go on with `next` while packets of `step` wait in their routers.
std::vector<uint32_t> starvingNodes(const Routes &routes, const Router &router, const Step &step,
                                    const Step &next, unsigned packet);

} // namespace wsc::network::flow
