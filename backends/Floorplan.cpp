// svg: a wafer to scale: reticles, their cores, and which reticles the ranks of a strategy take.
#include "backends/Backend.h"

#include "llvm/Support/FormatVariadic.h"

namespace wsc::backends {

namespace {

using llvm::formatv;

/// Two of them, for neighbouring tensor-parallel groups to differ.
constexpr llvm::StringRef groupColours[] = {"#7fb3d5", "#f5b7a0"};

/// Lengths in mm; what the chip does not say is 0.
struct Outline {
  unsigned rows, cols;         ///< reticles
  unsigned coreRows, coreCols; ///< of a reticle, with spares
  unsigned spares;             ///< columns of cores, of these
  double width, height;        ///< of a reticle
  double gapX = 0, gapY = 0;   ///< to the next one
  double coreWidth, coreHeight;
  bool toScale;

  double x(double col) const { return col * (width + gapX); }
  double y(double row) const { return row * (height + gapY); }
};

Outline outlineOf(const Request &request) {
  const evaluation::Chip &chip = request.design.chip;
  auto mm = [&](llvm::StringRef path) { return 1e3 * valueOf(request, path).value_or(0); };
  const unsigned spares = valueOf(request, "wafer.spare_cores").value_or(0);
  Outline plan{unsigned(chip.reticleRows),
               unsigned(chip.reticleCols),
               unsigned(chip.coreRows),
               unsigned(chip.coreCols) + spares,
               spares,
               mm("reticle.width"),
               mm("reticle.height"),
               0,
               0,
               mm("core.width"),
               mm("core.height"),
               true};
  plan.toScale = plan.width > 0 && plan.height > 0;
  if (!plan.toScale) {
    plan.width = plan.height = 10;
    return plan;
  }
  plan.gapX = std::max(0.0, mm("wafer.width") / plan.cols - plan.width);
  plan.gapY = std::max(0.0, mm("wafer.height") / plan.rows - plan.height);
  return plan;
}

/// One reticle, which the wafer repeats.  Cores are in the middle; around them are the links.
void defineReticle(const Outline &plan, llvm::raw_ostream &out) {
  out << "<defs>\n<g id=\"reticle\" stroke=\"#444\" stroke-width=\"0.05\">\n"
      << formatv("<rect width=\"{0:F4}\" height=\"{1:F4}\" fill=\"none\"/>\n", plan.width,
                 plan.height);
  const double w = plan.coreWidth, h = plan.coreHeight;
  const double arrayWidth = w * plan.coreCols, arrayHeight = h * plan.coreRows;
  const double left = (plan.width - arrayWidth) / 2, top = (plan.height - arrayHeight) / 2;
  if (w > 0 && h > 0 && left > -1e-9 && top > -1e-9) {
    out << "<path d=\"";
    for (unsigned c = 0; c <= plan.coreCols; ++c)
      out << formatv("M{0:F4} {1:F4}v{2:F4}", left + c * w, top, arrayHeight);
    for (unsigned r = 0; r <= plan.coreRows; ++r)
      out << formatv("M{0:F4} {1:F4}h{2:F4}", left, top + r * h, arrayWidth);
    out << "\" stroke-width=\"0.01\"/>\n";
    if (plan.spares > 0)
      out << formatv("<rect x=\"{0:F4}\" y=\"{1:F4}\" width=\"{2:F4}\" height=\"{3:F4}\" "
                     "fill=\"#999\" stroke=\"none\"><title>spare cores</title></rect>\n",
                     left + w * (plan.coreCols - plan.spares), top, w * plan.spares, arrayHeight);
  }
  out << "</g>\n</defs>\n";
}

/// The reticles of each rank as a rectangle in the colour of its tensor-parallel group.
void drawRanks(const Outline &plan, const evaluation::Placement &placement,
               llvm::raw_ostream &out) {
  const evaluation::Grid &rank = placement.rank;
  const unsigned ranksDown = plan.rows / rank.rows, ranksAlong = plan.cols / rank.cols;
  const double groupRows = placement.tensor.local.rows.size;
  const double groupCols = placement.tensor.local.cols.size;
  for (unsigned r = 0; r < ranksDown; ++r)
    for (unsigned c = 0; c < ranksAlong; ++c) {
      const unsigned groupRow = r / groupRows, groupCol = c / groupCols;
      out << formatv("<rect x=\"{0:F4}\" y=\"{1:F4}\" width=\"{2:F4}\" height=\"{3:F4}\" "
                     "fill=\"{4}\" fill-opacity=\"0.5\" stroke=\"#c00\" stroke-width=\"0.3\">"
                     "<title>rank {5}, {6}; group {7}, {8}</title></rect>\n",
                     plan.x(c * rank.cols), plan.y(r * rank.rows), plan.x(rank.cols) - plan.gapX,
                     plan.y(rank.rows) - plan.gapY, groupColours[(groupRow + groupCol) % 2], r, c,
                     groupRow, groupCol);
    }
}

Result emit(const Request &request) {
  const Outline plan = outlineOf(request);
  const bool grid = request.design.chip.waferTopology != evaluation::Topology::Switch;
  std::string text;
  llvm::raw_string_ostream out(text);
  const double width = plan.x(plan.cols), height = plan.y(plan.rows);
  out << formatv("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:F4}mm\" height=\"{1:F4}mm\" "
                 "viewBox=\"0 0 {0:F4} {1:F4}\">\n",
                 width, height);
  defineReticle(plan, out);
  if (request.plan && grid)
    drawRanks(plan, request.plan->placement, out);
  for (unsigned r = 0; r < plan.rows; ++r)
    for (unsigned c = 0; c < plan.cols; ++c)
      out << formatv("<use href=\"#reticle\" x=\"{0:F4}\" y=\"{1:F4}\"/>\n", plan.x(c), plan.y(r));
  out << "</svg>\n";
  Emission emission;
  emission.files.push_back({"floorplan.svg", text});
  emission.notes.push_back(
      plan.toScale ? formatv("{0:F1} mm x {1:F1} mm, to scale", width, height).str()
                   : "not to scale: the chip has no `reticle.width` and `reticle.height`");
  if (request.plan && grid)
    emission.notes.push_back("a red rectangle is a rank; neighbouring tensor-parallel groups have "
                             "different colours");
  return emission;
}

} // namespace

const Backend floorplan{"svg",  "SVG: the floorplan of a wafer, with the ranks", {}, nullptr, emit,
                        nullptr};

} // namespace wsc::backends
