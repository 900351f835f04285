// dot: the network of a wafer or reticle as a graph for Graphviz, every node where it lies.
#include "backends/Backend.h"
#include "evaluation/LevelNetwork.h"

#include "llvm/Support/FormatVariadic.h"

namespace wsc::backends {

namespace {

using evaluation::Topology;

/// Nodes on a grid and what they are.
struct Nodes {
  unsigned rows, cols;
  Topology topology;
  double width, height; ///< of a node, in proportion
  double bandwidth, latency;
  llvm::StringRef what;

  std::string name(unsigned row, unsigned col) const {
    return llvm::formatv("r{0}c{1}", row, col).str();
  }
};

Nodes nodesOf(const Request &request) {
  const evaluation::Chip &chip = request.design.chip;
  const bool isWafer = request.level == Level::Wafer;
  const std::string what = isWafer ? "reticle" : "core";
  const double width = valueOf(request, what + ".width").value_or(1);
  const double height = valueOf(request, what + ".height").value_or(1);
  return {unsigned(isWafer ? chip.reticleRows : chip.coreRows),
          unsigned(isWafer ? chip.reticleCols : chip.coreCols),
          evaluation::topologyOf(chip, request.level),
          width / std::max(width, height),
          height / std::max(width, height),
          isWafer ? chip.waferLinkBandwidth : chip.coreLinkBandwidth,
          isWafer ? chip.waferHopLatency : chip.coreHopLatency,
          isWafer ? "reticle" : "core"};
}

void writeNodes(const Nodes &nodes, llvm::raw_ostream &out) {
  for (unsigned r = 0; r < nodes.rows; ++r)
    for (unsigned c = 0; c < nodes.cols; ++c)
      out << llvm::formatv("  {0} [pos=\"{1:F3},{2:F3}!\"];\n", nodes.name(r, c),
                           1.5 * nodes.width * c, 1.5 * nodes.height * (nodes.rows - 1 - r));
}

/// Each link once; those that wrap around are dashed.
void writeLinks(const Nodes &nodes, llvm::raw_ostream &out) {
  auto link = [&](unsigned r, unsigned c, unsigned row, unsigned col, bool wraps) {
    out << "  " << nodes.name(r, c) << " -- " << nodes.name(row, col)
        << (wraps ? " [style=dashed];\n" : ";\n");
  };
  const bool torus = nodes.topology == Topology::Torus;
  for (unsigned r = 0; r < nodes.rows; ++r)
    for (unsigned c = 0; c < nodes.cols; ++c) {
      if (c + 1 < nodes.cols)
        link(r, c, r, c + 1, false);
      else if (torus && nodes.cols > 2)
        link(r, c, r, 0, true);
      if (r + 1 < nodes.rows)
        link(r, c, r + 1, c, false);
      else if (torus && nodes.rows > 2)
        link(r, c, 0, c, true);
    }
}

void writeSwitch(const Nodes &nodes, llvm::raw_ostream &out) {
  out << llvm::formatv("  switch [shape=ellipse, pos=\"{0:F3},{1:F3}!\"];\n",
                       0.75 * nodes.width * (nodes.cols - 1), 1.5 * nodes.height * nodes.rows);
  for (unsigned r = 0; r < nodes.rows; ++r)
    for (unsigned c = 0; c < nodes.cols; ++c)
      out << "  switch -- " << nodes.name(r, c) << ";\n";
}

Result emit(const Request &request) {
  const Nodes nodes = nodesOf(request);
  const UnitTable &units = request.space.units;
  auto format = [&](double value, llvm::StringRef unit) {
    return units.format(value, std::get<Unit>(units.parseUnit(unit)).dim);
  };
  std::string text;
  llvm::raw_string_ostream out(text);
  out << "graph " << nodes.what << "s {\n  layout=neato;\n"
      << llvm::formatv("  label=\"{0} x {1} {2}(s), links of {3} and {4} in each direction\";\n",
                       nodes.rows, nodes.cols, nodes.what, format(nodes.bandwidth, "B/s"),
                       format(nodes.latency, "s"))
      << llvm::formatv("  node [shape=box, fixedsize=true, width={0:F3}, height={1:F3}];\n",
                       nodes.width, nodes.height);
  writeNodes(nodes, out);
  nodes.topology == Topology::Switch ? writeSwitch(nodes, out) : writeLinks(nodes, out);
  out << "}\n";
  Emission emission;
  emission.files.push_back({"topology.dot", text});
  emission.command = "dot -Tsvg topology.dot -o topology.svg";
  emission.notes.push_back("a node is a " + nodes.what.str() + "; dashed links wrap around");
  if (request.level == Level::Wafer && request.design.chip.wafers > 1)
    emission.notes.push_back(
        llvm::formatv("one of {0} wafers", unsigned(request.design.chip.wafers)));
  return emission;
}

} // namespace

const Backend topologyGraph{
    "dot", "Graphviz: the network of a wafer or reticle as a graph", {}, nullptr, emit, nullptr};

} // namespace wsc::backends
