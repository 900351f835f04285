// The tiles of a core from a plan.
#include "backends/CoreWork.h"
#include "backends/Folder.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace wsc::backends {

using evaluation::Operator;
using evaluation::Pass;
using evaluation::Phase;
using evaluation::PlannedPart;
using evaluation::PlannedPhase;

namespace {

double sizeOf(double step, Mapping mapping, double steps, llvm::ArrayRef<Mapping> streamed) {
  return llvm::is_contained(streamed, mapping) ? step * steps : step;
}

} // namespace

llvm::StringRef prefixOf(Phase phase, bool single) {
  if (single)
    return "";
  switch (phase) {
  case Phase::Training: return "training_";
  case Phase::Prefill: return "prefill_";
  case Phase::Decode: return "decode_";
  case Phase::Mixed: return "mixed_";
  }
  llvm_unreachable("covered switch");
}

uint64_t CoreJob::m() const {
  return sizeOf(product.m, product.mapping, product.steps, {Mapping::WeightStationary});
}
uint64_t CoreJob::n() const {
  return sizeOf(product.n, product.mapping, product.steps,
                {Mapping::InputStationary, Mapping::Transposed});
}
uint64_t CoreJob::k() const {
  return sizeOf(product.k, product.mapping, product.steps, {Mapping::OutputStationary});
}

double CoreWork::cyclesOf(const CoreJob &job) const {
  const double macs = job.product.macs();
  return std::max(macs / core.macs() / core.efficiency,
                  macs * core.operandTraffic / core.sramBandwidth);
}

namespace {

/// The largest divisor up to the square root.
unsigned shorterSide(unsigned units) {
  unsigned side = static_cast<unsigned>(std::sqrt(units));
  while (units % side != 0)
    --side;
  return side;
}

std::variant<CoreHardware, std::string> hardwareOf(const evaluation::Design &design) {
  const evaluation::Chip &chip = design.chip;
  const double cores = chip.coreRows * chip.coreCols;
  const double units = chip.peak / (2 * chip.clock * cores);
  const double whole = std::round(units);
  constexpr double closeEnough = 1e-6;
  if (whole < 1 || std::fabs(units - whole) > closeEnough * whole)
    return llvm::formatv("a core does {0} multiply-accumulates in a cycle (`reticle.peak` over "
                         "`clock` and cores), but an array has a whole number of units",
                         number(units))
        .str();
  CoreHardware core;
  core.rows = shorterSide(static_cast<unsigned>(whole));
  core.cols = static_cast<unsigned>(whole) / core.rows;
  core.clock = chip.clock;
  core.efficiency = chip.efficiency;
  core.word = design.workload.elementSize;
  core.sram = chip.coreSram > 0 ? chip.coreSram : chip.sram / cores;
  core.sramBandwidth = chip.sramBandwidth / cores / chip.clock;
  core.operandTraffic = chip.operandTraffic;
  core.linkBandwidth = chip.coreLinkBandwidth / chip.clock;
  core.macEnergy = 2 * chip.flopEnergy;
  core.sramEnergy = chip.sramEnergy;
  core.linkEnergy = chip.coreLinkEnergy;
  return core;
}

llvm::StringRef suffixOf(Pass pass) {
  switch (pass) {
  case Pass::Forward:
  case Pass::Recompute: return "";
  case Pass::Backward: return "_backward";
  case Pass::Weights: return "_weights";
  }
  llvm_unreachable("covered switch");
}

bool same(const CoreProduct &a, const CoreProduct &b) {
  return a.mapping == b.mapping && a.m == b.m && a.n == b.n && a.k == b.k && a.steps == b.steps;
}

class Jobs {
public:
  explicit Jobs(CoreWork &work) : work_(work) {}

  void add(const PlannedPhase &phase, const PlannedPart &part, const Operator &op,
           const std::string &name) {
    const evaluation::Block block = blockOf(phase.hardware.grid, op.count);
    CoreJob job;
    job.name = name;
    job.product = coreProduct(block, op, phase.hardware);
    evaluation::Traffic traffic;
    job.block = block;
    job.sums = evaluation::sumsLie(op.kind);
    job.meshTime = productOn(block, op, phase.hardware, traffic).time() / block.rounds;
    for (double *size : {&job.product.m, &job.product.n, &job.product.k, &job.product.steps}) {
      work_.rounded |= *size != std::ceil(*size);
      *size = std::ceil(*size);
    }
    const double layers = part.isLayer ? part.count / phase.design.strategy.pp : part.count;
    job.times = layers * phase.microBatches * phase.repetitions * block.rounds;
    add(std::move(job));
  }

private:
  /// Merges it with an equal one, or numbers it among those of its name.
  void add(CoreJob job) {
    unsigned alike = 1;
    const std::string name = job.name;
    for (CoreJob &known : work_.jobs) {
      if (known.name != job.name)
        continue;
      if (same(known.product, job.product)) {
        known.times += job.times;
        return;
      }
      job.name = name + "_" + llvm::utostr(++alike);
    }
    work_.jobs.push_back(std::move(job));
  }

