// AccelForge, the successor of Timeloop: the matrix products of a core as loop nests.
//
// What it reads (accelforge 1.0.467 from PyPI and runs of it):
//   - one specification from any number of YAML files; `arch` is a list of nodes from the outside
//   in.
//   - all numbers are per bit, in J, s and bit/s; `total_latency` says whether reads and writes
//   share a
//     port.
//   - loops have the size of the tile that is left, not their number of iterations; a last round
//   that is
//     smaller counts as what it is.
//   - a tensor is held from its `!Storage` inward, so that what stays stands outside the loop over
//     what streams; further in, it is fetched again for each step.
#include "backends/CoreNest.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::backends {

namespace {

std::string architecture(const CoreHardware &core) {
  std::string text;
  llvm::raw_string_ostream out(text);
  const double bits = 8;
  auto memory = [&](llvm::StringRef name, const std::string &size, llvm::StringRef tensors,
                    double energy, const std::string &throughput, bool shared) {
    out << "  - !Memory\n    name: " << name << "\n    size: " << size
        << "\n    leak_power: 0\n    area: 0\n    tensors: { " << tensors << " }\n";
    if (shared)
      out << "    total_latency: sum(a.n_calls / a.throughput for a in actions)\n";
    out << "    actions:\n";
    for (llvm::StringRef action : {"read", "write"})
      out << "    - { name: " << action << ", energy: " << number(energy / bits)
          << ", throughput: " << throughput << " }\n";
  };
  out << "arch:\n  nodes:\n";
  // Two neighbours send at a time: along a row of cores and down a column.
  memory("outside", "inf", "keep: All", core.linkEnergy,
         number(bits * 2 * core.linkBandwidth * core.clock), false);
  memory("sram", number(bits * core.sram), "keep: All", core.sramEnergy,
         number(bits * core.sramBandwidth * core.clock), true);
  out << "  - !Container\n    name: array\n    spatial:\n    - { name: rows, fanout: " << core.rows
      << " }\n    - { name: cols, fanout: " << core.cols << " }\n";
  memory("registers", number(bits * core.word), "may_keep: All", 0, "inf", false);
  out << "  - !Compute\n    name: mac\n    leak_power: 0\n    area: 0\n    actions:\n"
      << "    - { name: compute, energy: " << number(core.macEnergy)
      << ", throughput: " << number(core.clock) << " }\n";
  return text;
}

std::string workload(const CoreJob &job, double word) {
  return llvm::formatv("workload:\n  iteration_space_shape:\n    m: 0 <= m < {1}\n"
                       "    n: 0 <= n < {2}\n    k: 0 <= k < {3}\n"
                       "  bits_per_value: {{ All: {4} }\n  einsums:\n  - name: {0}\n"
                       "    tensor_accesses:\n    - {{ name: A, projection: [ m, k ] }\n"
                       "    - {{ name: B, projection: [ k, n ] }\n"
                       "    - {{ name: Z, projection: [ m, n ], output: True }\n",
                       job.name, job.m(), job.n(), job.k(), number(8 * word))
      .str();
}

/// The tensor that lacks the dimension that streams, and the other two.
std::pair<llvm::StringRef, llvm::StringRef> stayAndStream(const CoreNest &nest) {
  switch (nest.streamed) {
  case Dim::K: return {"Z", "A, B"};
  case Dim::M: return {"B", "A, Z"};
  case Dim::N: return {"A", "B, Z"};
  }
  llvm_unreachable("covered switch");
}

std::string mapping(const CoreJob &job, const CoreNest &nest) {
  std::string text;
  llvm::raw_string_ostream out(text);
  auto storage = [&](llvm::StringRef tensors, llvm::StringRef component) {
    out << "  - !Storage { tensors: [ " << tensors << " ], component: " << component << " }\n";
  };
  auto loop = [&](Dim dim, uint64_t tile) {
    out << "  - !Temporal { rank_variable: " << name(dim).lower() << ", tile_shape: " << tile
        << " }\n";
  };
  auto inArray = [&](Dim dim, llvm::StringRef side) {
    out << "  - !Spatial { rank_variable: " << name(dim).lower()
        << ", tile_shape: 1, component: array, name: " << side << " }\n";
  };
  auto factor = [](const Factors &factors, Dim dim) { return factors[unsigned(dim)].full; };
  const auto [stays, streams] = stayAndStream(nest);
  out << "mapping:\n  nodes:\n";
  storage("A, B, Z", "outside");
  if (nest.divided)
    for (Dim dim : {nest.alongRows, nest.alongCols})
      loop(dim, factor(nest.array, dim) * factor(nest.sram, dim));
  storage(stays, "sram");
  loop(nest.streamed, factor(nest.registers, nest.streamed));
  storage(streams, "sram");
  loop(nest.alongRows, factor(nest.array, nest.alongRows));
  loop(nest.alongCols, factor(nest.array, nest.alongCols));
  inArray(nest.alongRows, "rows");
  inArray(nest.alongCols, "cols");
  storage(stays, "registers");
  loop(nest.streamed, 1);
  out << "  - !Compute { einsum: " << job.name << ", component: mac }\n";
  return text;
}

constexpr llvm::StringLiteral script =
    R"(# Evaluates the mapping of every product; writes results.csv.
import pathlib
from accelforge.frontend.spec import Spec
from accelforge.model.main import evaluate_mapping

CLOCK, WORDS = @CLOCK@, @WORDS@
with open("results.csv", "w") as results:
    results.write("product,cycles,macs,operands,joules\n")
    for path in sorted(pathlib.Path(".").glob("*.product.yaml")):
        name = path.name.removesuffix(".product.yaml")
        result = evaluate_mapping(Spec.from_yaml("arch.yaml", str(path)))
        row = {tuple(column.split("<SEP>")): value.iloc[0] for column, value in result.data.items()}
        held = sum(row[name, "usage", "memory", "sram", tensor] for tensor in "ABZ")
        macs = row[name, "action", "mac", "None", "compute"]
        line = f"{name},{result.latency() * CLOCK:.1f},{macs:.0f},{held * WORDS:.0f},{result.energy():.6g}"
        results.write(line + "\n")
        print(line)
)";

