// Finding the interface fields of a Space and checking their values.
#include "evaluation/Bind.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>

namespace wsc::evaluation {

namespace {
/// Of which there are two where prompts have a chip of their own.
enum class Role : uint8_t { Chip, Strategy, Shared };
struct FieldInfo {
  const char *path;
  FieldKind kind;
  Role role;
};
const FieldInfo fields[] = {
#define CHIP(type, member, path, kind) {path, FieldKind::kind, Role::Chip},
#define MODEL(type, member, path, kind) {path, FieldKind::kind, Role::Shared},
#define WORKLOAD(type, member, path, kind) {path, FieldKind::kind, Role::Shared},
#define STRATEGY(type, member, path, kind) {path, FieldKind::kind, Role::Strategy},
#include "evaluation/Fields.def"
};

constexpr llvm::StringLiteral chipOfPrompts = "prefill", strategyOfPrompts = "strategy.prefill";

/// What a field is called on the side of the prompts, where these have a chip of their own.
std::string nameIn(const FieldInfo &field, Side side) {
  const llvm::StringRef path = field.path;
  if (side != Side::Prompts || field.role == Role::Shared)
    return path.str();
  if (field.role == Role::Chip)
    return (chipOfPrompts + "." + path).str();
  return (strategyOfPrompts + path.drop_front(llvm::StringRef("strategy").size())).str();
}

} // namespace

unsigned fieldCount() { return std::size(fields); }
llvm::StringRef pathOf(unsigned field) { return fields[field].path; }

namespace {
struct EnumeratorInfo {
  FieldKind kind;
  llvm::StringRef name;
  uint8_t value;
};
const EnumeratorInfo enumeratorInfos[] = {
#define ENUMERATOR(Enum, Name, name) {FieldKind::Enum, name, static_cast<uint8_t>(Enum::Name)},
#include "evaluation/Fields.def"
};

bool isEnum(FieldKind kind) {
  return llvm::any_of(enumeratorInfos, [&](const auto &info) { return info.kind == kind; });
}

const EnumeratorInfo *findEnumerator(FieldKind kind, llvm::StringRef name) {
  for (const EnumeratorInfo &info : enumeratorInfos)
    if (info.kind == kind && info.name == name)
      return &info;
  return nullptr;
}

const ir::InterfaceField *findInterface(const ir::Space &space, llvm::StringRef path) {
  for (const ir::InterfaceField &field : space.interface)
    if (field.path == path)
      return &field;
  return nullptr;
}

/// No field of an evaluator is larger, nor smaller and not 0: so that no product of those that a
/// formula has is larger than any number.  A wafer has 1e16 flop/s and a million dollars' worth of
/// 1e-12 J.
constexpr double largest = 1e30, smallest = 1e-30;

/// What is wrong with a number of a kind, but for how large or small it is; or empty.
llvm::StringRef requirementOfKind(FieldKind kind, double value) {
  const bool finite = std::isfinite(value), whole = finite && value == std::floor(value);
  switch (kind) {
  case FieldKind::Positive: return finite && value > 0 ? "" : "must be positive and finite";
  case FieldKind::NonNegative: return finite && value >= 0 ? "" : "must be finite and not negative";
  case FieldKind::Share: return value > 0 && value <= 1 ? "" : "must be above 0 and at most 1";
  case FieldKind::Count: return whole && value >= 1 ? "" : "must be an integer of at least 1";
  case FieldKind::Whole: return whole && value >= 0 ? "" : "must be an integer and not negative";
  case FieldKind::Fraction: return value >= 0 && value <= 1 ? "" : "must be between 0 and 1";
  case FieldKind::Flag:
  case FieldKind::Attention:
  case FieldKind::Topology:
  case FieldKind::MemoryPorts:
  case FieldKind::Dataflow:
  case FieldKind::Shift:
  case FieldKind::Recompute:
  case FieldKind::Weights:
  case FieldKind::Schedule:
  case FieldKind::FlopsConvention:
  case FieldKind::WorkloadKind:
  case FieldKind::Serving:
  case FieldKind::Operation:
  case FieldKind::Routing:
  case FieldKind::Pattern:
  case FieldKind::Level: return whole && value >= 0 ? "" : "has no defined value";
  }
  llvm_unreachable("covered switch");
}

/// What is wrong with a number, or empty.
llvm::StringRef requirement(FieldKind kind, double value) {
  if (std::fabs(value) > largest)
    return "must be at most 1e30";
  if (const llvm::StringRef wrong = requirementOfKind(kind, value); !wrong.empty())
    return wrong;
  if (value == 0 || value >= smallest)
    return "";
  const bool maybeZero = requirementOfKind(kind, 0).empty();
  return maybeZero ? "must be 0 or at least 1e-30" : "must be at least 1e-30";
}

void assign(double &member, double value, llvm::ArrayRef<uint8_t>) { member = value; }
void assign(bool &member, double value, llvm::ArrayRef<uint8_t>) { member = value != 0; }

template <typename Enum> void assign(Enum &member, double value, llvm::ArrayRef<uint8_t> values) {
  member = static_cast<Enum>(values[static_cast<size_t>(value)]);
}

using Setter = void (*)(Design &, double, llvm::ArrayRef<uint8_t>);
const Setter setters[] = {
#define FIELD(member, path, kind)                                                                  \
  [](Design &design, double value, llvm::ArrayRef<uint8_t> values) {                               \
    assign(design.member, value, values);                                                          \
  },
#include "evaluation/Fields.def"
};

double *numberOf(double &member) { return &member; }
template <typename T> double *numberOf(T &) { return nullptr; }

using Number = double *(*)(Design &);
const Number numbers[] = {
#define FIELD(member, path, kind) [](Design &design) { return numberOf(design.member); },
#include "evaluation/Fields.def"
};
} // namespace

llvm::StringRef name(Operation operation) {
  for (const EnumeratorInfo &info : enumeratorInfos)
    if (info.kind == FieldKind::Operation && info.value == static_cast<uint8_t>(operation))
      return info.name;
  llvm_unreachable("every operation has a name");
}

Binding::Binding(const ir::Space &space, llvm::ArrayRef<const ir::Node *> nodes,
                 std::vector<Enumerators> enumerators, Side side)
    : nodes_(nodes), enumerators_(std::move(enumerators)), program_(space, nodes),
      all_(program_.addAll()) {
  for (auto [field, node] : llvm::enumerate(nodes_)) {
    const Place place{unsigned(field), program_.slotOf(node)};
    places_.push_back(place);
    if (!program_.isConstant(place.slot))
      open_.push_back(place);
    else if (const double value = program_.constants()[place.slot]; isValid(field, value))
      assign(fixed_, field, value);
    else
      isFixedValid_ = false;
  }
  fixed_.workload.side = side;
}

std::string Binding::nameOf(unsigned field) const {
  return nameIn(fields[field], fixed_.workload.side);
}

std::vector<const ir::Node *> Binding::allNodes() const {
  std::vector<const ir::Node *> all = nodes_;
  if (prefill_)
    llvm::append_range(all, prefill_->nodes_);
  return all;
}

std::variant<Binding, std::vector<BindProblem>> Binding::create(const ir::Space &space) {
  std::vector<BindProblem> problems;
  auto has = [&](llvm::StringRef part) {
    return llvm::any_of(space.interface, [&](const ir::InterfaceField &field) {
      return llvm::StringRef(field.path).starts_with((part + ".").str());
    });
  };
  const bool hasChip = has(chipOfPrompts), hasStrategy = has(strategyOfPrompts);
  if (hasChip && !hasStrategy)
    problems.push_back(
        {strategyOfPrompts.str(), "how prompts are spread over `chip.prefill`", "is missing"});
  if (hasStrategy && !hasChip)
    problems.push_back(
        {chipOfPrompts.str(), "the chip that `strategy.prefill` is about", "is missing"});
  const bool isSplit = hasChip && hasStrategy;
  std::optional<Binding> binding = bind(space, isSplit ? Side::Tokens : Side::Both, problems);
  if (isSplit && binding)
    if (std::optional<Binding> prefill = bind(space, Side::Prompts, problems))
      binding->prefill_ = std::make_shared<const Binding>(std::move(*prefill));
  if (!problems.empty())
    return problems;
  return std::move(*binding);
}

std::optional<Binding> Binding::bind(const ir::Space &space, Side side,
                                     std::vector<BindProblem> &problems) {
  std::vector<const ir::Node *> nodes;
  std::vector<Enumerators> enumerators;
  const size_t before = problems.size();
  for (const FieldInfo &field : fields) {
    const std::string path = nameIn(field, side);
    const ir::Quantity *quantity = space.findQuantity(path);
    const ir::InterfaceField *declared = findInterface(space, path);
    const ir::Node *node = quantity ? quantity->node : declared ? declared->fallback : nullptr;
    auto report = [&](std::string problem) {
      problems.push_back({path, declared ? declared->meaning : "", std::move(problem)});
    };
    Enumerators values;
    if (!node)
      report("is missing");
    else if (node->bindingTime() == ir::BindingTime::Measured)
      report("depends on a metric, which is known only after the evaluation");
    else if (isEnum(field.kind) != node->type().isEnum())
      report(isEnum(field.kind) ? "is not a value of an enum" : "is not a number");
    else if ((field.kind == FieldKind::Flag) != node->type().isBool())
      report(field.kind == FieldKind::Flag ? "is not true or false" : "is not a number");
    else if (isEnum(field.kind))
      for (const std::string &name : space.enums[node->type().enumIndex].values) {
        const EnumeratorInfo *info = findEnumerator(field.kind, name);
        if (!info)
          report("may be `" + name + "`, which the evaluators do not know");
        values.push_back(info ? info->value : 0);
      }
    nodes.push_back(node);
    enumerators.push_back(std::move(values));
  }
  if (problems.size() > before)
    return std::nullopt;
  return Binding(space, nodes, std::move(enumerators), side);
}

std::optional<Design> Binding::read(llvm::ArrayRef<double> parameters,
                                    std::vector<std::string> &reasons) const {
  llvm::SmallVector<double, 1024> values(program_.constants());
  program_.load(parameters, values);
  program_.run(all_, values);
  if (isFixedValid_ && llvm::all_of(open_, [&](const Place &place) {
        return isValid(place.field, values[place.slot]);
      })) {
    Design design = fixed_;
    for (const auto &[field, slot] : open_)
      assign(design, field, values[slot]);
    return design;
  }
  double fieldValues[std::size(fields)];
  for (const auto &[field, slot] : places_)
    fieldValues[field] = values[slot];
  return assemble(fieldValues, reasons);
}

std::optional<Design> Binding::assemble(llvm::ArrayRef<double> values,
                                        std::vector<std::string> &reasons) const {
  Design design;
  design.workload.side = fixed_.workload.side;
  bool valid = true;
  for (auto [i, field, value] : llvm::enumerate(fields, values)) {
    if (isValid(i, value)) {
      assign(design, i, value);
      continue;
    }
    valid = false;
    reasons.push_back("`" + nameOf(i) + "` " + requirement(field.kind, value).str() + ", is " +
                      (std::isinf(value) ? "larger than any number" : formatNumber(value)));
  }
  return valid ? std::optional(design) : std::nullopt;
}

std::optional<Pools> Binding::readPools(llvm::ArrayRef<double> parameters,
                                        std::vector<std::string> &reasons) const {
  auto prefill = prefill_->read(parameters, reasons), decode = read(parameters, reasons);
  if (!prefill || !decode)
    return std::nullopt;
  return Pools{*prefill, *decode};
}

bool Binding::isValid(unsigned field, double value) {
  return requirement(fields[field].kind, value).empty();
}

void Binding::assign(Design &design, unsigned field, double value) const {
  setters[field](design, value, enumerators_[field]);
}

double *Binding::numberIn(Design &design, unsigned field) { return numbers[field](design); }

} // namespace wsc::evaluation
