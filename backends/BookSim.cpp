// BookSim2: the mesh of cores of a reticle, or of reticles of a wafer, flit by flit.
//
// What BookSim2 reads (its config.l, anynet.cpp, and runs of it):
//   - `topology = mesh` is square with links of one cycle; everything else is `anynet`, one line a
//     router: `router R node N router R2 LATENCY ...`.  A latency counts for the direction of
//     its line only, so each link stands on both lines.  A number after `node N` would add a
//     phantom link; there is none.
//   - the value of a field decides its type: `0.1` is a float, `1` an int, and `injection_rate = 1`
//     is refused as an unknown integer field.  Strings cannot start with a digit.
//   - credits travel back over the same latency, so a link of L cycles needs buffers for about
//     2 L + 5 flits or it throttles itself.
//   - it exits with 255 after success and 0 when the network is unstable.
#include "backends/Backend.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace wsc::backends {

namespace {

constexpr unsigned virtualChannels = 4, packetFlits = 4;
/// Beyond this BookSim2 needs minutes to set a table-routed network up.
constexpr unsigned slowRouters = 1024;

/// A rectangle of routers and the links between them.
struct Grid {
  evaluation::Topology topology;
  unsigned rows, cols;
  double linkBandwidth; ///< bytes/s per direction
  double byteHops;      ///< per iteration, summed over links
  unsigned linkCycles;  ///< time of a hop, at least 1
  llvm::StringRef node; ///< what a node is

