// Dominance and the front, by comparing all pairs: fronts here have at most thousands of points.
#include "search/Pareto.h"

namespace wsc::search {

bool dominates(llvm::ArrayRef<double> a, llvm::ArrayRef<double> b) {
  bool better = false;
  for (unsigned i = 0; i < a.size(); ++i) {
    if (a[i] > b[i])
      return false;
    better |= a[i] < b[i];
  }
  return better;
}

std::vector<unsigned> paretoFront(llvm::ArrayRef<std::vector<double>> points) {
  std::vector<unsigned> front;
  for (unsigned i = 0; i < points.size(); ++i) {
    bool beaten = false;
    for (unsigned j = 0; j < points.size() && !beaten; ++j)
      beaten = dominates(points[j], points[i]) || (j < i && points[j] == points[i]);
    if (!beaten)
      front.push_back(i);
  }
  return front;
}

} // namespace wsc::search
