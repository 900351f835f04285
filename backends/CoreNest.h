// A product on one core as nested loops: what its registers, its array and its SRAM take at a time.
#pragma once

#include "backends/CoreWork.h"
#include <array>

namespace wsc::backends {

enum class Dim : uint8_t { M, N, K };
constexpr unsigned dims = 3;
llvm::StringRef name(Dim dim); ///< `M`

/// Iterations of a loop: `full` of them, but `last` in the last round of all loops around it.
struct Factor {
  uint64_t full = 1, last = 1;
};
/// One loop for each dimension.
using Factors = std::array<Factor, dims>;

/// Loops from the innermost out.  An operand, or the result, stays in the registers of the array
/// while the dimension that it lacks streams: k where the result stays, m where weights do, n where
/// inputs do; the other two lie along the rows and columns of the array.
struct CoreNest {
  Dim streamed = Dim::K, alongRows = Dim::M, alongCols = Dim::N;
  Factors registers = {}; ///< in time: the elements of a step that stream
  Factors array = {};     ///< in space
  Factors sram = {};      ///< in time: folds of the tile onto the array
  Factors outside = {};   ///< in time: steps
  /// Elements of A, B and the result that the SRAM holds for a step.
  uint64_t left = 0, right = 0, result = 0;
  bool divided =
      false; ///< what stays is larger than the SRAM, so that a part of it stays at a time

  uint64_t footprint() const { return left + right + result; }
};

/// What streams and what lies along the array, without any iterations.
CoreNest orderOf(Mapping mapping);

/// Steps are those of the product, or smaller ones where their operands do not fit into the SRAM; a
/// sentence where that holds less than the array works on.
std::variant<CoreNest, std::string> nestOf(const CoreJob &job, const CoreHardware &core);

/// The same with its job, for all of them.
struct CoreLoops {
  CoreJob job;
  CoreNest nest;
  bool padded = false; ///< the job is larger than that of the plan
};

/// How the edges of tiles meet those of the array.
enum class Edges : uint8_t {
  Ragged, ///< the last fold onto the array is smaller
  Padded  ///< sides longer than the array are rounded up to whole folds
};

/// What a core computes, each product as loops; in the same order.
struct NestedWork {
  CoreWork work;
  std::vector<CoreLoops> loops;

  /// coreNotes, and which products do not fit as they are, and which are padded.
  std::vector<std::string> notes() const;
  /// Of each product cycles, multiply-accumulates and what its step holds in the SRAM.
  std::vector<Figure> figures() const;
};
std::variant<NestedWork, std::string> nestedWorkOf(const Request &request, Edges edges);

} // namespace wsc::backends
