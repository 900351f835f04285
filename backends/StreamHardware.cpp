// Cores, what holds their operands, and the mesh between them, as Stream reads them (Stream.cpp).
#include "backends/StreamHardware.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::backends {

llvm::StringRef streamKind(Dim streamed) {
  switch (streamed) {
  case Dim::M: return "weight";
  case Dim::N: return "input";
  case Dim::K: return "output";
  }
  llvm_unreachable("covered switch");
}

namespace {

constexpr double pico = 1e12;
/// Bits a cycle and bits of what is outside: never in the way.
constexpr uint64_t outsideBandwidth = uint64_t(1) << 20, outsideBits = uint64_t(1) << 50;

/// A, B and the result, as ZigZag calls them.
constexpr llvm::StringLiteral operands[] = {"I1", "I2", "O"};
/// Of the operand that lacks this dimension.
llvm::StringRef lacking(Dim dim) {
  switch (dim) {
  case Dim::M: return "I2";
  case Dim::N: return "I1";
  case Dim::K: return "O";
  }
  llvm_unreachable("covered switch");
}

/// `r_port_1`: in and out of the array are `tl` and `fl`, of the outside `th` and `fh`.
struct Port {
  llvm::StringRef name, type;
  std::string moves;
};

std::string moves(llvm::StringRef operand, llvm::ArrayRef<llvm::StringRef> directions) {
  return llvm::join(llvm::map_range(directions,
                                    [&](llvm::StringRef direction) {
                                      return ("\"" + operand + ", " + direction + "\"").str();
                                    }),
                    ", ");
}

struct Memory {
  std::string name;
  uint64_t size;             ///< bits
  double energy;             ///< J of a word
  uint64_t least, bandwidth; ///< bits a cycle of each port
  llvm::ArrayRef<llvm::StringLiteral> operands;
  std::vector<Port> ports;
  llvm::StringRef served; ///< sides of the array
};

void print(llvm::raw_ostream &out, const Memory &memory) {
  out << llvm::formatv("  {0}:\n    size: {1}\n    r_cost: {2}\n    w_cost: {2}\n    area: 0\n"
                       "    latency: 1\n    operands: [{3}]\n    ports:\n",
                       memory.name, memory.size, number(pico * memory.energy),
                       llvm::join(memory.operands, ", "));
  for (const Port &port : memory.ports)
    out << llvm::formatv("    - {{ name: {0}, type: {1}, bandwidth_min: {2}, bandwidth_max: {3}, "
                         "allocation: [{4}] }\n",
                         port.name, port.type, memory.least, memory.bandwidth, port.moves);
  out << "    served_dimensions: [" << memory.served << "]\n";
}

/// One word of an operand, with a port for each way.
Memory wordOf(llvm::StringRef name, llvm::StringRef operand, uint64_t bits,
              llvm::StringRef served) {
  const auto *found = llvm::find(operands, operand);
  Memory memory{name.str(), bits, 0, bits, bits, llvm::ArrayRef(found, 1), {}, served};
  memory.ports = {{"r_port_1", "read", moves(operand, {"tl"})},
                  {"w_port_1", "write", moves(operand, {"fh"})}};
  if (operand == "O") {
    memory.ports.push_back({"r_port_2", "read", moves(operand, {"th"})});
    memory.ports.push_back({"w_port_2", "write", moves(operand, {"fl"})});
  }
  return memory;
}

/// Each way into or out of the array has a quarter of the bandwidth, and what is left serves the
/// rest.
std::vector<Port> sramPorts(Dim streamed) {
  switch (streamed) {
  case Dim::K:
    return {{"r_port_1", "read", moves("I1", {"tl"})},
            {"r_port_2", "read", moves("I2", {"tl"})},
            {"w_port_1", "write", moves("I1", {"fh"}) + ", " + moves("I2", {"fh"})},
            {"rw_port_1", "read_write", moves("O", {"tl", "th", "fh", "fl"})}};
  case Dim::M:
  case Dim::N: {
    const llvm::StringRef moving = streamed == Dim::M ? "I1" : "I2";
    const llvm::StringRef staying = lacking(streamed);
    return {
        {"r_port_1", "read", moves(moving, {"tl"})},
        {"rw_port_1", "read_write", moves(moving, {"fh"}) + ", " + moves(staying, {"fh", "tl"})},
        {"r_port_2", "read", moves("O", {"tl", "th"})},
        {"w_port_1", "write", moves("O", {"fh", "fl"})}};
  }
  }
  llvm_unreachable("covered switch");
}

Memory sramOf(const CoreHardware &core, Dim streamed) {
  const uint64_t word = uint64_t(8 * core.word);
  return {"sram",
          uint64_t(8 * core.sram),
          core.sramEnergy * core.word,
          word,
          std::max(word, uint64_t(8 * core.sramBandwidth / 4)),
          operands,
          sramPorts(streamed),
          "D1, D2"};
}

std::string coreText(llvm::StringRef name, llvm::StringRef type, llvm::ArrayRef<Memory> memories,
                     unsigned rows, unsigned cols, double energy) {
  std::string text;
  llvm::raw_string_ostream out(text);
  out << llvm::formatv("name: {0}\ntype: zigzag.{1}\nmemories:\n", name, type);
  for (const Memory &memory : memories)
    print(out, memory);
  out << llvm::formatv("operational_array:\n  unit_energy: {0}\n  unit_area: 0\n"
                       "  dimensions: [D1, D2]\n  sizes: [{1}, {2}]\n",
                       number(pico * energy), rows, cols);
  return text;
}

} // namespace

