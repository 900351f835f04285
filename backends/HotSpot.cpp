// HotSpot 7: the temperatures of the reticles of a wafer, or of the cores of a reticle.
//
// What HotSpot reads (flp.c, hotspot.c, temperature.c, util.c, and runs of it):
//   - floorplan: `name<TAB>width<TAB>height<TAB>left<TAB>bottom` in metres; blocks must tile a
//     rectangle.  Power trace: a line of the same names, then lines of watts.
//   - a line has at most 65,535 characters and a floorplan 8192 blocks; beyond that it stops.
//   - configuration: `-option value` lines.  An option that it does not know is ignored, and the
//   default
//     taken, without a word.
//   - the grid has powers of two for sides unless HotSpot was built with SuperLU.
//   - spreader and sink are squares, which must be larger than the chip, and the sink larger than
//   the
//     spreader; their defaults of 30 mm and 60 mm are those of a processor.
//   - `-r_convec` is of the whole sink, and everything is in kelvin.
#include "backends/Folder.h"
#include "backends/StagePower.h"
#include "backends/Text.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace wsc::backends {

namespace {

using llvm::formatv;

constexpr unsigned maxBlocks = 8192, maxLine = 65535;

/// Spreader over chip, and sink over chip: HotSpot divides by what they stick out.
constexpr double spreaderSide = 1.02, sinkSide = 1.04;

struct Block {
  std::string name;
  double width, height, left, bottom; ///< m
  double power;                       ///< W
  double area() const { return width * height; }
};

/// A rectangle that blocks tile, and what lies between it and the coolant.
struct Die {
  double width = 0, height = 0;
  std::vector<Block> blocks;
  std::string is; ///< for notes

