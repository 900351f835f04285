// CACTI 7: access time, energy and area of a bank of a core's SRAM (Balasubramonian et al., TACO
// 2017).
//
// What CACTI reads (io.cc, parameter.cc, and runs of it):
//   - `-name (unit) value` lines by their first words.  Most names must be there, those of DRAM
//   interfaces
//     included even for SRAM: without `-num_clk` and three others it divides by zero.
//   - nodes from 22 nm to 180 nm, between which it interpolates; sizes that are powers of two.
//   - tables of the process by a path relative to its own folder: it runs there.
#include "backends/Backend.h"
#include "backends/Folder.h"
#include "backends/Text.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

namespace wsc::backends {

namespace {

using llvm::formatv;

constexpr double finest = 22e-9, coarsest = 180e-9; ///< m, the nodes it has tables of

/// What is the same for all banks: one port, no error correction, high performance cells, the cycle
/// first.  The rest, from `-dram_type` on, is not about SRAM, but has to be there.
constexpr char settings[] = R"(-Array Power Gating - "false"
-WL Power Gating - "false"
-CL Power Gating - "false"
-Bitline floating - "false"
-Interconnect Power Gating - "false"
-Power Gating Performance Loss 0.01
-associativity 1
-read-write port 1
-exclusive read port 0
-exclusive write port 0
-single ended read ports 0
-UCA bank count 1
-page size (bits) 8192
-burst length 8
-internal prefetch width 8
-Data array cell type - "itrs-hp"
-Data array peripheral type - "itrs-hp"
-Tag array cell type - "itrs-hp"
-Tag array peripheral type - "itrs-hp"
-cache type "ram"
-tag size (b) "default"
-access mode (normal, sequential, fast) - "normal"
-design objective (weight delay, dynamic power, leakage power, cycle time, area) 0:0:0:100:0
-deviate (delay, dynamic power, leakage power, cycle time, area) 20:100000:100000:100000:100000
-NUCAdesign objective (weight delay, dynamic power, leakage power, cycle time, area) 100:100:0:0:100
-NUCAdeviate (delay, dynamic power, leakage power, cycle time, area) 10:10000:10000:10000:10000
-Optimize ED or ED^2 (ED, ED^2, NONE): "ED^2"
-Cache model (NUCA, UCA)  - "UCA"
-NUCA bank count 0
-Wire signaling (fullswing, lowswing, default) - "Global_30"
-Wire inside mat - "semi-global"
-Wire outside mat - "semi-global"
-Interconnect projection - "conservative"
-Core count 4
-Cache level (L2/L3) - "L2"
-Add ECC - "false"
-Print level (DETAILED, CONCISE) - "CONCISE"
-Print input parameters - "false"
-Force cache config - "false"
-dram_type "DDR3"
-io state "WRITE"
-addr_timing 1.0
-mem_density 4 Gb
-bus_freq 800 MHz
-duty_cycle 1.0
-activity_dq 1.0
-activity_ca 0.5
-num_dq 72
-num_dqs 18
-num_ca 25
-num_clk  2
-num_mem_dq 2
-mem_data_width 8
-rtt_value 10000
-ron_value 34
-tflight_value
-num_bobs 1
-capacity 80
-num_channels_per_bob 1
-first metric "Cost"
-second metric "Bandwidth"
-third metric "Energy"
-DIMM model "ALL"
-mirror_in_bob "F"
)";

struct Bank {
  unsigned bytes, port; ///< capacity, and bytes of an access
};

/// The banks that core.bank stands for; empty where the spec has no such model.
std::optional<Bank> bankOf(const Request &request) {
  const auto bank = valueOf(request, "core.bank"), sram = valueOf(request, "core.sram"),
             bandwidth = valueOf(request, "core.sram_bandwidth");
  if (!bank || !sram || !bandwidth)
    return std::nullopt;
  return Bank{unsigned(std::llround(*bank)), unsigned(std::llround(*bank / *sram * *bandwidth))};
}

std::vector<Need> needs(const Request &request) {
  const double node = valueOf(request, "technology.node").value_or(0);
  std::vector<Need> needs;
  if (node > 0 && node < finest)
    needs.push_back({Feature::FineNodes, formatv("technology.node = {0:F0} nm", 1e9 * node)});
  return needs;
}

Result emit(const Request &request) {
  const std::optional<Bank> bank = bankOf(request);
  if (!bank)
    return "CACTI needs `core.bank`, which chips of std.wafer have";
  const double node = valueOf(request, "technology.node").value_or(0);
  if (node == 0)
    return "CACTI needs `technology.node`, which the technology of the chip does not say";
  if (node > coarsest)
    return "CACTI has no process above 180 nm";
  if (!llvm::isPowerOf2_32(bank->bytes) || !llvm::isPowerOf2_32(bank->port))
    return formatv("CACTI wants powers of two, not banks of {0} bytes with accesses of {1} bytes",
                   bank->bytes, bank->port)
        .str();
  Emission emission;
  const std::string varying =
      formatv("-size (bytes) {0}\n-block size (bytes) {1}\n-technology (u) {2:F3}\n"
              "-output/input bus width {3}\n-operating temperature (K) 360\n",
              bank->bytes, bank->port, 1e6 * node, 8 * bank->port);
  emission.files = {{"sram.cfg", varying + settings}};
  emission.command =
      "here=$PWD && cd \"$CACTI\" && ./cacti -infile $here/sram.cfg > $here/output.txt 2>&1";
  emission.notes = {"$CACTI is its own folder, in which it must run: its tables are there",
                    formatv("a bank of `core.sram`: {0} bytes, {1} bytes an access, one port; "
                            "CACTI looks for the shortest cycle at "
                            "360 K",
                            bank->bytes, bank->port)};
  if (auto energy = valueOf(request, "core.sram_energy"))
    emission.figures.push_back({"energy of a read", *energy * bank->port, "J"});
  const auto cell = valueOf(request, "technology.sram_cell_area"),
             share = valueOf(request, "technology.sram_array_share"),
             port = valueOf(request, "technology.sram_port_area");
  if (cell && share && port)
    emission.figures.push_back(
        {"area of a bank", bank->bytes * *cell / *share + bank->port * *port, "m^2"});
  return emission;
}

Reading read(llvm::StringRef folder) {
  const std::optional<std::string> text = fileOf(folder, "output.txt");
  if (!text)
    return "there is no `output.txt`, what CACTI printed";
  const std::vector<double> energy =
      numbersAfter(*text, "Total dynamic read energy per access (nJ):");
  const std::vector<double> sides = numbersAfter(*text, "Cache height x width (mm):");
  if (energy.size() != 1 || sides.size() != 2)
    return "`output.txt` has no energy of a read or no height and width: CACTI found no solution";
  return std::vector<Figure>{{"energy of a read", 1e-9 * energy[0], "J"},
                             {"area of a bank", 1e-6 * sides[0] * sides[1], "m^2"}};
}

} // namespace

const Backend cacti{"cacti", "CACTI 7: a bank of the SRAM of a core", {}, needs, emit, read};

} // namespace wsc::backends
