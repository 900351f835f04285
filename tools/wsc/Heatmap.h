// wsc evaluate --heatmap: the load of the channels of a grid as a picture.
//
// A cell is a router, or a block of them where there are many; its four triangles are the channels
// that leave it in that direction.
#pragma once

#include "network/Network.h"
#include "llvm/ADT/StringRef.h"

namespace wsc::tool {

struct Heatmap {
  const network::Network &network; ///< a grid
  llvm::ArrayRef<double> load;     ///< of each channel
  llvm::StringRef title;           ///< `all-reduce of 64 MB, XY routing`
  llvm::StringRef quantity;        ///< what a load is, with its unit: `flits a cycle`
  const llvm::BitVector &dead;     ///< routers
  unsigned hotSpots = 5;           ///< channels that are labelled
};

/// A document of its own: SVG 1.1 with colours that the colour-blind can tell apart, borders of
/// reticles, a legend, and the numbers of each triangle on hovering.
std::string toSvg(const Heatmap &heatmap);

} // namespace wsc::tool
