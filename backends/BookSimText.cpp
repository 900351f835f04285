// Routers and statistics as text.
#include "backends/BookSimText.h"

#include "llvm/Support/raw_ostream.h"

namespace wsc::backends {

BookSimLink fitRouter(const evaluation::Chip &chip, evaluation::LevelNetwork &network) {
  network::Router &router = network.router;
  const unsigned hop = router.pipeline() + network.shape.wire.latency;
  for (unsigned *stage : {&router.allocateChannel, &router.allocateSwitch, &router.traversal})
    *stage = std::max(*stage, 1U);
  BookSimLink link;
  link.cycles = hop > router.pipeline() ? hop - router.pipeline() : 1;
  link.longer = router.pipeline() + link.cycles - hop;
  if (chip.buffer == 0)
    router.buffer = 2 * link.cycles + router.pipeline() + router.credit;
  return link;
}

std::string routerText(const network::Router &router) {
  std::string text;
  llvm::raw_string_ostream out(text);
  out << "router = iq;\nnum_vcs = " << router.virtualChannels
      << ";\nvc_buf_size = " << router.buffer << ";\n"
      << "wait_for_tail_credit = 0;\nvc_allocator = separable_input_first;\n"
      << "sw_allocator = separable_input_first;\nalloc_iters = 1;\n"
      << "credit_delay = " << router.credit << ";\nrouting_delay = " << router.routing
      << ";\nvc_alloc_delay = " << router.allocateChannel
      << ";\nsw_alloc_delay = " << router.allocateSwitch
      << ";\nst_final_delay = " << router.traversal << ";\ninput_speedup = 1;\n"
      << "output_speedup = 1;\ninternal_speedup = 1.0;\n";
  return text;
}

llvm::StringRef bookSimName(network::Pattern pattern) {
  switch (pattern) {
  case network::Pattern::Uniform: return "uniform";
  case network::Pattern::Transpose: return "transpose";
  case network::Pattern::BitComplement: return "bitcomp";
  case network::Pattern::BitReverse: return "bitrev";
  case network::Pattern::Shuffle: return "shuffle";
  case network::Pattern::Tornado: return "tornado";
  case network::Pattern::Neighbor: return "neighbor";
  }
  llvm_unreachable("covered switch");
}

/// The averages of the first class, behind the heading: samples before it print the same labels.
Reading readStatistics(llvm::StringRef output) {
  const llvm::StringRef overall = output.split("Overall Traffic Statistics").second;
  if (overall.empty())
    return output.contains("Simulation unstable")
               ? "the network is saturated: BookSim2 stopped before its latency was steady"
               : "BookSim2 has not reached its statistics; `output.txt` says why";
  std::vector<Figure> figures{{"packet latency", 0, "cycle"}, {"accepted load", 0, "flit/cycle"}};
  const llvm::StringRef labels[] = {"Packet latency average = ", "Accepted flit rate average = "};
  for (unsigned i = 0; i < figures.size(); ++i)
    if (overall.split(labels[i]).second.split(' ').first.getAsDouble(figures[i].value))
      return "`output.txt` has no line `" + labels[i].trim().str() + "`";
  return figures;
}

} // namespace wsc::backends
