// The progress line.
#include "tools/wsc/Progress.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::tool {

Progress::Progress(unsigned total, bool quiet)
    : total_(total), visible_(!quiet && llvm::errs().is_displayed()),
      start_(std::chrono::steady_clock::now()), shown_(start_) {}

void Progress::step(bool usable) {
  ++done_;
  usable_ += usable;
  auto now = std::chrono::steady_clock::now();
  bool due = now - shown_ >= std::chrono::milliseconds(100) || done_ == total_;
  if (!visible_ || !due)
    return;
  shown_ = now;
  double seconds = std::chrono::duration<double>(now - start_).count();
  double left = seconds / done_ * (total_ - done_);
  llvm::errs() << llvm::formatv("\r[{0}/{1}] {2} usable, {3:F0} s left \x1b[K", done_, total_,
                                usable_, left);
}

void Progress::finish() {
  if (visible_)
    llvm::errs() << "\r\x1b[K";
}

} // namespace wsc::tool