  double power() const {
    double sum = 0;
    for (const Block &block : blocks)
      sum += block.power;
    return sum;
  }
  /// The block of the densest power, the first of several.
  const Block &densest() const {
    return *llvm::max_element(blocks, [](const Block &a, const Block &b) {
      return a.power / a.area() < b.power / b.area() * (1 - 1e-9);
    });
  }
};

/// A reticle with its share of the gaps around it is a block.
Die wafer(const Request &request, const std::vector<ReticlePower> &power) {
  const evaluation::Chip &chip = request.design.chip;
  Die die{*valueOf(request, "wafer.width"), *valueOf(request, "wafer.height"), {}, ""};
  const unsigned rows = chip.reticleRows, cols = chip.reticleCols;
  const double width = die.width / cols, height = die.height / rows;
  for (unsigned r = 0; r < rows; ++r)
    for (unsigned c = 0; c < cols; ++c)
      die.blocks.push_back({formatv("r{0}_{1}", r, c), width, height, c * width,
                            (rows - 1 - r) * height, power[r * cols + c].total()});
  die.is =
      formatv("a block is a reticle with its share of the gaps between reticles, `r0_0` the one "
              "on top to the left: {0} x {1} of them; stacks of HBM are not drawn, and what DRAM "
              "takes is put onto the reticle that it serves",
              rows, cols);
  return die;
}

/// Cores in the middle, the transceivers of the four edges around them.
Die reticle(const Request &request, const ReticlePower &power) {
  const evaluation::Chip &chip = request.design.chip;
  Die die{*valueOf(request, "reticle.width"), *valueOf(request, "reticle.height"), {}, ""};
  const unsigned rows = chip.coreRows;
  const unsigned spares = valueOf(request, "wafer.spare_cores").value_or(0);
  const unsigned cols = chip.coreCols + spares;
  const double depth = valueOf(request, "reticle.phy_depth").value_or(0);
  const double inWidth = die.width - 2 * depth, inHeight = die.height - 2 * depth;
  const double width = inWidth / cols, height = inHeight / rows;
  const double idle = power.idle / die.width / die.height; // W/m^2
  const double border = die.width * die.height - inWidth * inHeight;
  // Without transceivers of their own, links are a part of the cores.
  const double work = power.work + (depth > 0 ? 0 : power.edge);
  auto add = [&](std::string name, double w, double h, double left, double bottom, double more) {
    die.blocks.push_back({std::move(name), w, h, left, bottom, idle * w * h + more});
  };
  for (unsigned r = 0; r < rows; ++r)
    for (unsigned c = 0; c < cols; ++c)
      add(formatv("c{0}_{1}", r, c), width, height, depth + c * width,
          depth + (rows - 1 - r) * height, c < chip.coreCols ? work / rows / chip.coreCols : 0);
  if (depth > 0) {
    auto edge = [&](llvm::StringRef name, double w, double h, double left, double bottom) {
      add(name.str(), w, h, left, bottom, power.edge * w * h / border);
    };
    edge("south", die.width, depth, 0, 0);
    edge("north", die.width, depth, 0, die.height - depth);
    edge("west", depth, inHeight, 0, depth);
    edge("east", depth, inHeight, die.width - depth, depth);
  }
  die.is = formatv(
      "a block is a core of the busiest reticle, `c0_0` the one on top to the left: {0} x {1} "
      "of them, {2} column(s) spare and idle; `south`, `north`, `west` and `east` are the links to "
      "other reticles",
      rows, cols, spares);
  return die;
}

std::string floorplanOf(const Die &die) {
  std::string text = "# name\twidth\theight\tleft\tbottom (metres)\n";
  llvm::raw_string_ostream out(text);
  for (const Block &block : die.blocks)
    out << formatv("{0}\t{1:E9}\t{2:E9}\t{3:E9}\t{4:E9}\n", block.name, block.width, block.height,
                   block.left, block.bottom);
  return text;
}

std::string traceOf(const Die &die) {
  std::string names, watts;
  for (const Block &block : die.blocks) {
    const llvm::StringRef end = &block == &die.blocks.back() ? "\n" : "\t";
    names += block.name + end.str();
    watts += formatv("{0:E6}{1}", block.power, end);
  }
  return names + watts;
}

/// What lies between a die and its coolant.
struct Cooling {
  double transfer, resistance; ///< W/m^2/K in all; m^2 K/W of the layers
  double coolant;              ///< K
};

std::string configOf(const Request &request, const Die &die, const Cooling &cooling) {
  const double side = std::max(die.width, die.height);
  const double sink = sinkSide * side;
  std::string text;
  llvm::raw_string_ostream out(text);
  auto number = [&](llvm::StringRef option, double value) {
    out << '-' << option << ' ' << formatv("{0:E9}", value) << '\n';
  };
  auto layer = [&](llvm::StringRef name, llvm::StringRef thickness, llvm::StringRef conductivity) {
    number("t_" + name.str(), *valueOf(request, "thermal.layers." + thickness.str()));
    number("k_" + name.str(), *valueOf(request, "thermal.layers." + conductivity.str()));
  };
  layer("chip", "die_thickness", "die_conductivity");
  layer("interface", "paste_thickness", "paste_conductivity");
  layer("spreader", "spreader_thickness", "copper_conductivity");
  number("s_spreader", spreaderSide * side);
  layer("sink", "sink_thickness", "copper_conductivity");
  number("s_sink", sink);
  number("r_convec", (1 / cooling.transfer - cooling.resistance) / (sink * sink));
  number("ambient", cooling.coolant);
  number("init_temp", cooling.coolant);
  out << "-model_type grid\n-grid_rows 64\n-grid_cols 64\n-grid_map_mode avg\n";
  return text;
}

/// What is missing for a floorplan of this level.
std::optional<std::string> missing(const Request &request) {
  const std::string part = request.level == Level::Wafer ? "wafer" : "reticle";
  for (std::string field : {part + ".width", part + ".height"})
    if (!valueOf(request, field))
      return "HotSpot needs `" + field + "`, which the chip does not have";
  for (llvm::StringRef field : {"thermal.transfer", "thermal.coolant", "thermal.layers.resistance"})
    if (!valueOf(request, field))
      return "HotSpot needs `" + field.str() +
             "`: give the chip `thermal : thermals.Thermal { cooling = cold_plate }` of "
             "std.thermal";
  if (!request.plan)
    return "packets at random have no power that is spread over a wafer";
  return std::nullopt;
}

Result emit(const Request &request) {
  if (auto problem = missing(request))
    return *problem;
  const Cooling cooling{*valueOf(request, "thermal.transfer"),
                        *valueOf(request, "thermal.layers.resistance"),
                        *valueOf(request, "thermal.coolant")};
  if (cooling.transfer * cooling.resistance >= 1)
    return "the layers of `thermal.layers` alone take away less heat than `thermal.transfer` says";
  const std::vector<ReticlePower> power = reticlePower(request);
  const bool isWafer = request.level == Level::Wafer;
  const Die die =
      isWafer ? wafer(request, power)
              : reticle(request, *llvm::max_element(power, [](const auto &a, const auto &b) {
                          return a.total() < b.total() * (1 - 1e-9);
                        }));
  const std::string trace = traceOf(die);
  if (die.blocks.size() > maxBlocks || trace.find('\n') > maxLine || trace.size() > 2 * maxLine)
    return formatv(
               "HotSpot takes {0} blocks with names in a line of {1} characters, which {2} cores "
               "exceed: `--level wafer` makes a block of each reticle",
               maxBlocks, maxLine, die.blocks.size())
        .str();
  const Block &hot = die.densest();
  Emission emission;
  emission.files = {{"wafer.flp", floorplanOf(die)},
                    {"wafer.ptrace", trace},
                    {"wafer.config", configOf(request, die, cooling)}};
  emission.command = "hotspot -c wafer.config -f wafer.flp -p wafer.ptrace -steady_file "
                     "wafer.steady > output.txt 2>&1";
  emission.notes = {
      die.is,
      formatv(
          "{0:F3} W in all, on average over an iteration; densest in `{1}`, the only such block "
          "or one of several",
          die.power(), hot.name),
      "spreader and sink are squares that stick out over the longer side by 1 % and 2 %; the "
      "sink passes heat on as `thermal.transfer` less the layers above it"};
  emission.figures = {{"power", die.power(), "W"},
                      {"power of the hottest block", hot.power, "W"},
                      {"mean rise", die.power() / (die.width * die.height) / cooling.transfer, "K"},
                      {"highest rise", hot.power / hot.area() / cooling.transfer, "K"}};
  return emission;
}

/// What is known of a block after the run.
struct Heated {
  double area = 0, power = 0, kelvin = NAN;
};

/// Blocks by the names of the power trace, in its order; empty where a file does not fit the
/// others.
std::vector<Heated> heatedBlocks(llvm::StringRef plan, llvm::StringRef trace,
                                 llvm::StringRef steady) {
  llvm::StringMap<Heated> byName;
  for (llvm::StringRef line : linesOf(plan)) {
    llvm::SmallVector<llvm::StringRef, 5> words;
    line.split(words, '\t');
    double width, height;
    if (words.size() >= 5 && !words[1].getAsDouble(width) && !words[2].getAsDouble(height))
      byName[words[0]].area = width * height;
  }
  // Those of the package stand there, too, under other names.
  for (llvm::StringRef line : linesOf(steady)) {
    auto [name, value] = line.split('\t');
    auto found = byName.find(name);
    if (found != byName.end() && value.trim().getAsDouble(found->second.kelvin))
      return {};
  }
  auto [first, second] = trace.trim().split('\n');
  llvm::SmallVector<llvm::StringRef> names, watts;
  first.split(names, '\t');
  second.split(watts, '\t');
  if (names.size() != watts.size() || names.size() != byName.size())
    return {};
  std::vector<Heated> blocks;
  for (auto [name, watt] : llvm::zip(names, watts)) {
    Heated &block = blocks.emplace_back(byName.lookup(name));
    if (watt.getAsDouble(block.power) || !std::isfinite(block.kelvin) || block.area <= 0)
      return {};
  }
  return blocks;
}

Reading read(llvm::StringRef folder) {
  const std::optional<std::string> plan = fileOf(folder, "wafer.flp"),
                                   trace = fileOf(folder, "wafer.ptrace"),
                                   config = fileOf(folder, "wafer.config"),
                                   steady = fileOf(folder, "wafer.steady");
  if (!plan || !trace || !config || !steady)
    return "`wafer.flp`, `wafer.ptrace`, `wafer.config` or `wafer.steady`, which HotSpot "
           "writes, is missing";
  const std::vector<Heated> blocks = heatedBlocks(*plan, *trace, *steady);
  if (blocks.empty())
    return "`wafer.steady` does not have a temperature of each block of `wafer.flp`";
  double coolant = 0, power = 0, area = 0, weighted = 0;
  for (llvm::StringRef line : linesOf(*config))
    if (line.consume_front("-ambient "))
      line.trim().getAsDouble(coolant);
  const Heated *hottest = &blocks.front();
  for (const Heated &block : blocks) {
    power += block.power;
    area += block.area;
    weighted += block.area * block.kelvin;
    if (block.kelvin > hottest->kelvin)
      hottest = &block;
  }
  return std::vector<Figure>{{"power", power, "W"},
                             {"power of the hottest block", hottest->power, "W"},
                             {"mean rise", weighted / area - coolant, "K"},
                             {"highest rise", hottest->kelvin - coolant, "K"}};
}

} // namespace

const Backend hotSpot{
    "hotspot", "HotSpot 7: the temperatures of a wafer or reticle", {}, nullptr, emit, read};

} // namespace wsc::backends
