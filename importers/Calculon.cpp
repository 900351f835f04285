// Calculon (Isaev et al., SC 2023): processors with a matrix and a vector unit, two memories and
// tiers of networks.
//
// The facts of the format, from its calculon/{processor,memory,network,system}.py: tflops are
// 10^12/s and an efficiency holds from its size on, the largest first; GiB are powers of 1024 and
// GBps of 1000; the bandwidth of a network is per processor, its `size` the processors it reaches.
// There are no cores, no caches and no energies.
#include "importers/Importer.h"

namespace wsc::importers {

namespace {

/// The 16-bit type of a unit: what the evaluators calculate with.
const Json &halfPrecision(const Json &unit, Reader &reader) {
  return reader.object(unit,
                       unit.find("float16") || !unit.find("bfloat16") ? "float16" : "bfloat16");
}

/// The share that the largest operations reach: the second column of the first row of a curve.
Reader::Number largestShare(const Json &unit, llvm::StringRef key, Reader &reader) {
  const Json *curve = reader.array(unit, key);
  if (!curve)
    return {};
  const Json &row = curve->items.front();
  if (row.kind != Json::Array || row.items.size() != 2) {
    reader.bad(row, "a pair of a size and an efficiency");
    return {};
  }
  row.used = row.items[0].used = true;
  return reader.share(row.items[1]);
}

struct Tier {
  Reader::Number size, bandwidth, efficiency, latency;
};

Tier readTier(const Json &network, Reader &reader) {
  network.used = true;
  return {reader.count(network, {"size"}), reader.positive(network, {"bandwidth"}),
          reader.share(network, {"efficiency"}), reader.positive(network, {"latency"})};
}

std::string rate(const Tier &tier) {
  return decimal(tier.efficiency.value) + " * " + decimal(tier.bandwidth.value) + " GB/s";
}

void writeNetworks(const Json &root, Reader &reader, Draft &draft) {
  constexpr unsigned mostNodes = 65536; // values of a domain
  const Json *networks = reader.array(root, "networks");
  if (!networks)
    return;
  const Tier node = readTier(networks->items[0], reader);
  draft.begin("wafer");
  draft.fix("cols", decimal(node.size.value), "networks[0].size");
  draft.fix("link_bandwidth", rate(node), "networks[0].efficiency * bandwidth");
  draft.fix("hop_latency", quantity(node.latency.value, "s"), "networks[0].latency");
  draft.end();
  if (networks->items.size() < 2)
    return;
  const Tier fabric = readTier(networks->items[1], reader);
  if (fabric.size && node.size && fabric.size.value < node.size.value)
    reader.contradiction(*fabric.size.at,
                         "the outer network reaches fewer processors than the inner one",
                         *node.size.at);
  const mpz_class nodes = Rational(fabric.size.value / node.size.value).get_num() /
                          Rational(fabric.size.value / node.size.value).get_den();
  if (nodes > mostNodes)
    reader.bad(*fabric.size.at, "at most 65536 times `networks[0].size`");
  draft.begin("system");
  draft.comment("The outer network reaches " + decimal(fabric.size.value) +
                " processors; how many there are is a choice.");
  draft.open("wafers", "1 .. " + nodes.get_str());
  draft.fix("link_bandwidth", decimal(node.size.value) + " * " + rate(fabric),
            "networks[0].size * networks[1].efficiency * bandwidth");
  draft.fix("hop_latency", quantity(fabric.latency.value, "s"), "networks[1].latency");
  draft.end();
}

/// Elementwise work has a unit of its own, where one is described.
void writeVector(const Json &root, Reader &reader, Draft &draft) {
  if (!root.find("vector"))
    return;
  const Json &unit = halfPrecision(reader.object(root, "vector"), reader);
  const auto peak = reader.positive(unit, {"tflops"});
  const auto efficiency = largestShare(unit, "gflops_efficiency", reader);
  draft.fix("vector_peak", decimal(efficiency.value) + " * " + decimal(peak.value) + " TFLOP/s",
            "vector." + unit.key + ": gflops_efficiency, largest operations, * tflops");
}

} // namespace

void importCalculon(const Json &root, Reader &reader, Draft &draft) {
  draft.declare("chip", "", "device.Chip");
  const Json &matrix = halfPrecision(reader.object(root, "matrix"), reader);
  const Json &memory = reader.object(root, "mem1");
  const auto peak = reader.positive(matrix, {"tflops"});
  const auto efficiency = largestShare(matrix, "gflops_efficiency", reader);
  const auto capacity = reader.positive(memory, {"GiB"});
  const auto bandwidth = reader.positive(memory, {"GBps"});

  draft.comment("The processor is one core; its clock only divides the peak into cycles.");
  draft.begin("core");
  draft.fix("macs", decimal(peak.value) + " TFLOP/s / (2 flop/cycle * clock)",
            "matrix." + matrix.key + ".tflops");
  draft.end();
  draft.begin("reticle");
  draft.fix("efficiency", decimal(efficiency.value), "gflops_efficiency, largest operations");
  writeVector(root, reader, draft);
  draft.fix("dram", decimal(capacity.value) + " GiB", "mem1.GiB");
  draft.fix("dram_bandwidth", decimal(bandwidth.value) + " GB/s", "mem1.GBps");
  draft.end();
  writeNetworks(root, reader, draft);
}

} // namespace wsc::importers
