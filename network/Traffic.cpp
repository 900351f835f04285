// Destinations of synthetic traffic.
#include "network/Traffic.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MathExtras.h"

namespace wsc::network {

llvm::StringRef name(Pattern pattern) {
  switch (pattern) {
  case Pattern::Uniform: return "uniform";
  case Pattern::Transpose: return "transpose";
  case Pattern::BitComplement: return "bit_complement";
  case Pattern::BitReverse: return "bit_reverse";
  case Pattern::Shuffle: return "shuffle";
  case Pattern::Tornado: return "tornado";
  case Pattern::Neighbor: return "neighbor";
  }
  llvm_unreachable("covered switch");
}

llvm::StringRef whyNot(Pattern pattern, const GridShape &shape) {
  switch (pattern) {
  case Pattern::Transpose: return shape.rows == shape.cols ? "" : "the grid is not square";
  case Pattern::BitReverse:
  case Pattern::Shuffle:
    return llvm::isPowerOf2_32(shape.nodes()) ? "" : "the number of nodes is no power of two";
  default: return "";
  }
}

uint32_t destinationOf(Pattern pattern, const GridShape &shape, uint32_t source, Random &random) {
  const unsigned nodes = shape.nodes(), row = shape.row(source), col = shape.col(source);
  const unsigned bits = llvm::Log2_32(nodes);
  switch (pattern) {
  case Pattern::Uniform: return random.below(nodes);
  case Pattern::Transpose: return shape.at(col, row);
  case Pattern::BitComplement: return nodes - 1 - source;
  case Pattern::BitReverse: return bits ? llvm::reverseBits(source) >> (32 - bits) : source;
  case Pattern::Shuffle:
    return bits ? ((source << 1) | (source >> (bits - 1))) & (nodes - 1) : source;
  case Pattern::Tornado: {
    auto across = [](unsigned at, unsigned size) { return (at + (size + 1) / 2 - 1) % size; };
    return shape.at(across(row, shape.rows), across(col, shape.cols));
  }
  case Pattern::Neighbor: return shape.at((row + 1) % shape.rows, (col + 1) % shape.cols);
  }
  llvm_unreachable("covered switch");
}

} // namespace wsc::network
