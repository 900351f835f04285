// Drawing loads as SVG.
#include "tools/wsc/Heatmap.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace wsc::tool {

namespace {

using network::Direction;
using network::GridShape;

constexpr unsigned mostCells = 64;  ///< along a side
constexpr double picture = 720;     ///< pixels of the longer side of the grid
constexpr double margin = 24;       ///< pixels
constexpr double legendWidth = 250; ///< pixels
constexpr unsigned ticks = 4;       ///< of the legend, besides 0
const char *const directionNames[] = {"east", "west", "south", "north"};

struct Colour {
  double red, green, blue;
};

/// Viridis (van der Walt and Smith, matplotlib, 2015) at ninths.
const Colour viridis[] = {{68, 1, 84},    {72, 40, 120},  {62, 74, 137},  {49, 104, 142},
                          {38, 130, 142}, {31, 158, 137}, {53, 183, 121}, {110, 206, 88},
                          {181, 222, 43}, {253, 231, 37}};

/// `share` in 0..1.
std::string colourOf(double share) {
  constexpr unsigned last = std::size(viridis) - 1;
  const double at = std::clamp(share, 0.0, 1.0) * last;
  const unsigned i = std::min(unsigned(at), last - 1);
  auto mix = [&](double Colour::*part) {
    return unsigned(
        std::lround(viridis[i].*part + (viridis[i + 1].*part - viridis[i].*part) * (at - i)));
  };
  return llvm::formatv("#{0:x-2}{1:x-2}{2:x-2}", mix(&Colour::red), mix(&Colour::green),
                       mix(&Colour::blue));
}

std::string escaped(llvm::StringRef text) {
  std::string result;
  llvm::raw_string_ostream out(result);
  llvm::printHTMLEscaped(text, out);
  return result;
}

std::string formatted(const char *form, double value) {
  std::string result;
  llvm::raw_string_ostream(result) << llvm::format(form, value);
  return result;
}
std::string number(double value) { return formatted("%.3g", value); }
std::string pixels(double value) { return formatted("%.2f", value); }

/// The channels that leave the routers of a cell in one direction.
struct Side {
  unsigned channels = 0;
  double most = 0, sum = 0;
};

class Drawing {
public:
  explicit Drawing(const Heatmap &heatmap)
      : heatmap_(heatmap), shape_(*heatmap.network.shape()),
        block_((std::max(shape_.rows, shape_.cols) + mostCells - 1) / mostCells),
        rows_((shape_.rows + block_ - 1) / block_), cols_((shape_.cols + block_ - 1) / block_),
        size_(picture / std::max(rows_, cols_)), sides_(size_t(rows_) * cols_),
        directionOf_(heatmap.load.size()) {
    for (uint32_t router = 0; router < shape_.nodes(); ++router)
      for (unsigned d = 0; d < network::directions; ++d)
        if (const uint32_t channel = heatmap.network.channel(router, Direction(d));
            channel != network::none) {
          Side &side = sides_[cellOf(router)][d];
          ++side.channels;
          side.most = std::max(side.most, heatmap.load[channel]);
          side.sum += heatmap.load[channel];
          most_ = std::max(most_, heatmap.load[channel]);
          directionOf_[channel] = d;
        }
  }

  std::string draw() {
    const double width = cols_ * size_ + 2 * margin + legendWidth;
    const double height = std::max(rows_ * size_, 320.0) + 3 * margin;
    out_ << "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"" << pixels(width)
         << "\" height=\"" << pixels(height) << "\" viewBox=\"0 0 " << pixels(width) << ' '
         << pixels(height) << "\" font-family=\"sans-serif\" font-size=\"12\">\n";
    out_ << "<title>" << escaped(heatmap_.title) << "</title>\n";
    out_ << "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
    text(margin, margin, heatmap_.title, " font-size=\"14\" font-weight=\"bold\"");
    cells();
    borders();
    hotSpots();
    legend();
    out_ << "</svg>\n";
    return std::move(svg_);
  }

private:
  size_t cellOf(uint32_t router) const {
    return size_t(shape_.row(router) / block_) * cols_ + shape_.col(router) / block_;
  }
  double x(double col) const { return margin + col * size_; }
  double y(double row) const { return 1.5 * margin + row * size_; }
  double share(double load) const { return most_ > 0 ? load / most_ : 0; }

