// Progress from the records of a run.
#include "tools/wsc/Progress.h"

#include "report/Terminal.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::tool {

using Clock = std::chrono::steady_clock;

/// Lines of a run whose output is a file.
static constexpr double lines = 10;

Progress::Progress(const runs::RunStore &store, double budget, bool isQuiet)
    : store_(store), budget_(budget), before_(spent()), isQuiet_(isQuiet),
      isTerminal_(llvm::errs().is_displayed()), nextShown_(before_ + (budget - before_) / lines),
      start_(Clock::now()), shown_(start_) {}

double Progress::spent() const {
  double sum = 0;
  for (const runs::Record *record : store_.records())
    sum += record->cost;
  return sum;
}

static std::string durationText(double seconds) {
  if (seconds < 100)
    return llvm::formatv("{0:F0} s", seconds);
  if (seconds < 100 * 60)
    return llvm::formatv("{0:F0} min", seconds / 60);
  return llvm::formatv("{0:F1} h", seconds / 3600);
}

std::string Progress::line(double spent) const {
  const report::Front front(store_);
  std::string text = llvm::formatv("{0:F0}/{1:F0}, {2} usable, {3} on the front", spent, budget_,
                                   front.usable.size(), front.best.size());
  if (!front.best.empty()) {
    const ir::Objective &first = front.space.objectives[0];
    // Not the hypervolume itself, which falls when the box that it is measured in grows.
    if (front.space.objectives.size() > 1)
      text += llvm::formatv(", {0:P1} of its hypervolume from the last fifth",
                            report::recentShare(store_, front));
    text += llvm::formatv(", {0} {1} {2}", first.maximize ? "most" : "least", first.name,
                          report::formatObjective(front.space, 0, front.best[0]->objectives[0]));
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  const double rate = (spent - before_) / std::max(seconds, 1e-3);
  if (rate > 0)
    text += llvm::formatv(", {0:F1}/s, {1} left", rate,
                          durationText(std::max(0.0, budget_ - spent) / rate));
  return text;
}

static constexpr unsigned barCells = 20;

static std::string bar(double share) {
  std::string text;
  for (unsigned i = 0; i < barCells; ++i)
    text += (i + 0.5) / barCells < share ? "█" : "░";
  return text;
}

void Progress::update() {
  const auto now = Clock::now();
  const double spent = this->spent();
  const bool isDue = isTerminal_
                         ? now - shown_ >= std::chrono::milliseconds(100) || spent >= budget_
                         : spent >= nextShown_;
  if (isQuiet_ || !isDue || spent <= before_)
    return;
  shown_ = now;
  if (isTerminal_) {
    // A line that is wider than the terminal would not be overwritten.
    const unsigned columns = llvm::sys::Process::StandardErrColumns();
    const unsigned room = columns > barCells + 2 ? columns - barCells - 2 : 80;
    llvm::errs() << '\r' << bar(spent / budget_) << ' '
                 << llvm::StringRef(line(spent)).take_front(room) << "\x1b[K";
    return;
  }
  while (nextShown_ <= spent)
    nextShown_ += std::max((budget_ - before_) / lines, 1.0);
  llvm::errs() << line(spent) << '\n';
}

void Progress::finish() {
  if (!isQuiet_ && isTerminal_)
    llvm::errs() << "\r\x1b[K";
}

} // namespace wsc::tool
