// Programs on meshes of which only a part is looked at, against all of them.
#include "network/FlowShorten.h"
#include "FlowNetworks.h"
#include "network/Collectives.h"
#include "network/Flow.h"
#include "support/Random.h"
#include "gtest/gtest.h"

using namespace wsc::network;
using wsc::Random;

namespace {

/// A mesh is looked at as a whole if a step of its program happens once.
void expectSame(const GridShape &shape, const Router &router, const Program &program) {
  const Network network = Network::grid(shape);
  const Routes routes(network, Routing::XY);
  const auto shortened = flow::Shortened::of(routes, program);
  ASSERT_TRUE(shortened);
  EXPECT_LE(shortened->share(), 0.5);
  Program whole = program;
  whole.steps.emplace_back();
  ASSERT_FALSE(flow::Shortened::of(routes, whole));
  const ProgramResult some = flow::run(routes, router, program);
  const ProgramResult all = flow::run(routes, router, whole);
  EXPECT_DOUBLE_EQ(some.cycles, all.cycles);
  EXPECT_DOUBLE_EQ(some.flitHops, all.flitHops);
  EXPECT_EQ(some.channelFlits, all.channelFlits);
  EXPECT_EQ(some.ending, all.ending);
}

/// Few rounds, as are looked at where there are many nodes.
void makeFew(Program &program, unsigned rounds) {
  for (Step &step : program.steps)
    step.times = rounds;
}

TEST(FlowShorten, RingsOfAllSizes) {
  Random random(11);
  for (unsigned round = 0; round < 20; ++round) {
    const GridShape shape = gridOf(60 + random.below(40), 80 + random.below(40));
    const auto kind = random.below(2) ? Collective::ReduceScatter : Collective::AllGather;
    const auto algorithm = random.below(2) ? Algorithm::Ring : Algorithm::Rings2D;
    Program program =
        programOf(kind, algorithm, Groups::onGrid(shape, shape.rows, shape.cols),
                  double(shape.nodes()) * (1 + random.below(10)), {.relay = double(round % 3)});
    makeFew(program, 2);
    Router router;
    router.ports = round % 2 ? 1 : 4;
    expectSame(shape, router, program);
  }
}

/// Members with nodes of other groups between them repeat as well.
TEST(FlowShorten, RingsOfMembersApart) {
  const GridShape shape = gridOf(60, 80);
  Program program = programOf(Collective::AllReduce, Algorithm::Ring,
                              Groups::onGrid(shape, 1, 40, 1, 2), 40 * 5, {.relay = 2});
  makeFew(program, 2);
  expectSame(shape, Router(), program);
}

/// Each node sends to some near it, which ones and how much depends on its place in a tile.
TEST(FlowShorten, RandomMessagesThatRepeat) {
  Random random(12);
  unsigned shortened = 0;
  for (unsigned round = 0; round < 40; ++round) {
    const GridShape shape = gridOf(70 + random.below(40), 90 + random.below(40));
    const unsigned height = 1 + random.below(3), width = 1 + random.below(4);
    Program program;
    program.packet = 1 + random.below(3);
    program.relay = random.below(3);
    for (unsigned steps = 1 + random.below(2); steps > 0; --steps) {
      Step step;
      step.times = 2 + random.below(2);
      struct Sent {
        unsigned row, col;
        int down, right;
        double flits;
      };
      std::vector<Sent> sent;
      for (unsigned i = 0; i < 1 + random.below(6); ++i)
        sent.push_back({unsigned(random.below(height)), unsigned(random.below(width)),
                        int(random.below(5)) - 2, int(random.below(5)) - 2,
                        double(1 + random.below(6))});
      for (uint32_t node = 0; node < shape.nodes(); ++node)
        for (const auto &[row, col, down, right, flits] : sent) {
          const unsigned toRow = shape.row(node) + down, toCol = shape.col(node) + right;
          if (shape.row(node) % height == row && shape.col(node) % width == col &&
              toRow < shape.rows && toCol < shape.cols)
            step.flows.push_back({node, shape.at(toRow, toCol), flits});
        }
      program.steps.push_back(std::move(step));
    }
    Router router;
    router.virtualChannels = 1 + random.below(4);
    router.ports = 1 + random.below(4);
    const Network network = Network::grid(shape);
    if (!flow::Shortened::of(Routes(network, Routing::XY), program))
      continue; // a step has too few messages
    expectSame(shape, router, program);
    ++shortened;
  }
  EXPECT_GE(shortened, 15U);
}

/// One message that is larger than the others, and rows around it are not like each other.
TEST(FlowShorten, KeepsWhatIsDifferent) {
  const GridShape shape = gridOf(4, 1100);
  const Network network = Network::grid(shape);
  const Routes routes(network, Routing::XY);
  Program program = programOf(Collective::ReduceScatter, Algorithm::Ring,
                              Groups::onGrid(shape, 4, 1100), 4400, {});
  makeFew(program, 2);
  EXPECT_LT(flow::Shortened::of(routes, program)->share(), 0.2);
  program.steps[0].flows[300].flits = 77;
  expectSame(shape, Router(), program);
  EXPECT_GT(flow::Shortened::of(routes, program)->share(), 0.25);
  // As many rounds as there are members leave nothing out.
  program.steps[0].times = 4399;
  EXPECT_FALSE(flow::Shortened::of(routes, program));
  // Steps that stream into each other are as long as the mesh.
  program.steps[0].times = 2;
  program.steps[0].streams = true;
  EXPECT_FALSE(flow::Shortened::of(routes, program));
}

} // namespace
