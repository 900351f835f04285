// What the cores of WaferAI-SIM do: matrix products, and messages that wait for each other.
#pragma once

#include "backends/Backend.h"
#include "llvm/Support/JSON.h"

namespace wsc::backends {

/// A reticle as one core, with operands of one byte and cycles of 2 ns.
struct WaferAiCore {
  int64_t side, arrays; ///< of multiply-accumulate units
  int64_t vector;       ///< flop in a cycle
  int64_t port;         ///< bits of a bank of the SRAM
  int64_t dram;         ///< in steps of 15/8 GB/s
  double dramShare;     ///< of it
  int64_t payload;      ///< of 16 bytes in a cycle, over a link

  explicit WaferAiCore(const evaluation::Design &design);
  /// What WaferAI-SIM takes for a product, in s.
  double timeOf(int64_t inputs, int64_t depth, int64_t outputs) const;

  static constexpr double cycle = 2e-9;
  static constexpr int64_t widestPort = 8192;
};

/// A product as WaferAI-SIM takes it: `inputs` rows times a matrix of `depth` by `outputs`, whose
/// columns are those of all independent products beside each other, `parts` times.
struct WaferAiProduct {
  std::string name; ///< `ffn_up`, once in a list
  int64_t inputs, depth, outputs;
  unsigned parts;
  double length; ///< of a part, by WaferAI-SIM, in s
  double time;   ///< of all parts, by wsc, in s
};

/// Pieces that go once round the ring of a tensor-parallel group.
struct WaferAiRing {
  unsigned steps;
  int64_t piece; ///< operands
};

/// One micro-batch through one layer of each stage of a replica on the first wafer, or the one
/// operation of the workload.
struct WaferAiStretch {
  std::string name; ///< in words
  unsigned ranks;   ///< of a stage
  unsigned stages;  ///< of those that are written
  std::vector<WaferAiProduct> products;
  std::vector<WaferAiRing> rings;
  int64_t boundary = 0; ///< operands that a rank hands to that of the next stage
  /// Reticles by stage and rank, of the first wafer, row by row; `ring[i]` is the rank that is the
  /// i-th on the way round, from neighbour to neighbour.
  std::vector<unsigned> reticles, ring;
  double time = 0;                  ///< s, by wsc
  bool rounded = false;             ///< some size was no whole number
  std::vector<std::string> leftOut; ///< operators that are no products

  /// For each part of a product, in order, whether the ranks send a signal round before it.
  std::vector<bool> signals() const;
  uint64_t messages() const;
};

/// A sentence where there is none.
std::variant<WaferAiStretch, std::string> waferAiStretch(const Request &request,
                                                         const WaferAiCore &core);

/// The `worklist`s of all ranks, by `id`.
llvm::json::Array waferAiCores(const WaferAiStretch &stretch, unsigned reticles);

} // namespace wsc::backends
