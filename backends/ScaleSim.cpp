// SCALE-Sim v3: the matrix products of a core on a systolic array, cycle by cycle.
//
// What it reads (Samajdar et al., ISPASS 2020; scalesim 3.0.0 from PyPI and runs of it):
//   - INI files with all sections, those of features that are off included; a missing key ends it.
//   - one dataflow a file, so that there is a configuration and a topology for each.
//   - `M,N,K` in GEMM topologies, each row with a comma at its end, or it sees one entry too few.
//   - a layout file that has to exist even where layouts are off.
//   - SRAM in KiB of words of one byte: a kilobyte of configuration holds 1024 words of any size.
//   - with `InterfaceBandwidth: CALC` operands arrive in time, and the bandwidth that this takes is
//     in its report; `USER` takes the bandwidth of layouts instead of `Bandwidth` for operands.
//
// A fold takes rows + cols + T - 2 cycles where outputs stay, and rows more where an operand does;
// T is streamed: k, m where weights stay, n where inputs do.
#include "backends/CoreNest.h"
#include "backends/Folder.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace wsc::backends {

namespace {

constexpr llvm::StringLiteral dataflows[] = {"os", "ws", "is"};

/// What an array and the core model may differ by before the README says so.
constexpr double close = 0.2;

/// As SCALE-Sim calls what stays in the array.
llvm::StringRef dataflowOf(Mapping mapping) {
  switch (mapping) {
  case Mapping::OutputStationary: return "os";
  case Mapping::WeightStationary: return "ws";
  case Mapping::Transposed:
  case Mapping::InputStationary: return "is";
  }
  llvm_unreachable("covered switch");
}

/// The formula above, for all folds of a product; its first cycle has the number 0.
double arrayCycles(const CoreJob &job, const CoreHardware &core) {
  const CoreNest order = orderOf(job.product.mapping);
  const std::array<uint64_t, dims> sizes{job.m(), job.n(), job.k()};
  auto of = [&](Dim dim) { return sizes[static_cast<unsigned>(dim)]; };
  const uint64_t folds = llvm::divideCeil(of(order.alongRows), core.rows) *
                         llvm::divideCeil(of(order.alongCols), core.cols);
  const uint64_t loading = order.streamed == Dim::K ? 0 : core.rows;
  return static_cast<double>(folds * (loading + core.rows + core.cols + of(order.streamed) - 2)) -
         1;
}

std::string config(const CoreHardware &core, llvm::StringRef dataflow) {
  // Two operands and the result share the SRAM of the core.
  const uint64_t kilowords = std::max<uint64_t>(core.sramWords() / 3 / 1024, 1);
  const uint64_t words = std::max<uint64_t>(core.linkBandwidth / core.word, 1);
  std::string text;
  llvm::raw_string_ostream out(text);
  out << "[general]\nrun_name = " << dataflow
      << "\n\n[architecture_presets]\nArrayHeight: " << core.rows << "\nArrayWidth: " << core.cols
      << "\nIfmapSramSzkB: " << kilowords << "\nFilterSramSzkB: " << kilowords
      << "\nOfmapSramSzkB: " << kilowords
      << "\nIfmapOffset: 0\nFilterOffset: 1000000000\nOfmapOffset: 2000000000\nBandwidth: " << words
      << "\nDataflow: " << dataflow
      << "\nMemoryBanks: 1\nReadRequestBuffer: 32\nWriteRequestBuffer: 32\n\n[layout]\n";
  for (llvm::StringRef operand : {"Ifmap", "Filter"})
    out << operand << "CustomLayout: False\n"
        << operand << "SRAMBankBandwidth: 10\n"
        << operand << "SRAMBankNum: 10\n"
        << operand << "SRAMBankPort: 2\n";
  out << "\n[sparsity]\nSparsitySupport: false\nSparseRep: ellpack_block\nOptimizedMapping: false\n"
         "BlockSize: 8\nRandomNumberGeneratorSeed: 40\n\n"
         "[run_presets]\nInterfaceBandwidth: CALC\nUseRamulatorTrace: False\n";
  return text;
}

/// Empty where no product has this dataflow.
std::string topology(const CoreWork &work, llvm::StringRef dataflow) {
  std::string rows;
  llvm::raw_string_ostream out(rows);
  for (const CoreJob &job : work.jobs)
    if (dataflowOf(job.product.mapping) == dataflow)
      out << job.name << ',' << job.m() << ',' << job.n() << ',' << job.k() << ",\n";
  return rows.empty() ? rows : "Layer,M,N,K,\n" + rows;
}

Result emit(const Request &request) {
  auto made = coreWorkOf(request);
  if (auto *refusal = std::get_if<std::string>(&made))
    return *refusal;
  const CoreWork &work = std::get<CoreWork>(made);
  Emission emission;
  std::string used;
  for (llvm::StringRef dataflow : dataflows) {
    const std::string rows = topology(work, dataflow);
    if (rows.empty())
      continue;
    used += (" " + dataflow).str();
    emission.files.push_back({(dataflow + ".cfg").str(), config(work.core, dataflow)});
    emission.files.push_back({(dataflow + ".csv").str(), rows});
  }
  emission.files.push_back({"layout.csv", "Layer name,\n"});
  emission.command = "for d in" + used +
                     "; do python3 -m scalesim.scale -c $d.cfg -t $d.csv -l layout.csv -i gemm "
                     "-s N -p . > $d.txt; done";
  emission.notes = coreNotes(work);
  emission.notes.push_back(
      "`Total Cycles` of `*/COMPUTE_REPORT.csv` are those of the array with operands at hand: it "
      "fills and drains for each fold, and an edge that is not full takes as long as a full one, "
      "which wsc does not count; `filled array of PRODUCT` is its formula for that");
  emission.notes.push_back("a word is a byte to SCALE-Sim, so that its SRAM sizes are in 1024 "
                           "operands; each of two operands and the result has a third");
  emission.figures = cycleFigures(work);
  std::string differ;
  for (const CoreJob &job : work.jobs) {
    const double cycles = arrayCycles(job, work.core);
    emission.figures.push_back({"filled array of " + job.name, cycles, "cycle"});
    if (std::fabs(cycles / work.cyclesOf(job) - 1) > close)
      differ += llvm::formatv("{0}{1} ({2:F2} times)", differ.empty() ? "" : ", ", job.name,
                              cycles / work.cyclesOf(job));
  }
  if (!differ.empty())
    emission.notes.push_back(
        "an array needs more than 20 % more or less than the core model, which has neither the "
        "shape of one nor a pipeline to fill: " +
        differ);
  return emission;
}

/// Rows of a report are numbered in the order of the topology.
void readReport(llvm::StringRef topology, llvm::StringRef report, std::vector<Figure> &figures) {
  llvm::SmallVector<llvm::StringRef> names, rows;
  topology.split(names, '\n', -1, false);
  report.split(rows, '\n', -1, false);
  for (size_t i = 1; i < std::min(names.size(), rows.size()); ++i) {
    llvm::SmallVector<llvm::StringRef> cells;
    rows[i].split(cells, ',');
    double cycles = 0;
    if (cells.size() > 2 && !cells[2].trim().getAsDouble(cycles))
      for (llvm::StringRef figure : {"cycles of ", "filled array of "})
        figures.push_back({(figure + names[i].split(',').first).str(), cycles, "cycle"});
  }
}

Reading read(llvm::StringRef folder) {
  std::vector<Figure> figures;
  for (llvm::StringRef dataflow : dataflows) {
    const auto names = fileOf(folder, dataflow + ".csv");
    const auto report = fileOf(folder, dataflow + "/COMPUTE_REPORT.csv");
    if (names && report)
      readReport(*names, *report, figures);
  }
  if (figures.empty())
    return "there is no `COMPUTE_REPORT.csv` with rows under `os`, `ws` or `is`";
  return figures;
}

} // namespace

const Backend scaleSim{
    "scalesim", "SCALE-Sim v3: the products of a core on a systolic array, cycle by cycle",
    {},         coreNeeds,
    emit,       read};

} // namespace wsc::backends
