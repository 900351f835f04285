// Memory behind the edges of a wafer: who reads from where, and packets against the closed form.
#include "EvaluationDesigns.h"
#include "evaluation/EdgeMemory.h"
#include "evaluation/RoutedNetwork.h"

#include <gtest/gtest.h>

using namespace wsc;
using namespace wsc::evaluation;

namespace {

constexpr MemoryPorts places[] = {MemoryPorts::Left, MemoryPorts::LeftRight, MemoryPorts::TopBottom,
                                  MemoryPorts::AllEdges};

Chip waferOf(double rows, double cols, MemoryPorts ports) {
  Chip chip = evaluation::waferOf(rows, cols);
  chip.memoryPorts = ports;
  return chip;
}

network::GridShape reticlesOf(const Chip &chip) {
  network::GridShape shape;
  shape.rows = unsigned(chip.reticleRows);
  shape.cols = unsigned(chip.reticleCols);
  return shape;
}

/// Counts what passes each link, one by one.
void expectAllPortsBusyAlike(const Chip &chip) {
  const EdgeGrid grid = withPorts(chip, reticlesOf(chip));
  const network::GridShape &shape = grid.shape;
  std::vector<double> sent(shape.nodes()), received(shape.nodes());
  std::map<std::pair<uint32_t, uint32_t>, double> passed;
  double hops = 0;
  for (const network::Flow &flow : edgeFlows(chip, grid, 6)) {
    sent[flow.source] += flow.flits;
    received[flow.destination] += flow.flits;
    const int row = shape.row(flow.source), col = shape.col(flow.source);
    const int down = shape.row(flow.destination) - row, right = shape.col(flow.destination) - col;
    ASSERT_TRUE(down == 0 || right == 0) << "it turns";
    const int length = std::abs(down + right);
    for (int i = 0; i < length; ++i)
      passed[{shape.at(row + down / length * i, col + right / length * i),
              shape.at(row + down / length * (i + 1), col + right / length * (i + 1))}] +=
          flow.flits;
    hops += length * flow.flits;
  }
  unsigned ports = 0, reticles = 0;
  const double each = 6 * chip.reticlesPerWafer() / memoryPorts(chip);
  for (uint32_t node = 0; node < shape.nodes(); ++node) {
    const unsigned row = shape.row(node) - grid.top, col = shape.col(node) - grid.left;
    if (row < chip.reticleRows && col < chip.reticleCols) {
      EXPECT_NEAR(received[node], 6, 1e-12) << "a reticle";
      ++reticles;
    } else if (sent[node] > 0) {
      EXPECT_NEAR(sent[node], each, 1e-12) << "a port";
      ++ports;
    }
  }
  EXPECT_EQ(ports, memoryPorts(chip));
  EXPECT_EQ(reticles, chip.reticlesPerWafer());
  for (const auto &[link, flits] : passed)
    EXPECT_LE(flits, each + 1e-12) << "a link carries more than that of a port";
  EXPECT_NEAR(hops / (6 * reticles), memoryHops(chip), 1e-12);
}

TEST(EvaluationEdgeMemory, allPortsAreBusyAlikeAndNoLinkIsBusier) {
  for (MemoryPorts ports : places)
    for (unsigned rows = 1; rows <= 6; ++rows)
      for (unsigned cols = 1; cols <= 6; ++cols)
        expectAllPortsBusyAlike(waferOf(rows, cols, ports));
}

TEST(EvaluationEdgeMemory, packetsReachWhatTheLinksOfThePortsHave) {
  for (MemoryPorts ports : places)
    for (auto [rows, cols] :
         {std::array{1., 1.}, {5., 5.}, {4., 12.}, {12., 7.}, {6., 8.}, {6., 5.}})
      for (Fidelity fidelity : {Fidelity::Flow, Fidelity::Cycle}) {
        const double share = RoutedNetwork(waferOf(rows, cols, ports), fidelity).memoryShare();
        EXPECT_LE(share, 1);
        EXPECT_GE(share, 0.985) << unsigned(ports) << ' ' << rows << " x " << cols << ' '
                                << name(fidelity).str();
      }
}

TEST(EvaluationEdgeMemory, oneChannelWithoutRoomForARoundTripOfCreditsReachesLess) {
  // Four flits in a round trip of 18 cycles each way, and what routers and credits take.
  Chip chip = waferOf(5, 5, MemoryPorts::LeftRight);
  chip.virtualChannels = 1;
  chip.packet = 2;
  chip.waferHopLatency = 20e-9;
  chip.buffer = 4;
  const double flow = RoutedNetwork(chip, Fidelity::Flow).memoryShare();
  const double cycle = RoutedNetwork(chip, Fidelity::Cycle).memoryShare();
  EXPECT_LT(cycle, 0.15);
  EXPECT_NEAR(flow / cycle, 1, 0.05);
}

TEST(EvaluationEdgeMemory, withoutPortsNothingChanges) {
  const Chip chip = waferOf(5, 5, MemoryPorts::None);
  EXPECT_EQ(memoryHops(chip), 0);
  EXPECT_EQ(dramRate(chip), chip.dramBandwidth * chip.dramEfficiency);
  const RoutedNetwork network(chip, Fidelity::Cycle);
  EXPECT_EQ(network.memoryShare(), 1);
}

} // namespace
