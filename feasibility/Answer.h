// What every feasibility engine takes and gives: limits and options in, a verdict out.
#pragma once

#include "feasibility/Box.h"
#include "support/Stop.h"
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace wsc::feasibility {

/// One design: for every parameter of the Space, an index into its domain.
struct Design {
  std::vector<unsigned> choice;
  auto operator<=>(const Design &) const = default;
};

/// Limits are counted, never timed, so that a run can be repeated: one unit is one evaluation
/// of one constraint (over a box or at a point), of the order of a microsecond.  Other steps
/// count as what they take in that measure.
struct Limits {
  uint64_t work = 20'000'000;
};

/// Why a search that could go on does not: somebody wants it to stop, or a limit was reached.
inline const char *whyStopped() {
  return stopIsWanted ? "interrupted" : "the limit of work was reached";
}

struct Options {
  uint64_t seed = 1;
  /// Whether to reduce the core of an infeasible problem until no member can be spared.
  bool minimizeCore = true;
  /// Called when there is no design, before the core is reduced, which may take longer.
  std::function<void()> onInfeasible = nullptr;
  /// Whether an infeasible answer carries the lemmas that it rests on (for a proof).
  bool keepLemmas = false;
  /// Constraints whose parameters have at most this many combinations are compiled to exact
  /// clauses by enumeration.
  uint64_t tableLimit = 4096;
};

enum class Verdict { Feasible, Infeasible, Unknown };

struct Statistics {
  uint64_t lemmas = 0; ///< boxes proved false
  uint64_t checks = 0; ///< calls of the Boolean solver
  uint64_t work = 0;   ///< see Limits
};

struct Answer {
  Verdict verdict = Verdict::Unknown;
  /// Feasible: a design that Problem::verify has accepted.
  Design witness;
  /// Feasible: constraints whose margin at the witness is within rounding (see Problem.h).
  std::vector<unsigned> borderline;
  /// Feasible: whether no design is shown to meet more of what is preferred (Preferences.h).
  bool preferencesProven = true;
  /// Infeasible: indices into Space::constraints of constraints that no design meets
  /// together, ascending.
  std::vector<unsigned> core;
  /// Infeasible: whether each member of the core has been shown to be needed.
  bool coreIsMinimal = false;
  /// Infeasible, if Options::keepLemmas: lemmas that leave no design where the core holds.
  std::vector<Lemma> lemmas;
  /// Unknown: the limit that was reached.
  std::string reason;
  Statistics statistics;

  static Answer unknown(std::string reason) {
    Answer answer;
    answer.reason = std::move(reason);
    return answer;
  }
};

} // namespace wsc::feasibility
