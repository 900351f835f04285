// Timeloop: the matrix products of a core as loop nests on registers, array, SRAM and what is
// outside.
//
// What it reads (Parashar et al., ISPASS 2019; the binaries of v3.0.3 and runs of them):
//   - two dialects: `subtree` is parsed by the binaries, `nodes` (0.4) only by the Python front
//   end,
//     which writes the first; a binary ends in std::bad_alloc on it.  Problems differ in hyphens,
//     mappings in one word, `datatype` and `dataspace`.
//   - `factors: M8,3` has a second number for the last round, so that sizes need not divide; of
//     loops in space v3.0.3 then counts the cycles of all rounds but the last twice.  So there they
//     do.
//   - `permutation` has the innermost loop first; of spatial loops those before `split` lie along
//     X, and `meshX` is the number of columns.
//   - the front end wants a depth of everything that stores, DRAM included.
//   - bandwidths are in words a cycle; energies in pJ, in a table of their own (ERT), where the
//   front
//     end wants a decimal point; elsewhere that of an operation has to be a whole number.
#include "backends/CoreNest.h"
#include "backends/Folder.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::backends {

namespace {

constexpr double pico = 1e12;

/// The levels of a core, as both dialects call them.
struct Level {
  llvm::StringRef name, kind;
  std::string attributes; ///< `a: 1, b: 2`
};

struct Levels {
  Level outside, sram, registers, mac;
};

Levels levelsOf(const CoreHardware &core) {
  const std::string bits = number(8 * core.word);
  auto words = [&](double bytes) { return number(bytes / core.word); };
  // Two neighbours send at a time: along a row of cores and down a column.
  return {{"outside", "DRAM",
           llvm::formatv(
               "depth: 1073741824, width: {0}, datawidth: {0}, block-size: 1, read_bandwidth: {1}, "
               "write_bandwidth: {1}",
               bits, words(2 * core.linkBandwidth))},
          {"sram", "SRAM",
           llvm::formatv("depth: {0}, width: {1}, datawidth: {1}, block-size: 1, "
                         "shared_bandwidth: {2}",
                         core.sramWords(), bits, words(core.sramBandwidth))},
          {"registers", "regfile",
           llvm::formatv("depth: 1, width: {0}, datawidth: {0}, block-size: 1", bits)},
          {"mac", "intmac", llvm::formatv("datawidth: {0}", bits)}};
}

/// pJ of each action; what an operation takes includes its registers.
std::string energies(const CoreHardware &core) {
  std::string text;
  llvm::raw_string_ostream out(text);
  out << "ERT:\n  version: 0.4\n  tables:\n";
  auto table = [&](llvm::StringRef path, llvm::ArrayRef<llvm::StringRef> actions, double joules) {
    out << "  - name: system." << path << "\n    actions:\n";
    for (llvm::StringRef action : actions)
      out << "    - { name: " << action
          << ", arguments: {}, energy: " << llvm::formatv("{0:F4}", pico * joules) << " }\n";
  };
  const llvm::StringRef storage[] = {"read", "write", "update"};
  table("outside", storage, core.linkEnergy * core.word);
  table("core.sram", storage, core.sramEnergy * core.word);
  table("core.PE.registers", storage, 0);
  table("core.PE.mac", {"compute"}, core.macEnergy);
  return text;
}

std::string subtreeDialect(const CoreHardware &core) {
  const Levels levels = levelsOf(core);
  auto leaf = [](const Level &level, llvm::StringRef more = "") {
    return llvm::formatv("{{ name: {0}, class: {1}, attributes: {{ {2}{3} } }", level.name,
                         level.kind, level.attributes, more)
        .str();
  };
  const std::string mesh = llvm::formatv(", meshX: {0}", core.cols);
  std::string text;
  llvm::raw_string_ostream out(text);
  out << "architecture:\n  version: 0.3\n  subtree:\n  - name: system\n    local:\n    - "
      << leaf(levels.outside) << "\n    subtree:\n    - name: core\n      local:\n      - "
      << leaf(levels.sram) << "\n      subtree:\n      - name: PE[0.." << core.macs() - 1
      << "]\n        local:\n        - " << leaf(levels.registers, mesh) << "\n        - "
      << leaf(levels.mac, mesh) << '\n';
  return text;
}

std::string nodesDialect(const CoreHardware &core) {
  const Levels levels = levelsOf(core);
  auto leaf = [](const Level &level) {
    std::string attributes = level.attributes;
    std::replace(attributes.begin(), attributes.end(), '-', '_');
    return llvm::formatv("  - !Component {{ name: {0}, class: {1}, attributes: {{ {2} } }\n",
                         level.name, level.kind, attributes)
        .str();
  };
  return llvm::formatv("architecture:\n  version: 0.4\n  nodes:\n  - !Container {{ name: system }\n"
                       "{0}  - !Container {{ name: core }\n{1}"
                       "  - !Container {{ name: PE, spatial: {{ meshX: {2}, meshY: {3} } }\n{4}{5}",
                       leaf(levels.outside), leaf(levels.sram), core.cols, core.rows,
                       leaf(levels.registers), leaf(levels.mac))
      .str();
}

/// The dialects differ in a character.
std::string problem(const CoreJob &job, bool nodes) {
  return llvm::formatv("problem:\n  version: 0.4\n  shape:\n    name: {0}\n"
                       "    dimensions: [ M, N, K ]\n    data{4}spaces:\n"
                       "    - {{ name: A, projection: [ [ [M] ], [ [K] ] ] }\n"
                       "    - {{ name: B, projection: [ [ [K] ], [ [N] ] ] }\n"
                       "    - {{ name: Z, projection: [ [ [M] ], [ [N] ] ], read{4}write: true }\n"
                       "  instance: {{ M: {1}, N: {2}, K: {3} }\n",
                       job.name, job.m(), job.n(), job.k(), nodes ? "_" : "-")
      .str();
}

std::string word(const Factors &factors) {
  std::string text;
  llvm::raw_string_ostream out(text);
  for (unsigned d = 0; d < dims; ++d) {
    out << (d > 0 ? " " : "") << name(static_cast<Dim>(d)) << '=' << factors[d].full;
    if (factors[d].last != factors[d].full)
      out << ',' << factors[d].last;
  }
  return text;
}

/// What the registers keep.
llvm::StringRef stationary(const CoreNest &nest) {
  switch (nest.streamed) {
  case Dim::K: return "Z";
  case Dim::M: return "B";
  case Dim::N: return "A";
  }
  llvm_unreachable("covered switch");
}

/// The front end takes lists where the binaries take words.
std::string mapping(const CoreNest &nest, bool nodes) {
  std::string text;
  llvm::raw_string_ostream out(text);
  out << "mapping:\n";
  auto keeps = [&](llvm::StringRef level, llvm::StringRef kept) {
    llvm::SmallVector<llvm::StringRef> keep, bypass;
    for (llvm::StringRef space : {"A", "B", "Z"})
      (kept.contains(space) ? keep : bypass).push_back(space);
    out << "- { target: " << level << ", type: " << (nodes ? "dataspace" : "datatype")
        << ", keep: [ " << llvm::join(keep, ", ") << " ], bypass: [ " << llvm::join(bypass, ", ")
        << " ] }\n";
  };
  auto loops = [&](llvm::StringRef level, llvm::StringRef type, const Factors &factors,
                   llvm::StringRef order, llvm::StringRef more = "") {
    std::string list = word(factors), permutation = order.str();
    if (nodes) {
      list = "[ '" + llvm::join(llvm::split(list, ' '), "', '") + "' ]";
      permutation = llvm::formatv("[ {0}, {1}, {2} ]", order[0], order[1], order[2]);
    } else
      list = "'" + list + "'";
    out << "- { target: " << level << ", type: " << type << ", factors: " << list
        << ", permutation: " << permutation << more << " }\n";
  };
  // The innermost first: columns lie along X, and steps follow each other while their tile stays.
  const std::string order =
      (name(nest.alongCols) + name(nest.alongRows) + name(nest.streamed)).str();
  const std::string steps =
      (name(nest.streamed) + name(nest.alongCols) + name(nest.alongRows)).str();
  keeps("registers", stationary(nest));
  keeps("sram", "ABZ");
  keeps("outside", "ABZ");
  loops("registers", "temporal", nest.registers, order);
  loops("sram", "spatial", nest.array, order, ", split: 1");
  loops("sram", "temporal", nest.sram, order);
  loops("outside", "temporal", nest.outside, steps);
  return text;
}

constexpr llvm::StringLiteral mapper =
    "mapper:\n  version: 0.4\n  algorithm: random_pruned\n  optimization_metrics: [ delay, energy "
    "]\n"
    "  num_threads: 1\n  timeout: 2000\n  victory_condition: 500\n  search_size: 0\n"
    "  live_status: false\n  diagnostics: false\n";

Result emit(const Request &request) {
  auto made = nestedWorkOf(request, Edges::Padded);
  if (auto *refusal = std::get_if<std::string>(&made))
    return *refusal;
  const auto &nested = std::get<NestedWork>(made);
  const CoreWork &work = nested.work;
  Emission emission;
  emission.files = {{"arch.yaml", subtreeDialect(work.core)},
                    {"arch.nodes.yaml", nodesDialect(work.core)},
                    {"energy.yaml", energies(work.core)},
                    {"mapper.yaml", mapper.str()}};
  for (const auto &[job, nest, padded] : nested.loops) {
    emission.files.push_back({job.name + ".problem.yaml", problem(job, false)});
    emission.files.push_back({job.name + ".mapping.yaml", mapping(nest, false)});
    emission.files.push_back({job.name + ".nodes.yaml", problem(job, true) + mapping(nest, true)});
  }
  emission.figures = nested.figures();
  emission.command =
      "for f in *.problem.yaml; do p=${f%.problem.yaml}; mkdir -p out/$p; "
      "timeloop-model arch.yaml energy.yaml $f $p.mapping.yaml -o out/$p; done > output.txt";
  emission.notes = nested.notes();
  emission.notes.push_back(
      "`timeloop-mapper arch.yaml energy.yaml mapper.yaml PRODUCT.problem.yaml -o DIR` "
      "looks for a better mapping");
  emission.notes.push_back(
      "the Python front end reads arch.nodes.yaml, energy.yaml, mapper.yaml and "
      "PRODUCT.nodes.yaml: `timeloopfe.v4.Specification.from_yaml_files`");
  emission.notes.push_back("`outside` are the neighbours of the core: two links at a time, and the "
                           "energy of one hop; the energy of an operation includes registers");
  return emission;
}

void readStats(llvm::StringRef product, llvm::StringRef stats, std::vector<Figure> &figures) {
  auto add = [&](const llvm::Twine &name, llvm::ArrayRef<double> numbers, llvm::StringRef unit) {
    if (!numbers.empty())
      figures.push_back({(name + product).str(), numbers.front(), unit.str()});
  };
  const llvm::StringRef summary = stats.substr(stats.find("Summary Stats"));
  add("cycles of ", numbersAfter(summary, "\nCycles:"), "cycle");
  add("multiply-accumulates of ", numbersAfter(stats, "Computes (total)"), "");
  llvm::StringRef sram = stats.substr(stats.find("=== sram ==="));
  sram = sram.take_front(sram.find("Level "));
  double words = 0;
  for (llvm::StringRef space : {"\n    A:", "\n    B:", "\n    Z:"})
    for (double held : numbersAfter(sram.substr(sram.find(space)), "Utilized capacity"))
      words += held;
  if (words > 0)
    figures.push_back({("operands in SRAM for " + product).str(), words, ""});
}

Reading read(llvm::StringRef folder) {
  std::vector<Figure> figures;
  std::vector<std::string> products;
  std::error_code failed;
  llvm::SmallString<128> out(folder);
  llvm::sys::path::append(out, "out");
  for (llvm::sys::fs::directory_iterator it(out, failed), end; it != end && !failed;
       it.increment(failed))
    products.push_back(llvm::sys::path::filename(it->path()).str());
  llvm::sort(products);
  for (const std::string &product : products)
    if (auto stats = fileOf(out, product + "/timeloop-model.stats.txt"))
      readStats(product, *stats, figures);
  if (figures.empty())
    return "there is no `out/PRODUCT/timeloop-model.stats.txt` with figures";
  return figures;
}

} // namespace

const Backend timeloop{
    "timeloop", "Timeloop: the products of a core as loop nests, with a mapping for each",
    {},         coreNeeds,
    emit,       read};

} // namespace wsc::backends
