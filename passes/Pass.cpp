// The registry of passes and the default pipeline.
#include "passes/Pass.h"

#include "ir/Verify.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/ErrorHandling.h"

namespace wsc::passes {

namespace {
const Pass passes[] = {
#define PASS(function, name, summary, example) {Pass::Default, name, summary, example, function},
#define OPTIONAL_PASS(function, name, summary, example)                                            \
  {Pass::Optional, name, summary, example, function},
#define ANALYSIS(function, name, summary, example)                                                 \
  {Pass::Analysis, name, summary, example, nullptr, function},
#include "passes/Passes.def"
};
} // namespace

llvm::ArrayRef<Pass> all() { return passes; }

const Pass *find(llvm::StringRef name) {
  for (const Pass &pass : passes)
    if (pass.name == name)
      return &pass;
  return nullptr;
}

std::unique_ptr<ir::Space> runDefault(const ir::Space &space) {
  std::unique_ptr<ir::Space> result;
  for (const Pass &pass : passes) {
    if (pass.kind != Pass::Default)
      continue;
    result = pass.run(result ? *result : space);
#ifdef WSC_VERIFY_PASSES
    if (auto violations = ir::verify(*result); !violations.empty())
      llvm::report_fatal_error(llvm::Twine(pass.name) + ": " + violations.front());
#endif
  }
  return result;
}

} // namespace wsc::passes
