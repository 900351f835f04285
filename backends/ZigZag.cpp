// ZigZag: the matrix products of a core on an array with registers, an SRAM and what is outside.
//
// What it reads (Mei et al., IEEE Trans. Computers 70(8), 2021; zigzag-dse 3.9.1 from PyPI and
// runs):
//   - an accelerator, a workload and a mapping in YAML, of which unknown keys are refused;
//     operands are I (the left one), W and O, memories serve I1, I2 and O.
//   - an operand passes all memories that list it, so that which one has registers is the
//     accelerator's business: there is one for each kind of product.
//   - sizes are in bits, bandwidths in bits a cycle and whole, energies in pJ an access of the
//   least
//     bandwidth of a port.
//   - a port serves one operand at a time, however wide it is: each needs a port of its own.
//   - loops stand from the innermost out, with iterations; sizes need not divide.
#include "backends/CoreNest.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::backends {

namespace {

constexpr double pico = 1e12;
/// Enough for any product.
constexpr uint64_t outsideBits = uint64_t(1) << 50;

/// The product without one of its dimensions is what stays in the registers.
llvm::StringRef stationary(Dim streamed) {
  switch (streamed) {
  case Dim::M: return "I2";
  case Dim::N: return "I1";
  case Dim::K: return "O";
  }
  llvm_unreachable("covered switch");
}

llvm::StringRef kindOf(Dim streamed) {
  switch (streamed) {
  case Dim::M: return "weight";
  case Dim::N: return "input";
  case Dim::K: return "output";
  }
  llvm_unreachable("covered switch");
}

struct Memory {
  llvm::StringRef name;
  uint64_t size;      ///< bits
  double energy;      ///< J of a word
  uint64_t bandwidth; ///< bits a cycle of each port
  llvm::SmallVector<llvm::StringRef, 3> operands;
  llvm::StringRef served;
};

/// A way in or out of a memory.
struct Port {
  llvm::StringRef type, moves; ///< `read_write`; `I1, fh`
};

/// Inputs are filled from above and read from below; results also come back and go up.
llvm::SmallVector<Port, 2> portsOf(llvm::StringRef operand, bool isRegister) {
  if (operand == "O")
    return {{"read", "\"O, tl\", \"O, th\""}, {"write", "\"O, fh\", \"O, fl\""}};
  const bool left = operand == "I1";
  if (isRegister)
    return {{"read", left ? "\"I1, tl\"" : "\"I2, tl\""},
            {"write", left ? "\"I1, fh\"" : "\"I2, fh\""}};
  return {{"read_write", left ? "\"I1, fh\", \"I1, tl\"" : "\"I2, fh\", \"I2, tl\""}};
}

std::string accelerator(const CoreHardware &core, Dim streamed) {
  const uint64_t word = static_cast<uint64_t>(8 * core.word);
  auto bits = [&](double bytes) { return std::max<uint64_t>(word, uint64_t(8 * bytes)); };
  // Registers take in and give out a word at a time.  Of the SRAM's ports an equal part is for each
  // operand, for results that come and for those that go, as is one link to a neighbour.
  const Memory memories[] = {{"registers", word, 0, word, {stationary(streamed)}, ""},
                             {"sram",
                              uint64_t(8 * core.sram),
                              core.sramEnergy * core.word,
                              bits(core.sramBandwidth / 4),
                              {"I1", "I2", "O"},
                              "D1, D2"},
                             {"outside",
                              outsideBits,
                              core.linkEnergy * core.word,
                              bits(core.linkBandwidth),
                              {"I1", "I2", "O"},
                              "D1, D2"}};
  std::string text;
  llvm::raw_string_ostream out(text);
  out << "name: core\nmemories:\n";
  for (const Memory &memory : memories) {
    out << llvm::formatv("  {0}:\n    size: {1}\n    r_cost: {2}\n    w_cost: {2}\n    area: 0\n"
                         "    latency: 1\n    operands: [{3}]\n    ports:\n",
                         memory.name, memory.size, number(pico * memory.energy),
                         llvm::join(memory.operands, ", "));
    unsigned count = 0;
    for (llvm::StringRef operand : memory.operands)
      for (const Port &port : portsOf(operand, memory.operands.size() == 1)) {
        const llvm::StringRef prefix = llvm::StringSwitch<llvm::StringRef>(port.type)
                                           .Case("read", "r")
                                           .Case("write", "w")
                                           .Default("rw");
        out << llvm::formatv("    - {{ name: {0}_port_{1}, type: {2}, bandwidth_min: {3}, "
                             "bandwidth_max: {4}, allocation: [{5}] }\n",
                             prefix, ++count, port.type, word, memory.bandwidth, port.moves);
      }
    out << "    served_dimensions: [" << memory.served << "]\n";
  }
  out << llvm::formatv("operational_array:\n  unit_energy: {0}\n  unit_area: 0\n"
                       "  dimensions: [D1, D2]\n  sizes: [{1}, {2}]\n",
                       number(pico * core.macEnergy), core.rows, core.cols);
  return text;
}

std::string workload(llvm::ArrayRef<const CoreLoops *> products, double word) {
  std::string text;
  llvm::raw_string_ostream out(text);
  const std::string bits = number(8 * word);
  for (unsigned id = 0; id < products.size(); ++id) {
    const CoreJob &job = products[id]->job;
    out << llvm::formatv("- id: {0}\n  name: {1}\n  operator_type: Gemm\n"
                         "  equation: O[m][n]+=I[m][k]*W[k][n]\n  loop_dims: [M, N, K]\n"
                         "  loop_sizes: [{2}, {3}, {4}]\n"
                         "  operand_precision: {{ O: {5}, O_final: {5}, W: {5}, I: {5} }\n"
                         "  operand_source: {{ I: {0}, W: {0} }\n",
                         id, job.name, job.m(), job.n(), job.k(), bits);
  }
  return text;
}

/// Loops in time whose iterations have to make the size: where a last round is smaller, there is
/// one loop, at its innermost place.
Factors wholeRounds(const CoreJob &job, const CoreNest &nest, const Factors &level) {
  const uint64_t whole[] = {job.m(), job.n(), job.k()};
  Factors exact = level;
  for (unsigned d = 0; d < dims; ++d) {
    const uint64_t rounds = llvm::divideCeil(whole[d], nest.array[d].full);
    if (nest.registers[d].full * nest.sram[d].full * nest.outside[d].full == rounds)
      continue;
    const Factors &innermost = static_cast<Dim>(d) == nest.streamed ? nest.registers : nest.sram;
    exact[d].full = &level == &innermost ? rounds : 1;
  }
  return exact;
}

std::string mapping(llvm::ArrayRef<const CoreLoops *> products) {
  std::string text;
  llvm::raw_string_ostream out(text);
  auto entry = [&](llvm::StringRef name, const CoreNest &nest) {
    auto space = [&](Dim dim) { return nest.array[static_cast<unsigned>(dim)].full; };
    out << llvm::formatv(
        "- name: {0}\n  spatial_mapping: {{ D1: [\"{1}, {2}\"], D2: [\"{3}, {4}\"] }\n"
        "  memory_operand_links: {{ O: O, W: I2, I: I1 }\n",
        name, backends::name(nest.alongRows), space(nest.alongRows), backends::name(nest.alongCols),
        space(nest.alongCols));
  };
  entry("default", products.front()->nest);
  for (const CoreLoops *product : products) {
    const CoreNest &nest = product->nest;
    entry(product->job.name, nest);
    const Factors levels[] = {wholeRounds(product->job, nest, nest.registers),
                              wholeRounds(product->job, nest, nest.sram),
                              wholeRounds(product->job, nest, nest.outside)};
    std::string loops;
    for (const Factors &level : levels)
      for (Dim dim : {nest.streamed, nest.alongCols, nest.alongRows})
        if (const uint64_t rounds = level[static_cast<unsigned>(dim)].full; rounds > 1)
          loops += llvm::formatv("{0}[{1}, {2}]", loops.empty() ? "" : ", ", backends::name(dim),
                                 rounds);
    if (!loops.empty())
      out << "  temporal_ordering: [" << loops << "]\n";
  }
  return text;
}

constexpr llvm::StringLiteral script = R"(# Evaluates every product; writes results.csv.
import glob
from zigzag.api import get_hardware_performance_zigzag

with open("results.csv", "w") as results:
    results.write("product,cycles,macs,joules\n")
    for path in sorted(glob.glob("*.workload.yaml")):
        kind = path.removesuffix(".workload.yaml")
        answer = get_hardware_performance_zigzag(
            path, kind + ".core.yaml", kind + ".mapping.yaml", opt="latency",
            dump_folder="out/" + kind, loma_show_progress_bar=False)
        for product, _ in answer[2][0][1]:
            line = (f"{product.layer.name},{product.latency_total0:.0f},{product.layer.total_mac_count},"
                    f"{product.energy_total * 1e-12:.6g}")
            results.write(line + "\n")
            print(line)
)";

