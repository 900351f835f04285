// What backends of a single core share: the core as an array of multipliers before one SRAM, and
// the matrix products of a plan as that core computes them.
#pragma once

#include "backends/Backend.h"
#include "evaluation/CoreProduct.h"
#include "evaluation/Mesh.h"

namespace wsc::backends {

using evaluation::CoreProduct;
using evaluation::Mapping;

/// One core.  Bandwidths are in bytes per cycle.
struct CoreHardware {
  unsigned rows = 1, cols = 1; ///< of multiply-accumulate units: as square as their number allows
  double clock = 0;            ///< cycles/s
  double efficiency = 1;       ///< `reticle.efficiency`
  double word = 0;             ///< bytes of an operand
  double sram = 0;             ///< bytes
  double sramBandwidth = 0;    ///< of all ports together
  double operandTraffic = 0;   ///< bytes of SRAM traffic of a multiply-accumulate; 0: registers
  double linkBandwidth = 0;    ///< from one neighbour
  double macEnergy = 0;        ///< J
  double sramEnergy = 0, linkEnergy = 0; ///< J/B; of one hop

  unsigned macs() const { return rows * cols; }
  uint64_t sramWords() const { return static_cast<uint64_t>(sram / word); }
};

/// A product of the plan, of which the core computes its tile; sizes are whole numbers.
struct CoreJob {
  std::string name; ///< `ffn_up_backward`; a word, once in a list
  CoreProduct product;
  double times = 1;                                ///< of one core in an iteration
  evaluation::Block block;                         ///< of cores that share the product
  evaluation::Along sums = evaluation::Along::Row; ///< where its weights stay
  double meshTime = 0; ///< of one product on its block with all that the slowest core waits for, s

  /// The tile with all steps.
  uint64_t m() const;
  uint64_t n() const;
  uint64_t k() const;
  /// Elements of the operands and the result that one step works on.
  uint64_t left() const { return static_cast<uint64_t>(product.m * product.k); }
  uint64_t right() const { return static_cast<uint64_t>(product.k * product.n); }
  uint64_t result() const { return static_cast<uint64_t>(product.m * product.n); }
  uint64_t footprint() const { return left() + right() + result(); }
};

struct CoreWork {
  CoreHardware core;
  std::vector<CoreJob> jobs; ///< in the order they run; equal ones of one name are merged
  bool rounded = false;      ///< some size was no whole number, as the mean of several

  /// Cycles of the core model: arithmetic or SRAM ports, whichever is slower.
  double cyclesOf(const CoreJob &job) const;
};

/// `prefill_`, before the names of what a phase computes; empty where a plan has a single phase.
llvm::StringRef prefixOf(evaluation::Phase phase, bool single);

/// Every target of a core has neither packets nor cores behind a shared cache.
std::vector<Need> coreNeeds(const Request &request);

/// The work of a request that needs neither; or a sentence that says why there is none.
std::variant<CoreWork, std::string> coreWorkOf(const Request &request);

/// What every target of a core leaves out, and how the array was chosen.
std::vector<std::string> coreNotes(
    const CoreWork &work,
    llvm::StringRef missing = "elementwise operators, collectives and what moves between cores");

/// `cycles of ffn_up`, for each product.
std::vector<Figure> cycleFigures(const CoreWork &work);

/// Cycles that two links into a core take for the operands of a product, or out of it for its
/// result.
double linkCycles(const CoreHardware &core, const CoreJob &job);

/// A column of a table and what its numbers are: `cycles of `, `cycle`.
struct Column {
  llvm::StringRef prefix, unit;
};
/// The figures of a table with a header, whose first column names the products and whose others are
/// these.
Reading readTable(llvm::StringRef folder, llvm::StringRef file, llvm::ArrayRef<Column> columns);

/// Whole numbers without a fraction, others with six digits.
std::string number(double value);

} // namespace wsc::backends
