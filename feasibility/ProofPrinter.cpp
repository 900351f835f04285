// Printing proofs.
#include "feasibility/Proof.h"

#include "ir/Print.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

namespace wsc::feasibility {

std::string digestOf(const ir::Space &space) {
  std::string text = ir::toText(space, ir::Places::Omitted);
  return llvm::toHex(llvm::SHA256::hash(llvm::arrayRefFromStringRef(text)), /*LowerCase=*/true);
}

// ---- printing ---------------------------------------------------------------------------

namespace {
class Printer {
public:
  explicit Printer(const Problem &problem) : space_(problem.space()) {
    for (const ir::Node *node : space_.reachable())
      names_[node] = "%" + std::to_string(names_.size());
    for (const ir::Quantity &quantity : llvm::reverse(space_.quantities))
      names_[quantity.node] = ir::quoted(quantity.name);
  }

  std::string run(const Proof &proof) {
    text_ = "wsc proof 1\nspec \"" + digestOf(space_) + "\"\ncore" + constraints(proof.core) + "\n";
    for (const Proof::Step &step : proof.steps) {
      text_ += "lemma" + constraints(step.lemma.constraints);
      const char *separator = ": ";
      for (const Lemma::Bound &bound : step.lemma.bounds) {
        const ir::Param &param = space_.params[bound.param];
        auto value = [&](unsigned i) {
          return ir::formatExact(space_, param.type, param.domain[i]);
        };
        text_ += separator + ir::quoted(param.name) + " in " + value(bound.range.lo) + " .. " +
                 value(bound.range.hi);
        separator = ", ";
      }
      separator = "\n  by ";
      for (const Cut &cut : step.cuts) {
        text_ += separator + names_.lookup(cut.node) + (cut.above ? " < " : " > ") +
                 ir::formatShortest(cut.bound);
        separator = ", ";
      }
      text_ += "\n";
    }
    return std::move(text_);
  }

private:
  std::string constraints(llvm::ArrayRef<unsigned> list) const {
    std::string text;
    for (unsigned constraint : list)
      text += (text.empty() ? " " : ", ") + ir::quoted(space_.constraints[constraint].name);
    return text;
  }

  const ir::Space &space_;
  llvm::DenseMap<const ir::Node *, std::string> names_;
  std::string text_;
};
} // namespace

std::string toText(const Problem &problem, const Proof &proof) {
  return Printer(problem).run(proof);
}

} // namespace wsc::feasibility