  void text(double x, double y, llvm::StringRef words, llvm::StringRef style = "") {
    out_ << "<text x=\"" << pixels(x) << "\" y=\"" << pixels(y) << '"' << style << '>'
         << escaped(words) << "</text>\n";
  }

  bool isDead(unsigned row, unsigned col) const {
    for (unsigned r = row * block_; r < std::min(shape_.rows, (row + 1) * block_); ++r)
      for (unsigned c = col * block_; c < std::min(shape_.cols, (col + 1) * block_); ++c)
        if (heatmap_.dead[shape_.at(r, c)])
          return true;
    return false;
  }

  std::string place(unsigned row, unsigned col) const {
    auto range = [&](unsigned cell, unsigned size) {
      const unsigned first = cell * block_, last = std::min(size, first + block_) - 1;
      return first == last ? std::to_string(first)
                           : std::to_string(first) + " to " + std::to_string(last);
    };
    return "row " + range(row, shape_.rows) + ", column " + range(col, shape_.cols);
  }

  void cells() {
    for (unsigned row = 0; row < rows_; ++row)
      for (unsigned col = 0; col < cols_; ++col) {
        for (unsigned d = 0; d < network::directions; ++d)
          triangle(row, col, d);
        if (isDead(row, col))
          cross(row, col);
      }
  }

  void triangle(unsigned row, unsigned col, unsigned direction) {
    const Side &side = sides_[size_t(row) * cols_ + col][direction];
    if (side.channels == 0)
      return;
    const double left = x(col), right = x(col + 1), top = y(row), bottom = y(row + 1);
    const double ends[network::directions][4] = {{right, top, right, bottom},
                                                 {left, top, left, bottom},
                                                 {left, bottom, right, bottom},
                                                 {left, top, right, top}};
    const double *end = ends[direction];
    out_ << "<path d=\"M" << pixels((left + right) / 2) << ' ' << pixels((top + bottom) / 2) << 'L'
         << pixels(end[0]) << ' ' << pixels(end[1]) << 'L' << pixels(end[2]) << ' '
         << pixels(end[3]) << "Z\" fill=\"" << colourOf(share(side.most)) << "\"><title>"
         << place(row, col) << ", " << directionNames[direction] << ": ";
    if (side.channels > 1)
      out_ << "at most " << number(side.most) << ", on average "
           << number(side.sum / side.channels);
    else
      out_ << number(side.most);
    out_ << ' ' << escaped(heatmap_.quantity) << "</title></path>\n";
  }

  void cross(unsigned row, unsigned col) {
    if (block_ == 1)
      out_ << "<rect x=\"" << pixels(x(col)) << "\" y=\"" << pixels(y(row)) << "\" width=\""
           << pixels(size_) << "\" height=\"" << pixels(size_) << "\" fill=\"#dddddd\"/>\n";
    out_ << "<path class=\"dead\" d=\"M" << pixels(x(col)) << ' ' << pixels(y(row)) << 'L'
         << pixels(x(col + 1)) << ' ' << pixels(y(row + 1)) << 'M' << pixels(x(col + 1)) << ' '
         << pixels(y(row)) << 'L' << pixels(x(col)) << ' ' << pixels(y(row + 1))
         << "\" stroke=\"#d62728\" stroke-width=\"1.5\"><title>" << place(row, col)
         << (block_ == 1 ? ": dead" : ": has a dead router") << "</title></path>\n";
  }

  void borders() {
    auto line = [&](double x0, double y0, double x1, double y1) {
      out_ << "<path class=\"border\" d=\"M" << pixels(x0) << ' ' << pixels(y0) << 'L' << pixels(x1)
           << ' ' << pixels(y1) << "\" stroke=\"white\" stroke-width=\"2\"/>\n";
    };
    const double bottom = y(double(shape_.rows) / block_), right = x(double(shape_.cols) / block_);
    for (unsigned row = shape_.tileRows; shape_.tileRows && row < shape_.rows;
         row += shape_.tileRows)
      line(x(0), y(double(row) / block_), right, y(double(row) / block_));
    for (unsigned col = shape_.tileCols; shape_.tileCols && col < shape_.cols;
         col += shape_.tileCols)
      line(x(double(col) / block_), y(0), x(double(col) / block_), bottom);
  }

