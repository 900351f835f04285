// The worklists of WaferAI-SIM.
//
// A worklist is a list of jobs: receive, compute, send.  Who sends waits until its receiver
// receives, so a ring in which all send first never starts: every second rank receives first.
#include "backends/WaferAiProgram.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace wsc::backends {

using llvm::json::Array;
using llvm::json::Object;

namespace {

/// The jobs of one rank of one stage.
class Worklist {
public:
  Worklist(const WaferAiStretch &stretch, unsigned reticles)
      : stretch_(stretch), reticles_(reticles) {}

  Array write(unsigned stage, unsigned rank) {
    start(stage, rank);
    for (const WaferAiRing &ring : stretch_.rings)
      go(ring, stage, rank);
    if (stage + 1 < stretch_.stages)
      send(stretch_.boundary, stretch_.ranks * (stage + 1) + rank, reticles_);
    finish();
    // The job that has no receiver ends the work of a core.
    jobs_.push_back(
        Object{{"recv_cnt", 0}, {"cast", Array{Object{{"dest", -1}, {"loopout", "true"}}}}});
    return std::move(jobs_);
  }

private:
  void finish() {
    if (job_.empty())
      return;
    listOf("cast"); // it wants the list, if an empty one
    jobs_.push_back(std::move(job_));
    job_ = Object();
  }

  void receive(std::optional<unsigned> tag) {
    finish();
    job_["recv_cnt"] = 1;
    if (tag)
      job_["recv_tag"] = *tag;
  }

  Array &listOf(llvm::StringRef key) {
    if (!job_.get(key))
      job_[key] = Array();
    return *job_.getArray(key);
  }

  /// Data to send.
  static Object output(int64_t size, llvm::StringRef label) {
    return Object{{"type", "parse_output"},
                  {"size", size},
                  {"sram_address", Object{{"indata", "_input_label"}, {"outdata", label}}}};
  }

  /// Tags tell messages of the ring from those of the stage before, and belong to one receiver.
  void send(int64_t size, unsigned to, unsigned tags) {
    if (job_.get("cast"))
      finish();
    if (!job_.get("recv_cnt"))
      job_["recv_cnt"] = 0;
    listOf("prims").push_back(output(size, "piece_out"));
    listOf("cast").push_back(Object{{"dest", to}, {"tag", tags + to}});
  }

  void start(unsigned stage, unsigned rank) {
    receive(stage == 0 ? std::nullopt : std::optional(reticles_ + stretch_.ranks * stage + rank));
    // The first job of a core has to compute something.
    if (stretch_.products.empty())
      listOf("prims").push_back(output(1, "start_out"));
    const std::vector<bool> signals = stretch_.signals();
    unsigned parts = 0;
    for (const WaferAiProduct &product : stretch_.products)
      for (unsigned part = 0; part < product.parts; ++part) {
        if (signals[parts++])
          go({1, 1}, stage, rank);
        compute(product, "part" + llvm::utostr(parts));
      }
  }

  void compute(const WaferAiProduct &product, const std::string &label) {
    if (job_.get("cast"))
      finish();
    if (!job_.get("recv_cnt"))
      job_["recv_cnt"] = 0;
    listOf("prims").push_back(
        Object{{"type", "Matmul_f"},
               {"B", 1},
               {"T", product.inputs},
               {"C", product.depth},
               {"OC", product.outputs},
               {"sram_address", Object{{"indata", "_input_label"}, {"outdata", label + "_out"}}},
               {"dram_address", Object{{"data", 0}}}});
  }

  void go(const WaferAiRing &ring, unsigned stage, unsigned rank) {
    const auto place = unsigned(llvm::find(stretch_.ring, rank) - stretch_.ring.begin());
    const unsigned base = stretch_.ranks * stage, tags = 2 * reticles_;
    const unsigned next = base + stretch_.ring[(place + 1) % stretch_.ranks];
    const bool sendsFirst = place % 2 == 0;
    for (unsigned step = 0; step < ring.steps; ++step) {
      if (sendsFirst)
        send(ring.piece, next, tags);
      receive(tags + base + rank);
      if (!sendsFirst)
        send(ring.piece, next, tags);
    }
  }

  const WaferAiStretch &stretch_;
  unsigned reticles_;
  Array jobs_;
  Object job_;
};

} // namespace

Array waferAiCores(const WaferAiStretch &stretch, unsigned reticles) {
  Array cores;
  for (unsigned stage = 0; stage < stretch.stages; ++stage)
    for (unsigned rank = 0; rank < stretch.ranks; ++rank)
      cores.push_back(Object{{"id", stretch.ranks * stage + rank},
                             {"loop", 1},
                             {"worklist", Worklist(stretch, reticles).write(stage, rank)}});
  return cores;
}

} // namespace wsc::backends
