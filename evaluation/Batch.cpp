// Threads take designs in blocks; results have their own places.
#include "evaluation/Batch.h"

#include "llvm/Support/ThreadPool.h"
#include "llvm/Support/Threading.h"

namespace wsc::evaluation {

std::vector<Measurement> measureAll(const Evaluator &evaluator,
                                    llvm::ArrayRef<std::vector<double>> designs, unsigned threads) {
  std::vector<Measurement> results(designs.size());
  auto measure = [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i)
      results[i] = evaluator.measure(designs[i]);
  };
  if (threads <= 1) {
    measure(0, designs.size());
    return results;
  }
  // Small enough that none waits long for the last, large enough that handing out costs nothing.
  constexpr size_t block = 256;
  llvm::DefaultThreadPool pool(llvm::hardware_concurrency(threads));
  for (size_t begin = 0; begin < designs.size(); begin += block)
    pool.async(measure, begin, std::min(begin + block, designs.size()));
  pool.wait();
  return results;
}

} // namespace wsc::evaluation