void addStreamCores(const CoreHardware &core, const CoreNest &nest, llvm::StringRef type,
                    std::vector<File> &files) {
  const uint64_t word = uint64_t(8 * core.word);
  const std::string kind = streamKind(nest.streamed).str();
  const Memory sram = sramOf(core, nest.streamed);
  const std::string precision =
      llvm::formatv("operand_precision: {{ input: {0}, accumulator: {0} }\n", type).str();
  const Memory memories[] = {wordOf("registers", lacking(nest.streamed), word, ""),
                             wordOf("along_rows", lacking(nest.alongRows), word, "D1"),
                             wordOf("along_cols", lacking(nest.alongCols), word, "D2"), sram};
  files.push_back({kind + "_core.yaml",
                   coreText("core", "compute", memories, core.rows, core.cols, core.macEnergy) +
                       precision + "operator_types: [MatMul]\n"});
  // It passes on as much as the ports take.
  files.push_back({kind + "_holder.yaml", coreText("holder", "compute", sram, 1024, 1024, 0) +
                                              precision + "operator_types: [Relu]\n"});
}

std::string streamOutside(double word) {
  const uint64_t bits = uint64_t(8 * word);
  const Memory memory{"memory",
                      outsideBits,
                      0,
                      bits,
                      outsideBandwidth,
                      operands,
                      {{"rw_port_1", "read_write",
                        moves("I1", {"fh", "tl"}) + ", " + moves("I2", {"fh", "tl"}) + ", " +
                            moves("O", {"fh", "fl", "tl", "th"})}},
                      "D1, D2"};
  return coreText("outside", "offchip", memory, 0, 0, 0);
}

namespace {

/// Links in bits a cycle, slower ones between reticles.
class MeshText {
public:
  MeshText(const evaluation::Block &block, const CoreHardware &core) : block_(block), core_(core) {}

  std::string text(llvm::StringRef kind) {
    const unsigned rows = unsigned(block_.col.cores), cols = unsigned(block_.row.cores);
    const unsigned cores = rows * cols;
    out_ << "name: mesh\ncores:\n";
    for (unsigned i = 0; i < 2 * cores; ++i)
      out_ << llvm::formatv("  {0}: ./{1}_{2}.yaml\n", i, kind, i < cores ? "holder" : "core");
    out_ << llvm::formatv("  {0}: ./outside.yaml\noffchip_core_id: {0}\nunit_energy_cost: 0\n"
                          "core_memory_sharing:\n",
                          2 * cores);
    for (unsigned i = 0; i < cores; ++i)
      out_ << llvm::formatv("  - {0}, {1}\n", i, cores + i);
    out_ << "core_connectivity:\n";
    for (unsigned r = 0; r < rows; ++r)
      line(block_.row, r * cols, 1);
    for (unsigned c = 0; c < cols; ++c)
      line(block_.col, c, cols);
    for (unsigned i = 0; i < cores; ++i)
      link(i, 2 * cores, outsideBandwidth);
    return std::move(text_);
  }

private:
  void link(unsigned from, unsigned to, double bandwidth) {
    out_ << llvm::formatv("  - {{ type: link, cores: [{0}, {1}], bandwidth: {2} }\n", from, to,
                          number(bandwidth));
  }
  void line(const evaluation::Line &line, unsigned first, unsigned step) {
    const double inside = 8 * core_.linkBandwidth, edge = 8 * line.bandwidth / core_.clock;
    const unsigned perReticle = unsigned(line.perReticle);
    for (unsigned i = 0; i + 1 < line.cores; ++i)
      link(first + i * step, first + (i + 1) * step, (i + 1) % perReticle == 0 ? edge : inside);
    if (line.wraps && line.cores > 2)
      link(first, first + (unsigned(line.cores) - 1) * step, inside);
  }

  const evaluation::Block &block_;
  const CoreHardware &core_;
  std::string text_;
  llvm::raw_string_ostream out_{text_};
};

} // namespace

std::string streamMesh(const evaluation::Block &block, const CoreHardware &core,
                       llvm::StringRef kind) {
  return MeshText(block, core).text(kind);
}

} // namespace wsc::backends
