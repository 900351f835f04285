// From a point of a Space to plain structs: the interface fields that evaluators read, found by
// name once and evaluated for many designs.
#pragma once

#include "ir/PointProgram.h"
#include "network/Routing.h"
#include "network/Traffic.h"
#include <memory>
#include <variant>

namespace wsc::evaluation {

enum class Attention : uint8_t { Grouped, Latent };
enum class Topology : uint8_t { Mesh, Torus, Switch };
enum class MemoryPorts : uint8_t { None, Left, LeftRight, TopBottom, AllEdges };
enum class Dataflow : uint8_t { WeightStationary, InputStationary, OutputStationary, Adaptive };
enum class Shift : uint8_t { Interleaved, Cannon, Summa };
enum class Recompute : uint8_t { None, Selective, Full };
enum class Weights : uint8_t { Resident, Streamed };
/// Of a pipeline: Huang et al., arXiv:1811.06965; Narayanan et al., arXiv:1806.03377; the same,
/// arXiv:2104.04473; Qi et al., arXiv:2401.10241 (ZB-H1).
enum class Schedule : uint8_t { GPipe, OneFOneB, Interleaved, ZeroBubble };
/// Whether attention to later tokens, which a causal mask hides, counts as model flop.
enum class FlopsConvention : uint8_t { Full, Causal };
enum class WorkloadKind : uint8_t { Training, Inference };
enum class Serving : uint8_t { OneBatch, ContinuousBatching };
/// What is run instead of a model.
enum class Operation : uint8_t {
  Nothing,
  Gemm,
  Softmax,
  Norm,
  Activation,
  AllReduce, ///< the first of the collectives
  ReduceScatter,
  AllGather,
  AllToAll, ///< the last of them
  Traffic,
  Saturation
};
/// What a design does of its requests.
enum class Side : uint8_t { Both, Prompts, Tokens };
using network::Pattern;
using network::Routing;
/// A network: between the cores of a reticle, the reticles of a wafer, or all cores of a wafer.
enum class Level : uint8_t { Reticle, Wafer, Cores };

/// As users write it: `gemm`.  Static text.
llvm::StringRef name(Operation operation);

/// Fields that evaluators read, and their names, in the order of Fields.def: `core.sram`.
unsigned fieldCount();
llvm::StringRef pathOf(unsigned field);

/// What the value of a field has to satisfy.
enum class FieldKind : uint8_t {
  Positive,    ///< finite and > 0
  NonNegative, ///< finite and >= 0
  Share,       ///< in (0, 1]
  Count,       ///< an integer >= 1
  Whole,       ///< an integer >= 0
  Fraction,    ///< in [0, 1]
  Flag,        ///< a truth value
  Attention,
  Topology,
  MemoryPorts,
  Dataflow,
  Shift,
  Recompute,
  Weights,
  Schedule,
  FlopsConvention,
  WorkloadKind,
  Serving,
  Operation,
  Routing,
  Pattern,
  Level ///< a value of that enum
};

// The members are documented where the fields are declared: stdlib/interfaces.wsc.  All values
// are in base units (bytes, seconds, joules, per second).
struct Chip {
#define CHIP(type, member, path, kind) type member{};
#include "evaluation/Fields.def"

  double reticlesPerWafer() const { return reticleRows * reticleCols; }
  double reticles() const { return reticlesPerWafer() * wafers; }
  /// What large transfers reach, bytes/s in each direction.
  double waferRate() const { return waferLinkBandwidth * waferLinkEfficiency; }
  /// Share of the cores that a collective occupies.
  double crowding() const { return collectiveCores / (coreRows * coreCols); }
  double systemRate() const { return systemLinkBandwidth * systemLinkEfficiency; }
};
struct Model {
#define MODEL(type, member, path, kind) type member{};
#include "evaluation/Fields.def"

  /// Elements that a layer caches of each token.
  double cacheElements() const {
    return attention == Attention::Latent ? kvRank + ropeDim : 2 * kvHeads * headDim;
  }
};
struct Workload {
#define WORKLOAD(type, member, path, kind) type member{};
#include "evaluation/Fields.def"
  Side side = Side::Both; ///< the other one is that of another chip

  bool readsPrompts() const { return side != Side::Tokens; }
  bool writesTokens() const { return side != Side::Prompts; }