  CoreWork &work_;
};

} // namespace

std::vector<Need> coreNeeds(const Request &request) {
  std::vector<Need> needs;
  if (!request.plan)
    needs.push_back({Feature::Patterns,
                     "workload.operation = " + name(request.design.workload.operation).str()});
  if (request.design.chip.coreTopology == evaluation::Topology::Switch)
    needs.push_back({Feature::SharedCache, "reticle.topology = switch"});
  return needs;
}

std::variant<CoreWork, std::string> coreWorkOf(const Request &request) {
  CoreWork work;
  auto hardware = hardwareOf(request.design);
  if (auto *refusal = std::get_if<std::string>(&hardware))
    return *refusal;
  work.core = std::get<CoreHardware>(hardware);
  Jobs jobs(work);
  const bool single = request.plan->phases.size() == 1;
  for (const PlannedPhase &phase : request.plan->phases)
    for (const PlannedPart &part : phase.parts)
      for (const auto &[op, pass] : part.operators)
        if (op.isMatrix())
          jobs.add(phase, part, op,
                   (prefixOf(phase.phase, single) + name(op.kind) + suffixOf(pass)).str());
  if (work.jobs.empty())
    return "this workload has no matrix product for a core to compute";
  return work;
}

std::vector<std::string> coreNotes(const CoreWork &work, llvm::StringRef missing) {
  const CoreHardware &core = work.core;
  std::vector<std::string> notes{
      llvm::formatv("one core: {0} multiply-accumulates in a cycle as {1} x {2} units (wsc knows "
                    "their number only; this is the most square array), {3} B of SRAM, "
                    "{4} B/cycle at its ports, {5} B/cycle from each neighbour, operands of {6} B",
                    core.macs(), core.rows, core.cols, number(core.sram),
                    number(core.sramBandwidth), number(core.linkBandwidth), number(core.word)),
      "each product is the tile of the core with the largest one, as the mapping of "
      "`core.dataflow` over the mesh of cores cuts it; " +
          missing.str() + " are not in these files"};
  if (core.efficiency < 1)
    notes.push_back(llvm::formatv("wsc expects `reticle.efficiency` = {0} of the peak; the files "
                                  "have the peak",
                                  number(core.efficiency)));
  if (work.rounded)
    notes.push_back("sizes that are means (of contexts, of tokens for an expert) are rounded up");
  std::string table;
  llvm::raw_string_ostream out(table);
  out << "products, m x n x k of one core, and how often it computes each in an iteration:";
  for (const CoreJob &job : work.jobs)
    out << "\n    " << llvm::left_justify(job.name, 24) << ' ' << job.m() << " x " << job.n()
        << " x " << job.k() << ", " << number(job.times) << " times";
  notes.push_back(table);
  return notes;
}

std::vector<Figure> cycleFigures(const CoreWork &work) {
  std::vector<Figure> figures;
  for (const CoreJob &job : work.jobs)
    figures.push_back({"cycles of " + job.name, work.cyclesOf(job), "cycle"});
  return figures;
}

double linkCycles(const CoreHardware &core, const CoreJob &job) {
  const uint64_t in = job.k() * (job.m() + job.n()), out = job.m() * job.n();
  return static_cast<double>(std::max(in, out)) * core.word / (2 * core.linkBandwidth);
}

Reading readTable(llvm::StringRef folder, llvm::StringRef file, llvm::ArrayRef<Column> columns) {
  const auto text = fileOf(folder, file);
  if (!text)
    return "there is no `" + file.str() + "`";
  std::vector<Figure> figures;
  llvm::SmallVector<llvm::StringRef> rows;
  llvm::StringRef(*text).split(rows, '\n', -1, false);
  for (llvm::StringRef row : llvm::ArrayRef(rows).drop_front(rows.empty() ? 0 : 1)) {
    llvm::SmallVector<llvm::StringRef> cells;
    row.trim().split(cells, ',');
    if (cells.size() != columns.size() + 1)
      return "`" + file.str() + "` has a row of " + llvm::utostr(cells.size()) + " cells";
    for (const auto &[column, cell] : llvm::zip(columns, llvm::ArrayRef(cells).drop_front())) {
      double value = 0;
      if (cell.getAsDouble(value))
        return "`" + file.str() + "` has `" + cell.str() + "`, which is no number";
      figures.push_back({(column.prefix + cells[0]).str(), value, column.unit.str()});
    }
  }
  if (figures.empty())
    return "`" + file.str() + "` has no rows";
  return figures;
}

std::string number(double value) {
  std::string text;
  llvm::raw_string_ostream out(text);
  constexpr double exact = 1e15;
  if (value == std::floor(value) && std::fabs(value) < exact)
    out << static_cast<int64_t>(value);
  else
    out << llvm::format("%.6g", value);
  return text;
}

} // namespace wsc::backends
