// Stream: the matrix products of a plan on their mesh of cores, with what moves between cores.
//
// What it reads (Symons et al., IEEE Trans. Computers 2025, arXiv:2212.10612; stream-dse 2.1.1 from
// PyPI and runs):
//   - cores as ZigZag's accelerators, with a type and the types of operands; a system of cores with
//     bidirectional links, in bits a cycle; a mapping of the nodes of an ONNX graph to cores.
//   - graph inputs lie outside the chip.  What lies in the cores before it moves is therefore the
//     result of a node in a core that holds it: beside each core stands a holder, which shares its
//     memory (`core_memory_sharing`, the owner first) and has the links.
//   - its router makes a tree for each core that sends; the outside ends routes, never relays them.
//   - a cut of a dimension over cores that leaves a remainder is ignored, and two cuts of one
//     dimension have to divide each other.
//   - the array of a core is filled as ZigZag finds best, and `dataflows` cannot name the
//     dimensions of a product.  But a memory of one word for a moving operand that serves a side of
//     the array leaves that side to the dimension that the operand lacks, so that one mapping is
//     left.
//   - a port serves one move of an operand at a time, in ZigZag's stalls and in Stream's transfers.
//   - SRAM has to hold two of what is new in each iteration.
#include "backends/StreamHardware.h"
#include "backends/StreamLayout.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <map>
#include <set>

namespace wsc::backends {

namespace {

/// As Stream and as ONNX call the type of an operand.
struct ElementType {
  llvm::StringRef stream, onnx;
};
std::optional<ElementType> elementTypeOf(double bytes) {
  if (bytes == 1)
    return ElementType{"int8", "INT8"};
  if (bytes == 2)
    return ElementType{"fp16", "FLOAT16"};
  if (bytes == 4)
    return ElementType{"fp32", "FLOAT"};
  return std::nullopt;
}

/// A node of the graph: its dimensions are those that `order` lists.
void addLayer(llvm::raw_ostream &out, llvm::StringRef name, const Spread &spread,
              const StreamLayout &layout, llvm::ArrayRef<Dim> order) {
  const bool holds = name != "product";
  out << "- name: " << name << "\n  core_allocation: [[";
  for (unsigned i = 0; i < layout.cores(); ++i) {
    const unsigned core = spread.byColumns ? i % layout.rows * layout.cols + i / layout.rows : i;
    out << (i ? ", " : "") << (holds ? core : layout.cores() + core);
  }
  out << "]]\n  inter_core_tiling: [[";
  for (const Cut &cut : spread.cuts)
    out << llvm::formatv("{0}{{ dim: D{1}, split: {2} }", &cut == spread.cuts.begin() ? "" : ", ",
                         llvm::find(order, cut.dim) - order.begin(), cut.parts);
  out << "]]\n";
}

std::string mapping(const StreamLayout &layout) {
  std::string text;
  llvm::raw_string_ostream out(text);
  constexpr Dim whole[] = {Dim::M, Dim::N, Dim::K};
  out << "layers:\n";
  if (layout.left)
    addLayer(out, "left", *layout.left, layout, {Dim::M, Dim::K});
  if (layout.right)
    addLayer(out, "right", *layout.right, layout, {Dim::K, Dim::N});
  addLayer(out, "product", layout.product, layout, whole);
  out << "fused_groups:\n- name: group\n  layers: [" << (layout.left ? "left, " : "")
      << (layout.right ? "right, " : "") << "product]\n";
  out << llvm::formatv("  intra_core_tiling: [{{ dim: product.D{0}, tile: {1} }]\n",
                       llvm::find(whole, layout.streamed) - std::begin(whole), layout.tile);
  return text;
}

constexpr llvm::StringLiteral script =
    R"(# Evaluates every product of products.csv; writes results.csv.
import csv
import onnx
from onnx import TensorProto, helper
from stream.api import SolveOptions, evaluate_mapping


def graph(row):
    """A and B, which a node brings into the cores that hold them before they move, and their product."""
    m, n, k = (int(row[size]) for size in "mnk")
    tensor = lambda name, *shape: helper.make_tensor_value_info(name, getattr(TensorProto, row["type"]), shape)
    moves = row["moves"].split()
    nodes = [helper.make_node("Relu", [side + "_outside"], [side + "_held"], name=side) for side in moves]
    names = [side + ("_held" if side in moves else "_outside") for side in ("left", "right")]
    nodes.append(helper.make_node("MatMul", names, ["result"], name="product"))
    inputs = [tensor("left_outside", m, k), tensor("right_outside", k, n)]
    graph = helper.make_graph(nodes, row["product"], inputs, [tensor("result", m, n)])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])


