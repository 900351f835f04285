// Questions about the demands of an infeasible Space.  Those about requirements are asked of one
// engine, so that what one question teaches serves the next; within the domains as written, since
// wider ones make them ten to a hundred times as hard.  The end of a domain has an engine in which
// this domain alone is wider.
#pragma once

#include "feasibility/Demand.h"
#include "feasibility/Optimize.h"

namespace wsc::feasibility {

/// The passes that make a Space easier to solve, applied to variants as well.
using Simplify = std::unique_ptr<ir::Space> (*)(const ir::Space &);

/// The best that can be had of what a demand measures.
struct Best {
  Verdict verdict = Verdict::Unknown;
  Design witness;
  double value = 0;           ///< of the quantity, there
  double left = 0, right = 0; ///< of the two sides, there
  bool proven = false;        ///< whether no design has a better one
  double bound = 0;           ///< no design is better than this
  /// Infeasible: names of requirements that exclude each other; not minimal.
  std::vector<std::string> core;
  std::string reason; ///< the limit that was reached
};

/// A demand that is measured against another limit, or left out without one.
struct Change {
  unsigned demand;
  std::optional<Rational> to;
};

class Inquiry {
public:
  /// Takes the constraints of some conflicts apart, and the domains of the fields they depend on.
  /// `limits.work` is for all questions together.  The Space must outlive the inquiry.
  Inquiry(const ir::Space &written, llvm::ArrayRef<std::vector<unsigned>> cores, Simplify simplify,
          const Options &options, const Limits &limits);

  llvm::ArrayRef<Demand> demands() const { return demands_.list; }
  const Demands &parts() const { return demands_; }
  const ir::Space &space() const { return *demands_.space; }
  const ir::Space &written() const { return written_; }
  /// For each of the cores: its demands and the ends of domains, as few as exclude each other.
  llvm::ArrayRef<std::vector<unsigned>> conflicts() const { return conflicts_; }
  /// Whether each member of a conflict has been shown to be needed.
  bool isMinimal(unsigned conflict) const { return minimal_[conflict]; }

  /// What the other demands of a set leave possible within all domains.
  Best amongOthers(unsigned demand, llvm::ArrayRef<unsigned> others);
  /// What everything else leaves possible.
  Best amongAll(unsigned demand);

  /// The names of requirements that some demands are part of, each once.
  std::vector<std::string> requirementsOf(llvm::ArrayRef<unsigned> demands) const;

  /// Fills in what a demand has at a design.
  void measure(unsigned demand, const Design &design, Best &best) const;

  /// Whether a design meets the Space as written once what some demands measure may be as much as
  /// another limit; by exact evaluation.
  bool isEnough(const Design &design, llvm::ArrayRef<Change> changes) const;
  /// Whether it meets one demand in that way.
  bool reaches(const Design &design, const Change &change) const;

private:
  /// A demand as one of the constraints of an engine.
  struct Asked {
    unsigned demand, constraint;
    std::optional<unsigned> target = std::nullopt; ///< where the best of it may be asked for
    const ir::Node *quantity = nullptr;            ///< of that
  };
  struct Engine {
    std::vector<Asked> demands;
    std::unique_ptr<Optimizer> optimizer;
    const Asked &find(unsigned demand) const;
  };

  const ir::Node *relaxed(ir::Space &copy, const Change &change) const;
  void split(llvm::ArrayRef<std::vector<unsigned>> cores);
  /// With all domains as written, or one wider.
  Engine engineFor(std::optional<unsigned> widerField) const;
  /// Calls `ask` with the engine for questions about a demand.
  Best withEngine(unsigned demand, llvm::function_ref<Best(Engine &)> ask);
  Best ask(Engine &engine, const Asked &asked, std::vector<unsigned> constraints);
  /// The same values as a choice from the domains of `space()`.
  Design widened(const ir::Space &from, const Design &design) const;

  const ir::Space &written_;
  std::vector<unsigned> requirements_; ///< those of all conflicts
  Demands demands_;
  Simplify simplify_;
  Options options_;
  Limits limits_;
  std::vector<std::vector<unsigned>> conflicts_;
  std::vector<bool> minimal_;
  std::optional<Engine> asWritten_; ///< once it is needed
  uint64_t work_ = 0;               ///< of all questions so far
  unsigned open_ = 0;               ///< questions that are likely to come
};

} // namespace wsc::feasibility