  /// The busiest channels, of equals the first.
  std::vector<uint32_t> busiest() const {
    std::vector<uint32_t> channels;
    for (uint32_t channel = 0; channel < heatmap_.load.size(); ++channel)
      if (heatmap_.load[channel] > 0)
        channels.push_back(channel);
    const size_t count = std::min<size_t>(heatmap_.hotSpots, channels.size());
    std::partial_sort(channels.begin(), channels.begin() + count, channels.end(),
                      [&](uint32_t a, uint32_t b) {
                        return std::pair(-heatmap_.load[a], a) < std::pair(-heatmap_.load[b], b);
                      });
    channels.resize(count);
    return channels;
  }

  void hotSpots() {
    for (auto [i, channel] : llvm::enumerate(busiest())) {
      const auto &[from, to, wire] = heatmap_.network.channels()[channel];
      // Within its triangle, so that the way back can have another.
      const double across[] = {0.3, -0.3, 0, 0}, down[] = {0, 0, 0.3, -0.3};
      const unsigned d = directionOf_[channel];
      const double atX = x((shape_.col(from) + 0.5 + across[d]) / block_);
      const double atY = y((shape_.row(from) + 0.5 + down[d]) / block_);
      out_ << "<circle class=\"hot\" cx=\"" << pixels(atX) << "\" cy=\"" << pixels(atY)
           << "\" r=\"8\" fill=\"white\" stroke=\"black\"/>\n";
      text(atX, atY + 4, std::to_string(i + 1), " text-anchor=\"middle\"");
    }
  }

  void legend() {
    const double left = x(cols_) + margin, top = y(0), height = 160, width = 18;
    constexpr unsigned steps = 40;
    for (unsigned i = 0; i < steps; ++i)
      out_ << "<rect x=\"" << pixels(left) << "\" y=\"" << pixels(top + height * i / steps)
           << "\" width=\"" << pixels(width) << "\" height=\"" << pixels(height / steps + 0.5)
           << "\" fill=\"" << colourOf(1 - (i + 0.5) / steps) << "\"/>\n";
    for (unsigned i = 0; i <= ticks; ++i)
      text(left + width + 6, top + height * (1 - double(i) / ticks) + 4, number(most_ * i / ticks));
    text(left, top + height + 22, heatmap_.quantity);
    text(left, top + height + 40,
         block_ == 1 ? "a triangle: a channel that leaves in its direction"
                     : llvm::formatv("a triangle: the busiest of {0} x {0} routers", block_).str(),
         " font-size=\"10\"");
    double line = top + height + 62;
    for (auto [i, channel] : llvm::enumerate(busiest())) {
      const uint32_t from = heatmap_.network.channels()[channel].from;
      text(left, line,
           llvm::formatv("{0}: row {1}, column {2}, {3}: {4}", i + 1, shape_.row(from),
                         shape_.col(from), directionNames[directionOf_[channel]],
                         number(heatmap_.load[channel]))
               .str());
      line += 17;
    }
    if (heatmap_.dead.any())
      text(left, line, std::to_string(heatmap_.dead.count()) + " dead, crossed out");
  }

  const Heatmap &heatmap_;
  const GridShape &shape_;
  unsigned block_; ///< rows and columns of routers of a cell
  unsigned rows_, cols_;
  double size_; ///< pixels of a cell
  std::vector<std::array<Side, network::directions>> sides_;
  std::vector<uint8_t> directionOf_; ///< of each channel
  double most_ = 0;
  std::string svg_;
  llvm::raw_string_ostream out_{svg_};
};

} // namespace

std::string toSvg(const Heatmap &heatmap) { return Drawing(heatmap).draw(); }

} // namespace wsc::tool
