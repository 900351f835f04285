// The plan of a design as the trace of each rank.
#pragma once

#include "backends/AstraNetwork.h"
#include "backends/Chakra.h"

namespace wsc::backends {

/// Layers dealt to the stages of a pipeline: which parts of a phase (indices) a stage runs, in
/// order, with how often in a row.
struct StageParts {
  struct Run {
    unsigned part, times;
  };
  std::vector<Run> runs;
};
std::vector<StageParts> stagePartsOf(const evaluation::PlannedPhase &phase);

class AstraTraces {
public:
  /// `bandwidth`: of the memory that compute nodes state their time in, bytes/s.
  AstraTraces(const evaluation::Design &design, const evaluation::Plan &plan,
              llvm::ArrayRef<AstraDimension> dimensions, double bandwidth);

  ~AstraTraces();

  /// All nodes of all ranks.
  double nodeCount() const;
  chakra::Trace traceOf(unsigned rank) const;

private:
  struct Place {
    unsigned tensor, stage, replica;
  };
  struct PhaseSums;

  void write(const PhaseSums &phase, const Place &place, unsigned &tag, chakra::Trace &trace) const;
  void writeForward(const PhaseSums &phase, const Place &place, unsigned tag,
                    chakra::Trace &trace) const;
  void writeBackward(const PhaseSums &phase, const Place &place, unsigned tag,
                     chakra::Trace &trace) const;
  void writeParts(const PhaseSums &phase, const Place &place, bool forward,
                  chakra::Trace &trace) const;
  void writeCollective(const evaluation::LayerCollective &each, double times,
                       chakra::Trace &trace) const;
  void receiveBoundary(const PhaseSums &phase, const Place &place, unsigned from, unsigned tag,
                       chakra::Trace &trace) const;
  void sendBoundary(const PhaseSums &phase, const Place &place, unsigned to, unsigned tag,
                    chakra::Trace &trace) const;

  const evaluation::Design &design_;
  const evaluation::Plan &plan_;
  llvm::ArrayRef<AstraDimension> dimensions_;
  double bandwidth_;
  std::vector<PhaseSums> phases_;
};

} // namespace wsc::backends
