// Transfers between the stages of a pipeline: who sends to whom, and routed against closed forms.
#include "EvaluationDesigns.h"
#include "evaluation/ModelEvaluator.h"
#include "evaluation/Placement.h"
#include "network/Cycle.h"
#include "network/Flow.h"

#include <gtest/gtest.h>

using namespace wsc;
using namespace wsc::evaluation;

namespace {

/// The reticles of a flow's ends, row and column.
std::array<int, 4> endsOf(const network::GridShape &shape, const network::Flow &flow) {
  return {int(shape.row(flow.source)), int(shape.col(flow.source)),
          int(shape.row(flow.destination)), int(shape.col(flow.destination))};
}

network::GridShape grid(unsigned rows, unsigned cols) {
  network::GridShape shape;
  shape.rows = rows;
  shape.cols = cols;
  return shape;
}

StageLink linkOf(const Chip &chip, const Strategy &strategy, const NetworkModel *network) {
  Design design{chip, gpt(96, 12288, 96), workloadOf(WorkloadKind::Training, 512, 2048, 0),
                strategy};
  std::vector<std::string> reasons;
  return place(design, reasons, network).value().stage;
}

TEST(EvaluationStage, nextStagesAreNeighboursAndReticlesSendToTheirPlaceThere) {
  // Ranks of 1 x 2 reticles, three of the 2 x 2 ranks of a stage, five of 2 x 3 stages.
  const StageGrid stages{{1, 2}, {2, 2}, {2, 3}, 2, 3, 5};
  const network::GridShape shape = grid(4, 12);
  const auto flows = stageFlows(shape, stages, StageTransfer::Next, 7);
  ASSERT_EQ(flows.size(), 4u * 6);
  unsigned down = 0;
  for (const network::Flow &flow : flows) {
    const auto [row, col, toRow, toCol] = endsOf(shape, flow);
    EXPECT_EQ(std::abs(toRow - row) + std::abs(toCol - col), toRow == row ? 4 : 2);
    EXPECT_FALSE(row % 2 == 1 && col % 4 >= 2) << "a rank that is not used";
    down += toRow > row;
    EXPECT_EQ(flow.flits, 7);
  }
  EXPECT_EQ(down, 6u);
  // Two pipelines beside each other, and the way back to the first stage.
  EXPECT_EQ(stageFlows(grid(5, 25), stages, StageTransfer::Around, 1).size(), 2u * 5 * 6);
  EXPECT_EQ(stepsOf(StageTransfer::Around, stages), 5);
  EXPECT_EQ(stageFlows(shape, stages, StageTransfer::Ends, 1).size(), 2u * 6);
}

TEST(EvaluationStage, flowsTakeAsLongAsFlitsAndNoLessThanTheClosedForm) {
  // Where ways are of several hops, each sender gets as much of a link as all that pass it: the
  // farther a message has to go, the less (the parking lot).
  for (auto [rows, cols, tp, pp, reticles] :
       {std::array{1., 8., 1., 8., 1.}, std::array{6., 8., 4., 12., 1.},
        std::array{8., 8., 2., 8., 4.}, std::array{12., 7., 6., 14., 1.}}) {
    const Chip chip = waferOf(rows, cols);
    Strategy strategy = strategyOf(tp, pp, 1);
    strategy.reticlesPerRank = reticles;
    const RoutedNetwork flow(chip, Fidelity::Flow), cycle(chip, Fidelity::Cycle);
    for (double bytes : {64e3, 1e6}) {
      const NetworkCost closed = linkOf(chip, strategy, nullptr).cost(StageTransfer::Next, bytes);
      const NetworkCost byFlow = linkOf(chip, strategy, &flow).cost(StageTransfer::Next, bytes);
      const NetworkCost byCycle = linkOf(chip, strategy, &cycle).cost(StageTransfer::Next, bytes);
      const bool meets = tp * reticles > 1;
      EXPECT_NEAR(byFlow.time / byCycle.time, 1, meets ? 0.1 : 0.02)
          << rows << " " << tp << " " << bytes;
      EXPECT_GT(byFlow.time, 0.98 * closed.time) << rows << " " << tp << " " << bytes;
      EXPECT_NEAR(byFlow.byteHops / byCycle.byteHops, 1, 0.02);
      EXPECT_LE(byFlow.byteHops, closed.byteHops * 1.001); // that of the longest step
    }
  }
}

TEST(EvaluationStage, rowsOfStagesHoldEachOtherUp) {
  // The table of docs/network-measured.md.
  network::Router router;
  router.virtualChannels = 4;
  router.buffer = 8;
  router.ports = network::directions;
  for (double hops : {2, 3})
    for (double stages : {2, 3, 5, 8}) {
      const network::GridShape shape = grid(1, unsigned(hops * stages));
      const network::Network network = network::Network::grid(shape);
      const network::Routes routes(network, network::Routing::XY);
      const StageGrid line{{1, 1}, {1, hops}, {1, stages}, 1, hops, stages};
      constexpr double flits = 4000;
      const network::Program program{{{stageFlows(shape, line, StageTransfer::Next, flits)}}};
      const double flow = network::flow::run(routes, router, program).cycles / flits;
      const double cycle = network::cycle::run(routes, router, program).cycles / flits;
      std::printf("    %g stages of %g reticles: flow %.2f, cycle %.2f times a message\n", stages,
                  hops, flow, cycle);
      EXPECT_NEAR(flow / cycle, 1, 0.05);
      EXPECT_GE(flow, hops);
      EXPECT_GE(cycle, hops);
    }
}

TEST(EvaluationStage, theEndsOfAPipelineAreFartherThanNeighbours) {
  const Chip chip = waferOf(1, 8);
  const Strategy strategy = strategyOf(1, 8, 1);
  const RoutedNetwork flow(chip, Fidelity::Flow), cycle(chip, Fidelity::Cycle);
  for (const RoutedNetwork *network : {&flow, &cycle}) {
    const StageLink link = linkOf(chip, strategy, network);
    const double small = 64, next = link.cost(StageTransfer::Next, small).time;
    EXPECT_GT(link.cost(StageTransfer::Around, small).time, 3 * next);
    const NetworkCost ends = link.cost(StageTransfer::Ends, 64e3);
    EXPECT_NEAR(ends.byteHops, 2 * 7 * 64e3, 1);
    EXPECT_NEAR(ends.time / linkOf(chip, strategy, nullptr).cost(StageTransfer::Ends, 64e3).time, 1,
                0.05);
  }
  EXPECT_GT(
      linkOf(waferOf(1, 16), strategyOf(2, 8, 1), &cycle).cost(StageTransfer::Next, 1e6).time,
      4 * linkOf(waferOf(1, 16), strategyOf(2, 8, 1), nullptr).cost(StageTransfer::Next, 1e6).time);
}

TEST(EvaluationStage, aStepBetweenWafersOfAMeshTakesTheLinksBetweenThem) {
  Chip chip = waferOf(1, 1);
  chip.wafers = 4;
  chip.systemLinkBandwidth = 400e9;
  EXPECT_EQ(linkOf(chip, strategyOf(1, 4, 1), nullptr).bandwidth, 400e9);
  chip.systemTopology = Topology::Mesh; // each wafer of 2 x 2 has a quarter for each direction
  const StageLink link = linkOf(chip, strategyOf(1, 4, 1), nullptr);
  EXPECT_TRUE(link.betweenWafers);
  EXPECT_EQ(link.bandwidth, 100e9);
  EXPECT_EQ(link.hops, 1);
}

TEST(EvaluationStage, routedTransfersAreInTheTimeOfAnIteration) {
  Design design{waferOf(6, 8), gpt(96, 12288, 96), workloadOf(WorkloadKind::Training, 48, 2048, 0),
                strategyOf(4, 12, 1)};
  const auto network = std::make_shared<RoutedNetwork>(design.chip, Fidelity::Flow);
  ASSERT_EQ(analyse(design, network).status, Status::Ok);
  EXPECT_TRUE(llvm::any_of(network->programs(), [](const RoutedProgram &program) {
    return program.name == name(StageTransfer::Next) && program.units == 11;
  }));
  EXPECT_TRUE(llvm::any_of(network->programs(), [](const RoutedProgram &program) {
    return program.name == name(StageTransfer::Ends);
  }));
  design.strategy.schedule = Schedule::Interleaved;
  design.strategy.virtualStages = 2;
  const auto around = std::make_shared<RoutedNetwork>(design.chip, Fidelity::Flow);
  analyse(design, around);
  EXPECT_TRUE(llvm::any_of(around->programs(), [](const RoutedProgram &program) {
    return program.name == name(StageTransfer::Around);
  }));
}

} // namespace