  /// Processed (training) or generated (inference) in one iteration.
  double tokens() const { return batch * (kind == WorkloadKind::Training ? sequence : output); }
  /// Bytes of an element of each class of tensors.
  double weightBytes() const { return weightSize > 0 ? weightSize : elementSize; }
  double activationBytes() const { return activationSize > 0 ? activationSize : elementSize; }
  double cacheBytes() const { return cacheSize > 0 ? cacheSize : elementSize; }
  double gradientBytes() const { return gradientSize > 0 ? gradientSize : elementSize; }
};
struct Strategy {
#define STRATEGY(type, member, path, kind) type member{};
#include "evaluation/Fields.def"

  /// Ranks with the same weights, but for those of experts.
  double replicas() const { return dp * cp; }
  double ranks() const { return tp * pp * replicas(); }
};

/// One design as the evaluators see it.
struct Design {
  Chip chip;
  Model model;
  Workload workload;
  Strategy strategy;
};

/// Two that serve the same requests: one reads prompts and hands their caches on, the other
/// generates tokens.
struct Pools {
  Design prefill, decode;
};

/// Why a Space cannot be evaluated: a field that is missing or of the wrong type.
struct BindProblem {
  std::string path;
  std::string meaning; ///< of the field, from interfaces.wsc; may be empty
  std::string problem; ///< `is missing`, `has no value \`torus\``
};

/// The fields of a Space, ready to be read for any of its designs.
class Binding {
public:
  /// Looks every field up: as a quantity of the Space, else as the fallback of the interface.
  /// The Space must outlive the binding.
  static std::variant<Binding, std::vector<BindProblem>> create(const ir::Space &space);

  /// Where another chip reads the prompts: its fields and those of its strategy, beside the same
  /// model and workload.  Null where there is one chip.
  const Binding *prefill() const { return prefill_.get(); }

  /// The node of each field, in the order of Fields.def.
  llvm::ArrayRef<const ir::Node *> nodes() const { return nodes_; }
  /// What each is called in the Space: `prefill.core.sram`.
  std::string nameOf(unsigned field) const;
  /// The same, followed by those of prefill() where there is one.
  std::vector<const ir::Node *> allNodes() const;

  /// Whether the value of a field, an index of nodes(), is of its kind; and setting it if so.
  static bool isValid(unsigned field, double value);
  void assign(Design &design, unsigned field, double value) const;
  /// The member that holds a field, null if that is not a number but a truth value or an
  /// enumerator.
  static double *numberIn(Design &design, unsigned field);

  /// The fields of the design from the values of nodes(), checked like read().
  std::optional<Design> assemble(llvm::ArrayRef<double> values,
                                 std::vector<std::string> &reasons) const;

  /// The fields of the design with these parameter values (one for each parameter of the
  /// Space).  Each value that breaks its kind adds a sentence that names the field to `reasons`;
  /// empty if there is any.
  std::optional<Design> read(llvm::ArrayRef<double> parameters,
                             std::vector<std::string> &reasons) const;
  /// The same with the chip of the prompts, which there is.
  std::optional<Pools> readPools(llvm::ArrayRef<double> parameters,
                                 std::vector<std::string> &reasons) const;

private:
  /// For an enum field: its value for each index of the Space's enum; empty for numbers.
  using Enumerators = llvm::SmallVector<uint8_t, 4>;

  /// A field and the place of its node in the program.
  struct Place {
    unsigned field, slot;
  };

  Binding(const ir::Space &space, llvm::ArrayRef<const ir::Node *> nodes,
          std::vector<Enumerators> enumerators, Side side);
  static std::optional<Binding> bind(const ir::Space &space, Side side,
                                     std::vector<BindProblem> &problems);

  std::vector<const ir::Node *> nodes_;
  std::vector<Enumerators> enumerators_;
  ir::PointProgram program_;
  ir::PointProgram::Part all_;
  std::vector<Place> places_; ///< of all fields
  std::vector<Place> open_;   ///< of those that depend on parameters
  Design fixed_;              ///< the other fields
  bool isFixedValid_ = true;  ///< whether all of these are of their kinds
  std::shared_ptr<const Binding> prefill_;
};

} // namespace wsc::evaluation