std::string scriptFor(const CoreHardware &core) {
  std::string text = script.str();
  auto put = [&](llvm::StringRef mark, const std::string &value) {
    text.replace(text.find(mark.str()), mark.size(), value);
  };
  put("@CLOCK@", number(core.clock));
  put("@WORDS@", llvm::utostr(core.sramWords()));
  return text;
}

Result emit(const Request &request) {
  auto made = nestedWorkOf(request, Edges::Ragged);
  if (auto *refusal = std::get_if<std::string>(&made))
    return *refusal;
  const auto &nested = std::get<NestedWork>(made);
  const CoreWork &work = nested.work;
  Emission emission;
  emission.files = {{"arch.yaml", architecture(work.core)}, {"evaluate.py", scriptFor(work.core)}};
  for (const auto &[job, nest, padded] : nested.loops)
    emission.files.push_back(
        {job.name + ".product.yaml", workload(job, work.core.word) + mapping(job, nest)});
  emission.figures = nested.figures();
  emission.command = "python3 evaluate.py > output.txt";
  emission.notes = nested.notes();
  emission.notes.push_back("`outside` are the neighbours of the core: two links at a time, and the "
                           "energy of one hop; the energy of an operation includes registers");
  return emission;
}

Reading read(llvm::StringRef folder) {
  return readTable(folder, "results.csv",
                   {{"cycles of ", "cycle"},
                    {"multiply-accumulates of ", ""},
                    {"operands in SRAM for ", ""},
                    {"energy of ", "J"}});
}

} // namespace

const Backend accelForge{
    "accelforge", "AccelForge: the products of a core as loop nests, with a mapping for each",
    {},           coreNeeds,
    emit,         read};

} // namespace wsc::backends
