// Cutting a product over a mesh as Stream reads it: cuts without a remainder, and two of each
// buffer.
#include "backends/StreamLayout.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

namespace wsc::backends {

namespace {

/// Two and a half minutes for a product on 16 x 16 are not enough for its solver; half a minute is
/// for half of them.
constexpr unsigned mostCores = 128;

/// What moves and what stays in one core.
struct Buffers {
  uint64_t stays = 0;     ///< elements, once
  double eachStreams = 0; ///< elements of an iteration for each of its tile's elements, twice
};

/// Panels of A along rows and of B down columns.
void layOutputStationary(StreamLayout &layout, const CoreJob &job, Buffers &buffers) {
  const unsigned rows = layout.rows, cols = layout.cols;
  layout.streamed = Dim::K;
  layout.product = {false, {{Dim::M, rows}, {Dim::N, cols}}};
  layout.left = {false, {{Dim::M, rows}, {Dim::K, cols}}};
  // Two cuts of one dimension have to divide each other.
  if (std::max(rows, cols) % std::min(rows, cols) == 0) {
    layout.right = {false, {{Dim::K, rows}, {Dim::N, cols}}};
  } else {
    layout.n = cols * llvm::alignTo(static_cast<uint64_t>(job.product.n), rows);
    layout.right = {true, {{Dim::N, rows * cols}}};
  }
  const uint64_t m = layout.m / rows, n = layout.n / cols;
  buffers = {m * n, m * (1 + 2.0 / cols) + n * (1 + 2.0 / rows)};
}

/// Rows of A, which all cores of a line have, by parts of B that stay; sums along the line.
void layWeightStationary(StreamLayout &layout, bool alongRow, Buffers &buffers) {
  const unsigned rows = layout.rows, cols = layout.cols;
  layout.streamed = Dim::M;
  layout.product = {false,
                    {{alongRow ? Dim::N : Dim::K, rows}, {alongRow ? Dim::K : Dim::N, cols}}};
  const uint64_t k = layout.k / (alongRow ? cols : rows), n = layout.n / (alongRow ? rows : cols);
  buffers = {k * n, static_cast<double>(k + n)};
}

/// Panels of B down columns by parts of A that stay; sums along rows.
void layInputStationary(StreamLayout &layout, Buffers &buffers) {
  const unsigned rows = layout.rows, cols = layout.cols;
  layout.streamed = Dim::N;
  layout.product = {false, {{Dim::M, rows}, {Dim::K, cols}}};
  layout.right = {false, {{Dim::N, rows}, {Dim::K, cols}}};
  const uint64_t m = layout.m / rows, k = layout.k / cols;
  buffers = {m * k, m + k * (1 + 2.0 / rows)};
}

/// The most parts that a spread cuts what streams into.
unsigned partsOf(const StreamLayout &layout) {
  unsigned most = 1;
  for (const auto &spread : {layout.left, layout.right})
    if (spread)
      for (const Cut &cut : spread->cuts)
        if (cut.dim == layout.streamed)
          most = std::max(most, cut.parts);
  return most;
}

} // namespace

std::variant<StreamLayout, std::string> streamLayoutOf(const CoreJob &job,
                                                       const CoreHardware &core) {
  StreamLayout layout;
  layout.rows = static_cast<unsigned>(job.block.col.cores);
  layout.cols = static_cast<unsigned>(job.block.row.cores);
  if (layout.cores() > mostCores)
    return llvm::formatv("it lies on {0} x {1} cores and Stream solves for {2} at most",
                         layout.rows, layout.cols, mostCores)
        .str();
  const unsigned rows = layout.rows, cols = layout.cols;
  layout.m = job.m(), layout.n = job.n(), layout.k = job.k();
  Buffers buffers;
  switch (job.product.mapping) {
  case Mapping::OutputStationary:
    layout.m *= rows, layout.n *= cols;
    layOutputStationary(layout, job, buffers);
    break;
  case Mapping::WeightStationary: {
    const bool alongRow = job.sums == evaluation::Along::Row;
    layout.n *= alongRow ? rows : cols, layout.k *= alongRow ? cols : rows;
    layWeightStationary(layout, alongRow, buffers);
    break;
  }
  case Mapping::Transposed:
  case Mapping::InputStationary:
    layout.m *= rows, layout.k *= cols;
    layInputStationary(layout, buffers);
    break;
  }
  uint64_t *const sizes[] = {&layout.m, &layout.n, &layout.k};
  uint64_t &whole = *sizes[static_cast<unsigned>(layout.streamed)];
  const uint64_t parts = partsOf(layout), words = core.sramWords();
  uint64_t step = llvm::alignTo(llvm::divideCeil(whole, std::max(rows, cols)), parts);
  auto fits = [&] {
    return static_cast<double>(buffers.stays) + 2 * buffers.eachStreams * step <= words;
  };
  while (!fits() && step > parts)
    step = llvm::alignTo(llvm::divideCeil(step, 2), parts);
  if (!fits())
    return llvm::formatv("a core holds {0} operands and Stream needs {1}, what stays and two of "
                         "each panel",
                         words,
                         buffers.stays + static_cast<uint64_t>(2 * buffers.eachStreams * step))
        .str();
  layout.iterations = llvm::divideCeil(whole, step);
  whole = layout.iterations * step;
  layout.tile = step / parts;
  const double macs = static_cast<double>(layout.m) * layout.n * layout.k;
  layout.padded = macs > job.product.macs() * layout.cores();
  return layout;
}

} // namespace wsc::backends