with open("results.csv", "w") as results:
    results.write("product,cycles\n")
    for row in csv.DictReader(open("products.csv")):
        name = row["product"]
        onnx.save(graph(row), name + ".onnx")
        try:
            estimate = evaluate_mapping(row["mesh"], name + ".onnx", "out/" + name, name + ".mapping.yaml",
                                        SolveOptions(backend="ortools_gscip", artifacts=False))
            print(f"{name},{estimate.cycles:.10g}", file=results, flush=True)
        except RuntimeError as reason:
            print(f"{name}: {reason}")
)";

Result emit(const Request &request) {
  auto made = coreWorkOf(request);
  if (auto *refusal = std::get_if<std::string>(&made))
    return *refusal;
  const CoreWork &work = std::get<CoreWork>(made);
  const auto type = elementTypeOf(work.core.word);
  if (!type)
    return "Stream has types of 1, 2 and 4 bytes; `workload.element_size` is " +
           number(work.core.word);
  Emission emission;
  std::string table = "product,mesh,type,moves,m,n,k\n", padded;
  std::map<std::string, std::string> leftOut; // the products, by the reason
  std::set<std::string> written;
  for (const CoreJob &job : work.jobs) {
    auto made = streamLayoutOf(job, work.core);
    auto nest = nestOf(job, work.core);
    if (auto *refusal = std::get_if<std::string>(&nest))
      made = *refusal;
    if (auto *refusal = std::get_if<std::string>(&made)) {
      std::string &names = leftOut[*refusal];
      names += (names.empty() ? "" : ", ") + job.name;
      continue;
    }
    const StreamLayout &layout = std::get<StreamLayout>(made);
    const std::string kind = streamKind(layout.streamed).str();
    const std::string mesh = llvm::formatv("{0}_{1}x{2}.yaml", kind, layout.rows, layout.cols);
    if (written.insert(kind).second)
      addStreamCores(work.core, std::get<CoreNest>(nest), type->stream, emission.files);
    if (written.insert(mesh).second)
      emission.files.push_back({mesh, streamMesh(job.block, work.core, kind)});
    emission.files.push_back({job.name + ".mapping.yaml", mapping(layout)});
    table += llvm::formatv("{0},{1},{2},{3}{4}{5},{6},{7},{8}\n", job.name, mesh, type->onnx,
                           layout.left ? "left" : "", layout.left && layout.right ? " " : "",
                           layout.right ? "right" : "", layout.m, layout.n, layout.k);
    if (layout.padded)
      padded += (padded.empty() ? "" : ", ") + job.name;
    emission.figures.push_back(
        {"mesh cycles of " + job.name, job.meshTime * work.core.clock, "cycle"});
  }
  if (emission.files.empty())
    return "no product of this plan can be written: " + leftOut.begin()->first;
  emission.files.push_back({"outside.yaml", streamOutside(work.core.word)});
  emission.files.push_back({"products.csv", table});
  emission.files.push_back({"evaluate.py", script.str()});
  emission.command = "python3 evaluate.py > output.txt";
  emission.notes = coreNotes(work, "elementwise operators and collectives");
  emission.notes.push_back("each product is on the mesh of the cores that share it; a tile is a "
                           "core and a holder, which has its links and "
                           "shares its SRAM.  Operands that move lie in the holders; others, and "
                           "the result, come from and go to an "
                           "outside that is never in the way");
  emission.notes.push_back(
      "Stream has no latency of a link or of a step, and sums partial results once, "
      "where wsc gives all cores of the line the sum");
  if (!padded.empty())
    emission.notes.push_back("sizes are padded so that every cut is whole: " + padded);
  for (const auto &[reason, names] : leftOut)
    emission.notes.push_back("left out, as " + reason + ": " + names);
  return emission;
}

Reading read(llvm::StringRef folder) {
  return readTable(folder, "results.csv", {{"mesh cycles of ", "cycle"}});
}

} // namespace

const Backend stream{
    "stream", "Stream: the products of a plan on their mesh of cores, with what moves",
    {},       coreNeeds,
    emit,     read};

} // namespace wsc::backends
