// Branching over the members of a set that is not hit yet.
#include "feasibility/HittingSet.h"

#include "llvm/ADT/STLExtras.h"
#include <limits>

namespace wsc::feasibility {

namespace {
class Branching {
public:
  Branching(llvm::ArrayRef<std::vector<unsigned>> sets, llvm::function_ref<double(unsigned)> weight)
      : sets_(sets), weight_(weight) {}

  std::optional<std::vector<unsigned>> run() {
    extend();
    return best_;
  }

private:
  void extend() {
    if (chosenWeight_ >= bestWeight_)
      return;
    auto open = llvm::find_if(sets_, [&](const std::vector<unsigned> &set) {
      return llvm::none_of(set,
                           [&](unsigned member) { return llvm::is_contained(chosen_, member); });
    });
    if (open == sets_.end()) {
      best_ = chosen_;
      bestWeight_ = chosenWeight_;
      return;
    }
    for (unsigned member : *open) {
      double before = chosenWeight_;
      chosen_.push_back(member);
      chosenWeight_ += weight_(member);
      extend();
      chosenWeight_ = before;
      chosen_.pop_back();
    }
  }

  llvm::ArrayRef<std::vector<unsigned>> sets_;
  llvm::function_ref<double(unsigned)> weight_;
  std::vector<unsigned> chosen_;
  double chosenWeight_ = 0, bestWeight_ = std::numeric_limits<double>::infinity();
  std::optional<std::vector<unsigned>> best_;
};
} // namespace

std::optional<std::vector<unsigned>>
lightestHittingSet(llvm::ArrayRef<std::vector<unsigned>> sets,
                   llvm::function_ref<double(unsigned)> weight) {
  return Branching(sets, weight).run();
}

} // namespace wsc::feasibility
