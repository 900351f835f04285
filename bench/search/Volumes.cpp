// Random fronts, timed.
#include "bench/search/Volumes.h"
#include "bench/ProcessorTime.h"

#include "search/Hypervolume.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <random>

namespace wsc::bench {

void timeVolumes() {
  std::mt19937_64 random(1);
  std::exponential_distribution<double> exponential;
  llvm::json::Array cases;
  for (unsigned m = 2; m <= 5; ++m)
    for (unsigned n : {100u, 300u, 1000u}) {
      if (m == 5 && n == 1000)
        continue;
      search::Points points(n, m);
      llvm::json::Array front;
      for (unsigned i = 0; i < n; ++i) {
        for (unsigned k = 0; k < m; ++k)
          points(i, k) = exponential(random);
        points.row(i) /= points.row(i).sum();
        llvm::json::Array row;
        for (double value : points.row(i))
          row.push_back(value);
        front.push_back(std::move(row));
      }
      const std::vector<double> reference(m, 1.1);
      double volume = 0, seconds = 0;
      unsigned calls = 0;
      for (const double start = processorSeconds(); seconds < 0.2; ++calls) {
        volume = search::hypervolume(points, reference);
        seconds = processorSeconds() - start;
      }
      llvm::errs() << llvm::formatv("{0} objectives, {1,4} points: {2,9:F1} us\n", m, n,
                                    1e6 * seconds / calls);
      cases.push_back(llvm::json::Object{{"objectives", m},
                                         {"points", n},
                                         {"front", std::move(front)},
                                         {"volume", volume},
                                         {"microseconds", 1e6 * seconds / calls}});
    }
  llvm::outs() << llvm::json::Value(std::move(cases)) << '\n';
}

} // namespace wsc::bench
