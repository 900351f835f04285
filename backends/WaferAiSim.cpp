// wafer-ai-sim: WaferAI-SIM, transactions of NPUs on a mesh in SystemC (Zhu et al.,
// arXiv:2510.05632).
//
// What it does with its input (config_utils.cpp, npu_base.cpp, memory_utils.cpp, and runs of it):
//   - a cycle is 2 ns, whatever the design; an operand has one byte; names that it does not know
//   are ignored.
//   - a product takes (2 x + inputs) cycles for each x * x of its weights, over `sa_cnt` arrays of
//   side `exu_x`, or one flop a cycle and unit of the vector unit, whichever is less; `comp_util`
//   cancels out.
//   - weights are loaded before, at 15/8 GB/s for each of `dram_bw`; nothing overlaps with that.
//   - the SRAM gives 16 times `sram_bitwidth` bits in 2 ns; that has to divide 8192.
//   - the network takes `noc_payload_per_cycle` times 128 bits in a cycle; columns first.
//   - bits of a tensor are counted in 32 bits.
//   - it runs in its folder `build`, and its exit code is 0 whatever happened.
#include "backends/Folder.h"
#include "backends/ModelNeeds.h"
#include "backends/Text.h"
#include "backends/WaferAiProgram.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

namespace wsc::backends {

namespace {

using evaluation::Chip;
using evaluation::Topology;
using llvm::formatv;
using llvm::json::Array;
using llvm::json::Object;

constexpr int64_t mostCores = 1024;    ///< SystemC threads for more take gigabytes
constexpr int64_t mostBytes = 1 << 28; ///< of a tensor
constexpr int64_t mostInt = INT32_MAX;

Object hardware(const evaluation::Design &design, const WaferAiCore &npu) {
  return Object{{"x", int64_t(design.chip.reticleCols)},
                {"y", int64_t(design.chip.reticleRows)},
                {"noc", Object{{"noc_payload_per_cycle", npu.payload}}},
                {"operand", Object{{"comp_util", 1.0}}},
                {"memory",
                 // What a layer has used would be written back if it did not fit.
                 Object{{"sram_size", mostInt},
                        {"beha_dram_util", npu.dramShare},
                        {"dram_default_bitwidth", 32}}},
                {"cores", Array{Object{{"id", 0},
                                       {"exu_x", npu.side},
                                       {"sa_cnt", npu.arrays},
                                       {"vec_x", npu.vector},
                                       {"vec_cnt", 1},
                                       {"sfu_x", npu.vector},
                                       {"sram_bitwidth", npu.port},
                                       {"dram_bw", npu.dram}}}}};
}

Object workload(const WaferAiStretch &stretch, unsigned reticles) {
  Array sources, names;
  for (unsigned rank = 0; rank < stretch.ranks; ++rank)
    sources.push_back(Object{{"dest", rank}, {"size", "start"}});
  for (const WaferAiProduct &product : stretch.products)
    for (unsigned part = 0; part < product.parts; ++part)
      names.push_back(product.name);
  return Object{
      {"id_space", "global"},
      {"mode", "dataflow"},
      {"vars", Object{{"B", 1}, {"T", 1}, {"start", 1}}},
      {"pipeline", 1},
      {"source", std::move(sources)},
      {"products", std::move(names)},
      {"chips", Array{Object{{"chip_id", 0}, {"cores", waferAiCores(stretch, reticles)}}}}};
}

/// Behavioural models of SRAM, DRAM and network, times without colours.
Object simulation() {
  return Object{{"ttf_file", "../font/NotoSansDisplay-Bold.ttf"},
                {"operand", Object{{"load_static_as_tile", "layer"}}},
                {"memory", Object{{"use_beha_sram", true}, {"use_beha_dram", true}}},
                {"noc", Object{{"use_beha_noc", true}, {"fast_warmup", true}}},
                {"log", Object{{"log_level", 1}, {"colored", false}}}};
}

constexpr Feature features[] = {
    Feature::RoutingXY,       Feature::Decoding,       Feature::GroupedHeads,
    Feature::LatentAttention, Feature::SlidingWindows, Feature::GatedLayers,
    Feature::ParallelBlocks,  Feature::Experts,        Feature::FlashAttention,
    Feature::GPipe,           Feature::Interleaved,    Feature::ZeroBubble,
};

std::vector<Need> needs(const Request &request) {
  const auto &[chip, model, workload, strategy] = request.design;
  Needs needs;
  needs.add(!request.plan, Feature::Patterns,
            "workload.operation = " + name(workload.operation).str());
  needs.add(chip.waferTopology == Topology::Switch, Feature::Switch, "wafer.topology = switch");
  needs.add(chip.waferTopology == Topology::Torus, Feature::Torus, "wafer.topology = torus");
  needs.add(strategy.reticlesPerRank > 1, Feature::SpreadRanks, "strategy.reticles_per_rank > 1");
  needs.add(strategy.tp > chip.reticlesPerWafer(), Feature::SecondNetwork,
            "strategy.tp > wafer.rows * wafer.cols");
  needs.add(strategy.ep > 1 || workload.operation == evaluation::Operation::AllToAll,
            Feature::OtherCollectives,
            strategy.ep > 1 ? "strategy.ep > 1" : "workload.operation = all_to_all");
  needs.list.push_back(needOf(chip.routing));
  llvm::append_range(needs.list, modelNeeds(request));
  return needs.list;
}

/// Why a design cannot be written; empty if it can.
std::string refusalOf(const Request &request, const WaferAiCore &npu) {
  const Chip &chip = request.design.chip;
  if (request.level != Level::Wafer)
    return "a core of WaferAI-SIM is a reticle: the mesh of cores inside one is not written";
  if (chip.reticlesPerWafer() > mostCores)
    return formatv("WaferAI-SIM is given {0} reticles at most, not {1}", mostCores,
                   int64_t(chip.reticlesPerWafer()))
        .str();
  if (npu.payload < 1)
    return "WaferAI-SIM moves 8 GB/s or more over a link: `wafer.link_bandwidth` is less";
  if (npu.payload > mostInt || npu.arrays > mostInt || npu.vector > mostInt)
    return "WaferAI-SIM counts in 32 bits: `reticle.peak` or `wafer.link_bandwidth` is too large";
  return "";
}

std::string tooLarge(const WaferAiProduct &product) {
  for (auto [a, b] : {std::pair(product.inputs, product.depth),
                      {product.depth, product.outputs},
                      {product.inputs, product.outputs}})
    if (a > mostBytes / b)
      return formatv("WaferAI-SIM counts the bits of a tensor in 32 bits: `{0}` has one of {1} x "
                     "{2}; take more ranks or smaller micro-batches",
                     product.name, a, b)
          .str();
  return "";
}

std::vector<std::string> notesOf(const Request &request, const WaferAiCore &npu,
                                 const WaferAiStretch &stretch) {
  std::vector<std::string> notes{
      "$WAFERAI_SIM is the folder that WaferAI-SIM was cloned to and built in; it runs in its "
      "`build`",
      formatv("a core is a reticle: {0} arrays of {1} x {1} multiply-accumulate units; WaferAI-SIM "
              "has cycles of 2 ns and operands of one byte, so rates are those of `clock` in 2 ns, "
              "and bandwidths are in operands of {2} B",
              npu.arrays, npu.side, int64_t(request.design.workload.elementSize)),
      "the workload is " + stretch.name +
          "; mapping.txt places its ranks on the reticles of the first wafer",
      "a product of several heads is one whose weights lie beside each other; collectives are "
      "rings from neighbour to neighbour, in which every second rank receives first, since who "
      "sends waits for its receiver",
      "rates are peaks (`reticle.efficiency` has no field that counts); a hop takes the cycles of "
      "its router, not `wafer.hop_latency`"};
  if (npu.port == WaferAiCore::widestPort)
    notes.push_back("its SRAM gives 8.2 T operands/s at most, less than `reticle.sram_bandwidth` "
                    "may");
  notes.push_back(request.design.chip.dramBandwidth > 0
                      ? "it loads weights before it computes; wsc does both at a time"
                      : "weights are in SRAM: the DRAM is so fast that loading takes no time");
  if (!stretch.leftOut.empty())
    notes.push_back("left out, also of our times: " + llvm::join(stretch.leftOut, ", "));
  if (stretch.rounded)
    notes.push_back("sizes that are no whole numbers are rounded up");
  return notes;
}

Result emit(const Request &request) {
  const WaferAiCore npu(request.design);
  if (std::string refusal = refusalOf(request, npu); !refusal.empty())
    return refusal;
  auto found = waferAiStretch(request, npu);
  if (auto *problem = std::get_if<std::string>(&found))
    return *problem;
  const auto &stretch = std::get<WaferAiStretch>(found);
  for (const WaferAiProduct &product : stretch.products)
    if (std::string problem = tooLarge(product); !problem.empty())
      return problem;
  std::string mapping;
  for (auto [rank, reticle] : llvm::enumerate(stretch.reticles))
    mapping += formatv("{0}:{1}\n", rank, reticle);
  Emission emission;
  emission.files = {{"hardware.json", indented(hardware(request.design, npu))},
                    {"workload.json",
                     indented(workload(stretch, unsigned(request.design.chip.reticlesPerWafer())))},
                    {"simulation.json", indented(simulation())},
                    {"mapping.txt", mapping}};
  emission.command = "here=$PWD && cd \"$WAFERAI_SIM\"/build && ./npusim --workload-config "
                     "$here/workload.json --hardware-config $here/hardware.json "
                     "--simulation-config $here/simulation.json --mapping-config "
                     "$here/mapping.txt > $here/output.txt 2>&1";
  emission.notes = notesOf(request, npu, stretch);
  for (const WaferAiProduct &product : stretch.products)
    emission.figures.push_back({"time of " + product.name, product.time, "s"});
  emission.figures.push_back({"time of the stretch", stretch.time, "s"});
  return emission;
}

/// What is after the bar of a line, `1024 ns`, in seconds.
std::optional<double> stampOf(llvm::StringRef line) {
  llvm::StringRef text = line.rsplit('|').second;
  text = text.substr(text.find_first_of('m') + 1); // the colour before it
  text = text.substr(0, text.find('\x1B')).trim();
  const auto [number, unit] = text.split(' ');
  constexpr std::pair<llvm::StringLiteral, double> units[] = {
      {"s", 1}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}, {"ps", 1e-12}};
  const auto *found = llvm::find_if(units, [&](const auto &each) { return each.first == unit; });
  double value = 0;
  if (found == std::end(units) || number.getAsDouble(value))
    return std::nullopt;
  return value * found->second;
}

/// From a line with one text to the next with another, for each pair of them.
std::vector<double> spansOf(llvm::ArrayRef<llvm::StringRef> lines, llvm::StringRef from,
                            llvm::StringRef to) {
  std::vector<double> spans;
  std::vector<double> start; // of the line that was seen, as long as the other has not come
  for (llvm::StringRef line : lines) {
    const auto stamp = line.contains(from) || line.contains(to) ? stampOf(line) : std::nullopt;
    if (!stamp)
      continue;
    if (line.contains(from)) {
      start = {*stamp};
    } else if (!start.empty()) {
      spans.push_back(*stamp - start[0]);
      start.clear();
    }
  }
  return spans;
}

Reading read(llvm::StringRef folder) {
  auto file = jsonFileOf(folder, "workload.json", "`workload.json` is gone");
  if (auto *problem = std::get_if<std::string>(&file))
    return *problem;
  const std::optional<std::string> output = fileOf(folder, "output.txt"),
                                   mapping = fileOf(folder, "mapping.txt");
  if (!output || !mapping)
    return "there is no `output.txt`: run WaferAI-SIM as README says";
  const std::vector<llvm::StringRef> lines = linesOf(*output);
  const auto whole = spansOf(lines, "start START data distribution", "All requests finished");
  if (whole.size() != 1)
    return "`output.txt` has no `All requests finished`: WaferAI-SIM did not come to its end";
  // The rank that is first sits on the reticle of the first line.
  const std::string core =
      "Core " + llvm::StringRef(*mapping).split('\n').first.split(':').second.str();
  const auto times = spansOf(lines, core + " start compute primitive Matmul_f",
                             core + " end compute primitive Matmul_f");
  const Array *products = std::get<Object>(file).getArray("products");
  if (!products || products->size() != times.size())
    return "`output.txt` has other products than `workload.json`";
  std::vector<Figure> figures;
  for (const auto &[product, time] : llvm::zip_equal(*products, times)) {
    const std::string figure = "time of " + product.getAsString().value_or("").str();
    if (figures.empty() || figures.back().name != figure)
      figures.push_back({figure, 0, "s"});
    figures.back().value += time;
  }
  figures.push_back({"time of the stretch", whole[0], "s"});
  return figures;
}

} // namespace

const Backend waferAiSim{
    "wafer-ai-sim", "WaferAI-SIM: a layer on the reticles of a wafer, each a core of NPUs",
    features,       needs,
    emit,           read};

} // namespace wsc::backends
