// What is said of a quarter of a mesh, against what is said of all of it.
#include "network/FlowMirror.h"
#include "network/FlowQueues.h"
#include "gtest/gtest.h"

using namespace wsc::network;

namespace {

struct Mesh {
  unsigned rows, cols;
  Routing routing;
};

/// The queues of uniform traffic: packets wait as long, and loads have an end where they have one.
TEST(FlowMirror, QueuesOfAQuarterStandForAll) {
  for (const auto &[rows, cols, routing] :
       {Mesh{4, 6, Routing::XY}, Mesh{6, 4, Routing::YX}, Mesh{5, 4, Routing::XY},
        Mesh{5, 7, Routing::XY}, Mesh{1, 8, Routing::XY}, Mesh{8, 8, Routing::YX}})
    for (const unsigned channels : {1, 4})
      for (const unsigned packet : {1, 4}) {
        GridShape shape;
        shape.rows = rows;
        shape.cols = cols;
        const Network network = Network::grid(shape);
        const flow::PortMap ports(network);
        const flow::Loads loads = flow::loadsOf(Routes(network, routing), ports, Pattern::Uniform);
        ASSERT_TRUE(loads.isMirrored);
        flow::Loads whole = loads;
        whole.isMirrored = false;
        Router router;
        router.virtualChannels = channels;
        unsigned stable = 0;
        constexpr double offered[] = {0.05, 0.2, 0.4, 0.6, 1};
        for (const double load : offered) {
          const Traffic traffic{Pattern::Uniform, load, packet};
          const flow::Waits a = flow::waitsOf(ports, whole, router, traffic);
          const flow::Waits b = flow::waitsOf(ports, loads, router, traffic);
          EXPECT_EQ(a.stable, b.stable) << rows << " x " << cols << ", " << load;
          if (a.stable) {
            EXPECT_NEAR(a.sum, b.sum, 1e-9 * a.sum);
          }
          stable += a.stable;
        }
        EXPECT_GT(stable, 0U);
        EXPECT_LT(stable, std::size(offered));
      }
}

} // namespace