Result emit(const Request &request) {
  auto made = nestedWorkOf(request, Edges::Ragged);
  if (auto *refusal = std::get_if<std::string>(&made))
    return *refusal;
  const auto &nested = std::get<NestedWork>(made);
  const CoreWork &work = nested.work;
  Emission emission;
  for (Dim streamed : {Dim::K, Dim::M, Dim::N}) {
    llvm::SmallVector<const CoreLoops *> products;
    for (const CoreLoops &one : nested.loops)
      if (one.nest.streamed == streamed)
        products.push_back(&one);
    if (products.empty())
      continue;
    const std::string kind = kindOf(streamed).str();
    emission.files.push_back({kind + ".core.yaml", accelerator(work.core, streamed)});
    emission.files.push_back({kind + ".workload.yaml", workload(products, work.core.word)});
    emission.files.push_back({kind + ".mapping.yaml", mapping(products)});
  }
  emission.files.push_back({"evaluate.py", script.str()});
  for (const CoreLoops &one : nested.loops) {
    emission.figures.push_back({"cycles of " + one.job.name, work.cyclesOf(one.job), "cycle"});
    emission.figures.push_back(
        {"multiply-accumulates of " + one.job.name, one.job.product.macs(), ""});
  }
  emission.command = "python3 evaluate.py > output.txt";
  emission.notes = nested.notes();
  emission.notes.push_back(
      "a port of ZigZag serves one operand at a time: each operand, results that come and "
      "results that go have a quarter of the bandwidth of the SRAM, and a link to a "
      "neighbour");
  emission.notes.push_back("cycles are those of arithmetic and stalls, without the first operands "
                           "coming in and the last results leaving");
  return emission;
}

Reading read(llvm::StringRef folder) {
  return readTable(
      folder, "results.csv",
      {{"cycles of ", "cycle"}, {"multiply-accumulates of ", ""}, {"energy of ", "J"}});
}

} // namespace

const Backend zigZag{
    "zigzag", "ZigZag: the products of a core on its array, with a mapping for each",
    {},       coreNeeds,
    emit,     read};

} // namespace wsc::backends
