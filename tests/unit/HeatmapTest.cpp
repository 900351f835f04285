// What a heatmap shows: every channel once, hot spots, dead routers, borders; blocks of routers.
#include "tools/wsc/Heatmap.h"

#include <gtest/gtest.h>

using namespace wsc;
using namespace wsc::network;

namespace {

unsigned count(llvm::StringRef text, llvm::StringRef part) { return text.count(part); }

GridShape gridOf(unsigned rows, unsigned cols) {
  GridShape shape;
  shape.rows = rows;
  shape.cols = cols;
  return shape;
}

TEST(Heatmap, showsEveryChannelBordersAndHotSpots) {
  GridShape shape = gridOf(4, 6);
  shape.tileRows = 2;
  shape.tileCols = 3;
  const Network network = Network::grid(shape);
  std::vector<double> load(network.channels().size(), 0.25);
  load[network.channel(shape.at(1, 2), Direction::East)] = 0.75;
  llvm::BitVector dead(network.routers());
  dead.set(shape.at(3, 5));
  const std::string svg = tool::toSvg({network, load, "a < b", "flits a cycle", dead, 2});
  EXPECT_EQ(count(svg, "<path d="), network.channels().size());
  EXPECT_EQ(count(svg, "class=\"border\""), 2U);
  EXPECT_EQ(count(svg, "class=\"dead\""), 1U);
  EXPECT_EQ(count(svg, "class=\"hot\""), 2U);
  EXPECT_NE(svg.find("row 1, column 2, east: 0.75 flits a cycle"), std::string::npos);
  EXPECT_NE(svg.find("1: row 1, column 2, east: 0.75<"), std::string::npos);
  EXPECT_NE(svg.find("<title>a &lt; b</title>"), std::string::npos);
  EXPECT_NE(svg.find("#fde725"), std::string::npos); // the busiest has the last colour
  EXPECT_EQ(count(svg, "<svg"), count(svg, "</svg>"));
}

TEST(Heatmap, takesBlocksOfManyRouters) {
  const Network network = Network::grid(gridOf(130, 70));
  std::vector<double> load(network.channels().size(), 1);
  load[7] = 4;
  const llvm::BitVector dead(network.routers());
  const std::string svg = tool::toSvg({network, load, "t", "flits", dead});
  // Blocks of 3 x 3: 44 x 24 cells, of which the last row and column have fewer channels outward.
  EXPECT_LE(count(svg, "<path d="), 4U * 44 * 24);
  EXPECT_NE(svg.find("at most 4, on average"), std::string::npos);
  EXPECT_NE(svg.find("row 129, column"), std::string::npos);
}

TEST(Heatmap, anIdleNetworkHasNoHotSpots) {
  const Network network = Network::grid(gridOf(2, 2));
  const std::vector<double> load(network.channels().size());
  const llvm::BitVector dead(network.routers());
  const std::string svg = tool::toSvg({network, load, "t", "flits", dead});
  EXPECT_EQ(count(svg, "class=\"hot\""), 0U);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
}

} // namespace
