// LLMCompass (Zhang et al., ISCA 2024): devices of cores with systolic arrays, in one node.
//
// The facts of the format, from `template_to_system` of its design_space_exploration/dse.py:
// SRAM_KB, global_buffer_MB and total_capacity_GB are powers of 1024; memory bandwidth is active
// channels x pins x bit/s; a device has as many links as `link_count_per_device`; `FC` is a full
// connection and everything else a ring.  There are no energies and there is no second node.
#include "importers/Importer.h"

namespace wsc::importers {

namespace {

/// A part cannot have more than there physically is.
void checkPhysical(Reader &reader, const Json &in, llvm::StringRef active,
                   llvm::StringRef physical) {
  if (!in.find(physical))
    return;
  const Reader::Number have = reader.positive(in, {physical}), use = reader.positive(in, {active});
  if (have && use && use.value > have.value)
    reader.contradiction(*use.at, "`" + use.at->path() + "` is more than there physically is",
                         *have.at);
}

void writeCore(const Json &core, Reader &reader, Draft &draft) {
  const Json &array = reader.object(core, "systolic_array");
  const auto lanes = reader.count(core, {"sublane_count"});
  const auto height = reader.count(array, {"array_height"});
  const auto width = reader.count(array, {"array_width"});
  const auto macs = reader.positive(array, {"mac_per_cycle"});
  const std::string type = reader.word(array, {"data_type"}, /*required=*/true);
  const auto sram = reader.positive(core, {"SRAM_KB"});
  draft.begin("core");
  draft.comment("Multiply-accumulates of type " + printable(type) + ".");
  draft.fix("macs",
            decimal(lanes.value) + " * " + decimal(height.value) + " * " + decimal(width.value) +
                " * " + decimal(macs.value),
            "sublane_count * array_height * array_width * mac_per_cycle");
  draft.fix("sram", decimal(sram.value) + " KiB", "SRAM_KB");
  draft.end();
}

/// Of all cores, elementwise; where the file has no vector units, wsc takes the peak of the arrays.
void writeVectorPeak(const Json &core, Reader &reader, Draft &draft) {
  if (!core.find("vector_unit") || !reader.object(core, "vector_unit").find("flop_per_cycle"))
    return;
  const Json &unit = reader.object(core, "vector_unit");
  const auto lanes = reader.count(core, {"sublane_count"});
  const auto width = reader.count(unit, {"vector_width"});
  const auto flops = reader.positive(unit, {"flop_per_cycle"});
  draft.fix("vector_peak",
            "rows * cols * " + decimal(lanes.value) + " * " + decimal(width.value) + " * " +
                decimal(flops.value) + " flop/cycle * clock",
            "sublane_count * vector_width * flop_per_cycle");
}

void writeDevice(const Json &device, Reader &reader, Draft &draft) {
  const Json &chiplet = reader.object(device, "compute_chiplet");
  const Json &io = reader.object(device, "io");
  const auto clock = reader.positive(device, {"frequency_Hz"});
  const auto chiplets = reader.count(device, {"compute_chiplet_count"});
  const auto cores = reader.count(chiplet, {"core_count"});
  const auto buffer = reader.positive(io, {"global_buffer_MB"});
  const auto bufferRate = reader.positive(io, {"global_buffer_bandwidth_per_cycle_byte"});
  const auto channels = reader.count(io, {"memory_channel_active_count"});
  const auto pins = reader.count(io, {"pin_count_per_channel"});
  const auto pinRate = reader.positive(io, {"bandwidth_per_pin_bit"});
  const auto dram = reader.positive(reader.object(device, "memory"), {"total_capacity_GB"});
  checkPhysical(reader, chiplet, "core_count", "physical_core_count");
  checkPhysical(reader, io, "global_buffer_MB", "physical_global_buffer_MB");
  checkPhysical(reader, io, "memory_channel_active_count", "memory_channel_physical_count");

  draft.fix("clock", quantity(clock.value, "Hz"), "device.frequency_Hz");
  writeCore(reader.object(chiplet, "core"), reader, draft);
  draft.begin("reticle");
  draft.fix("rows", decimal(chiplets.value), "device.compute_chiplet_count");
  draft.fix("cols", decimal(cores.value), "compute_chiplet.core_count");
  writeVectorPeak(reader.object(chiplet, "core"), reader, draft);
  draft.fix("l2", decimal(buffer.value) + " MiB", "io.global_buffer_MB");
  draft.fix("l2_bandwidth", decimal(bufferRate.value) + " B/cycle",
            "io.global_buffer_bandwidth_per_cycle_byte");
  draft.fix("dram", decimal(dram.value) + " GiB", "memory.total_capacity_GB");
  draft.fix("dram_bandwidth",
            decimal(channels.value) + " * " + decimal(pins.value) + " * " +
                quantity(pinRate.value, "bit/s"),
            "memory_channel_active_count * pin_count_per_channel * bandwidth_per_pin_bit");
  draft.end();
}

void writeNode(const Json &root, Reader &reader, Draft &draft) {
  const auto devices = reader.count(root, {"device_count"});
  const Json &interconnect = reader.object(root, "interconnect");
  const Json &link = reader.object(interconnect, "link");
  const auto links = reader.count(interconnect, {"link_count_per_device"});
  const auto rate = reader.positive(link, {"bandwidth_per_direction_byte"});
  const auto latency = reader.positive(link, {"latency_second"});
  const std::string topology = reader.word(interconnect, {"topology"}, /*required=*/true);
  if (!topology.empty() && topology != "FC" && topology != "RING")
    reader.bad(*interconnect.find("topology"), "`FC` or `RING`");
  if (link.find("bandwidth_both_directions_byte")) {
    const auto both = reader.positive(link, {"bandwidth_both_directions_byte"});
    if (both && rate && both.value != 2 * rate.value)
      reader.contradiction(*both.at, "both directions together are not twice one direction",
                           *rate.at);
  }
  draft.begin("wafer");
  draft.fix("cols", decimal(devices.value), "device_count");
  draft.fix("topology", topology == "RING" ? "torus" : "switch", "interconnect.topology");
  draft.fix("link_bandwidth", decimal(links.value) + " * " + quantity(rate.value, "B/s"),
            "link_count_per_device * bandwidth_per_direction_byte");
  draft.fix("hop_latency", quantity(latency.value, "s"), "link.latency_second");
  draft.end();
}

} // namespace

void importLlmCompass(const Json &root, Reader &reader, Draft &draft) {
  draft.declare("chip", printable(reader.word(root, {"name"})), "device.Chip");
  writeDevice(reader.object(root, "device"), reader, draft);
  writeNode(root, reader, draft);
}

} // namespace wsc::importers