  unsigned routers() const { return rows * cols; }
  bool isPlainMesh() const {
    return topology == evaluation::Topology::Mesh && rows == cols && rows > 1 && linkCycles == 1;
  }
};

double energyOf(const evaluation::Evaluation &evaluation, llvm::StringRef part) {
  const evaluation::Item *energy = evaluation.find("energy");
  const evaluation::Item *item = energy ? energy->find(part) : nullptr;
  return item ? item->value : 0;
}

Grid gridOf(const Request &request) {
  const evaluation::Chip &chip = request.design.chip;
  bool wafer = request.level == Level::Wafer;
  double latency = wafer ? chip.waferHopLatency : chip.coreHopLatency;
  // Energy over energy per byte and hop: the bytes times hops that the evaluation counted, of all
  // wafers (reticles) together.
  double energy =
      energyOf(request.evaluation, wafer ? "network between reticles" : "network between cores");
  double perByteHop = wafer ? chip.waferLinkEnergy : chip.coreLinkEnergy;
  double copies = wafer ? chip.wafers : chip.reticles();
  return {wafer ? chip.waferTopology : chip.coreTopology,
          static_cast<unsigned>(wafer ? chip.reticleRows : chip.coreRows),
          static_cast<unsigned>(wafer ? chip.reticleCols : chip.coreCols),
          wafer ? chip.waferLinkBandwidth : chip.coreLinkBandwidth,
          perByteHop > 0 ? energy / perByteHop / copies : 0,
          static_cast<unsigned>(std::max(1.0, std::round(latency * chip.clock))),
          wafer ? "reticle" : "core"};
}

/// Mean number of links between two nodes of a grid under uniform traffic, self included:
/// (k^2 - 1) / (3 k) a dimension (Dally and Towles, Principles and Practices of Interconnection
/// Networks, 2004).
double meanHops(const Grid &grid) {
  auto line = [](double k) { return (k * k - 1) / (3 * k); };
  return line(grid.rows) + line(grid.cols);
}

/// Flits per node and cycle that load the links, on average over the iteration, as the design
/// does.  Kept inside (0, 1]: BookSim2 takes no other rate.
double offeredLoad(const Grid &grid, const Request &request) {
  double flitBytes = grid.linkBandwidth / request.design.chip.clock;
  double cycles = request.evaluation[evaluation::Metric::IterationTime] * request.design.chip.clock;
  double injected = grid.byteHops / std::max(meanHops(grid), 1.0);
  return std::clamp(injected / flitBytes / cycles / grid.routers(), 1e-4, 1.0);
}

std::string anynet(const Grid &grid) {
  std::string text;
  llvm::raw_string_ostream out(text);
  if (grid.topology == evaluation::Topology::Switch) {
    out << "router 0";
    for (unsigned node = 0; node < grid.routers(); ++node)
      out << " node " << node;
    out << '\n';
    return text;
  }
  for (unsigned r = 0; r < grid.rows; ++r)
    for (unsigned c = 0; c < grid.cols; ++c) {
      unsigned id = r * grid.cols + c;
      out << "router " << id << " node " << id;
      auto link = [&](unsigned other) { out << " router " << other << ' ' << grid.linkCycles; };
      if (c + 1 < grid.cols)
        link(id + 1);
      if (r + 1 < grid.rows)
        link(id + grid.cols);
      if (c > 0)
        link(id - 1);
      if (r > 0)
        link(id - grid.cols);
      out << '\n';
    }
  return text;
}

std::string config(const Grid &grid, double load) {
  std::string text;
  llvm::raw_string_ostream out(text);
  if (grid.isPlainMesh())
    out << "topology = mesh;\nk = " << grid.rows << ";\nn = 2;\nrouting_function = dor;\n";
  else
    out << "topology = anynet;\nnetwork_file = ./network.anynet;\nrouting_function = min;\n";
  unsigned buffer = std::max(4u, (2 * grid.linkCycles + 5 + virtualChannels - 1) / virtualChannels);
  out << "router = iq;\nnum_vcs = " << virtualChannels << ";\nvc_buf_size = " << buffer << ";\n"
      << "wait_for_tail_credit = 0;\nvc_allocator = separable_input_first;\n"
      << "sw_allocator = separable_input_first;\nalloc_iters = 1;\ncredit_delay = 1;\n"
      << "routing_delay = 0;\nvc_alloc_delay = 1;\nsw_alloc_delay = 1;\ninput_speedup = 1;\n"
      << "output_speedup = 1;\ninternal_speedup = 1.0;\ntraffic = uniform;\n"
      << "packet_size = " << packetFlits << ";\ninjection_rate_uses_flits = 1;\n"
      << "injection_rate = " << llvm::formatv("{0:F6}", load) << ";\n"
      << "sim_type = latency;\nwarmup_periods = 3;\nsample_period = 1000;\nmax_samples = 20;\n"
      << "latency_thres = 1000.0;\nsim_count = 1;\nseed = 1;\n";
  return text;
}

std::vector<std::string> notesOn(const Grid &grid, const Request &request, double load) {
  double bits = 8 * grid.linkBandwidth / request.design.chip.clock;
  std::vector<std::string> notes{
      llvm::formatv("a node is a {0}, {1} x {2} of them; a cycle is {3:F3} ns, a flit {4:F1} bit "
                    "(the width of a link), a link takes {5} cycle(s)",
                    grid.node, grid.rows, grid.cols, 1e9 / request.design.chip.clock, bits,
                    grid.linkCycles),
      llvm::formatv(
          "injection_rate = {0:F6} flits per node and cycle loads the links on average as "
          "the analytic evaluation of this design does; traffic is uniform, since "
          "BookSim2 takes no traffic matrix",
          load),
      "routers have a pipeline of BookSim2's own (about 3 cycles), which the design's hop time "
      "does "
      "not include",
      "BookSim2 exits with 255 after success: look for `Overall Traffic Statistics` in its output"};
  if (!grid.isPlainMesh() && grid.routers() > slowRouters)
    notes.push_back(
        "BookSim2 sets a table-routed network up in time cubic in its routers: this one "
        "takes minutes");
  return notes;
}

} // namespace

Result emitBookSim(const Request &request) {
  Grid grid = gridOf(request);
  if (grid.topology == evaluation::Topology::Torus)
    return "BookSim2 routes a torus without deadlock only if it is square with links of two "
           "cycles, "
           "which this network is not; its table routing would deadlock";
  if (grid.routers() < 2)
    return llvm::formatv("a network of a single {0} has nothing to simulate", grid.node).str();
  double load = offeredLoad(grid, request);
  Emission emission;
  emission.files.push_back({"booksim.cfg", config(grid, load)});
  if (!grid.isPlainMesh())
    emission.files.push_back({"network.anynet", anynet(grid)});
  emission.command = "booksim booksim.cfg";
  emission.notes = notesOn(grid, request, load);
  return emission;
}

} // namespace wsc::backends
