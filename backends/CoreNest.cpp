// Loop bounds from tiles.
#include "backends/CoreNest.h"

#include "llvm/ADT/STLExtras.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

namespace wsc::backends {

llvm::StringRef name(Dim dim) {
  switch (dim) {
  case Dim::M: return "M";
  case Dim::N: return "N";
  case Dim::K: return "K";
  }
  llvm_unreachable("covered switch");
}

CoreNest orderOf(Mapping mapping) {
  switch (mapping) {
  case Mapping::OutputStationary: return {Dim::K, Dim::M, Dim::N};
  case Mapping::WeightStationary: return {Dim::M, Dim::K, Dim::N};
  case Mapping::Transposed:
  case Mapping::InputStationary: return {Dim::N, Dim::K, Dim::M};
  }
  llvm_unreachable("covered switch");
}

namespace {

/// Two loops over `size`, of which the inner one takes up to `most` at a time.
void split(uint64_t size, uint64_t most, Factor &inner, Factor &outer) {
  inner.full = std::min(size, most);
  const uint64_t rounds = llvm::divideCeil(size, inner.full);
  inner.last = size - (rounds - 1) * inner.full;
  outer = {rounds, rounds};
}

/// The same with a third loop, where the two inner ones take up to `part` together.
void split(uint64_t size, uint64_t most, uint64_t part, Factor &inner, Factor &middle,
           Factor &outer) {
  Factor rounds;
  split(size, most, inner, rounds);
  split(rounds.full, llvm::divideCeil(part, inner.full), middle, outer);
}

/// A part of a tile, and how much of what streams is beside it.
struct Part {
  uint64_t along, across, streamed;
  uint64_t words() const { return along * across + (along + across) * streamed; }
};

/// Halves the longer side of what stays, in whole rows or columns of the array, until a step of at
/// least the side of the array fits; then as much streams as fits.
Part fitted(Part part, const CoreHardware &core) {
  const uint64_t words = core.sramWords();
  const uint64_t most = part.streamed;
  part.streamed = std::min<uint64_t>(most, std::max(core.rows, core.cols));
  auto halve = [](uint64_t &side, uint64_t unit) {
    side = llvm::alignTo(llvm::divideCeil(side, 2), unit);
  };
  while (part.words() > words && (part.along > core.rows || part.across > core.cols))
    if (part.along > core.rows && (part.along >= part.across || part.across <= core.cols))
      halve(part.along, core.rows);
    else
      halve(part.across, core.cols);
  const uint64_t stays = part.along * part.across;
  if (stays < words)
    part.streamed = std::clamp<uint64_t>((words - stays) / (part.along + part.across), 1, most);
  return part;
}

} // namespace

std::variant<CoreNest, std::string> nestOf(const CoreJob &job, const CoreHardware &core) {
  CoreNest nest = orderOf(job.product.mapping);
  const std::array<uint64_t, dims> whole{job.m(), job.n(), job.k()};
  std::array<uint64_t, dims> step{uint64_t(job.product.m), uint64_t(job.product.n),
                                  uint64_t(job.product.k)};
  auto of = [](auto &sizes, Dim dim) -> auto & { return sizes[static_cast<unsigned>(dim)]; };
  const uint64_t along = of(whole, nest.alongRows), across = of(whole, nest.alongCols);
  // Rows of A come one by one, but nothing keeps a core from taking several together.
  const bool rowByRow = job.product.mapping == Mapping::WeightStationary;
  Part part = fitted({along, across, of(rowByRow ? whole : step, nest.streamed)}, core);
  if (part.words() > core.sramWords())
    return llvm::formatv("the SRAM of a core holds {0} operands, but its array of {1} x {2} units "
                         "needs {3} of `{4}` at a time",
                         core.sramWords(), core.rows, core.cols, part.words(), job.name)
        .str();
  const uint64_t streamed = of(whole, nest.streamed);
  part.streamed = llvm::divideCeil(streamed, llvm::divideCeil(streamed, part.streamed));
  of(step, nest.alongRows) = part.along;
  of(step, nest.alongCols) = part.across;
  of(step, nest.streamed) = part.streamed;
  nest.divided = part.along < along || part.across < across;
  nest.left = step[0] * step[2];
  nest.right = step[2] * step[1];
  nest.result = step[0] * step[1];
  split(streamed, part.streamed, of(nest.registers, nest.streamed),
        of(nest.outside, nest.streamed));
  split(along, core.rows, part.along, of(nest.array, nest.alongRows), of(nest.sram, nest.alongRows),
        of(nest.outside, nest.alongRows));
  split(across, core.cols, part.across, of(nest.array, nest.alongCols),
        of(nest.sram, nest.alongCols), of(nest.outside, nest.alongCols));
  return nest;
}

namespace {

/// The tile with whole folds onto the array.
CoreJob paddedTo(const CoreHardware &core, CoreJob job) {
  const CoreNest order = orderOf(job.product.mapping);
  double *const sizes[] = {&job.product.m, &job.product.n, &job.product.k};
  auto pad = [&](Dim dim, unsigned side) {
    double &size = *sizes[static_cast<unsigned>(dim)];
    if (size > side)
      size = static_cast<double>(llvm::alignTo(static_cast<uint64_t>(size), side));
  };
  pad(order.alongRows, core.rows);
  pad(order.alongCols, core.cols);
  return job;
}

std::string namesOf(llvm::ArrayRef<CoreLoops> loops,
                    llvm::function_ref<bool(const CoreLoops &)> is) {
  std::string names;
  for (const CoreLoops &one : loops)
    if (is(one))
      names += (names.empty() ? "" : ", ") + one.job.name;
  return names;
}

} // namespace

std::variant<NestedWork, std::string> nestedWorkOf(const Request &request, Edges edges) {
  auto made = coreWorkOf(request);
  if (auto *refusal = std::get_if<std::string>(&made))
    return *refusal;
  NestedWork nested{std::move(std::get<CoreWork>(made)), {}};
  for (const CoreJob &job : nested.work.jobs) {
    CoreLoops one{edges == Edges::Padded ? paddedTo(nested.work.core, job) : job, {}};
    one.padded = one.job.product.macs() > job.product.macs();
    auto nest = nestOf(one.job, nested.work.core);
    if (auto *refusal = std::get_if<std::string>(&nest))
      return *refusal;
    one.nest = std::get<CoreNest>(nest);
    nested.loops.push_back(std::move(one));
  }
  return nested;
}

std::vector<Figure> NestedWork::figures() const {
  std::vector<Figure> figures;
  for (const auto &[planned, one] : llvm::zip_equal(work.jobs, loops)) {
    const double cycles = std::max(work.cyclesOf(planned), linkCycles(work.core, one.job));
    figures.push_back({"cycles of " + planned.name, cycles, "cycle"});
    figures.push_back({"multiply-accumulates of " + planned.name, planned.product.macs(), ""});
    figures.push_back(
        {"operands in SRAM for " + planned.name, static_cast<double>(one.nest.footprint()), ""});
  }
  return figures;
}

std::vector<std::string> NestedWork::notes() const {
  std::vector<std::string> notes = coreNotes(work);
  if (const std::string names = namesOf(loops, [](auto &one) { return one.nest.divided; });
      !names.empty())
    notes.push_back(
        "the tile that stays in a core does not fit into its SRAM and is divided, which "
        "costs traffic that wsc does not count: " +
        names);
  if (const std::string names = namesOf(loops, [](auto &one) { return one.padded; });
      !names.empty())
    notes.push_back(
        "tiles are padded to whole folds onto the array, with multiply-accumulates that "
        "wsc does not count: " +
        names);
  return notes;
}

} // namespace wsc::backends
