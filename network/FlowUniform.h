// Uniform traffic on a whole mesh in closed form: one visit of each router, not one for each pair.
#pragma once

#include "network/FlowLoads.h"
#include <optional>

namespace wsc::network::flow {

/// A mesh with all of its channels, whose wires are alike.
bool isWholeMesh(const Network &network);

/// Adds the turns of one router of such a mesh to `loads`, and what leaves it by channels, if each
/// node sends `rate` to each by one dimension order.
void addUniformTurns(const PortMap &ports, uint32_t router, Order order, double rate, Loads &loads);

/// The loads of uniform traffic under dimension orders, or half of each; empty unless the network
/// is a mesh with all of its channels, whose wires are those of its shape.
std::optional<Loads> uniformLoads(const Routes &routes, const PortMap &ports);

} // namespace wsc::network::flow
