// A sweep as SVG: small multiples, a panel for each quantity.
#include "report/Terminal.h"
#include "tools/wsc/Sweep.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace wsc::tool {

namespace {

// In pixels.
constexpr double panelWidth = 250, panelHeight = 170, left = 92, right = 14, top = 40, bottom = 64;
constexpr double head = 26, legendLine = 18, letter = 6.2;
constexpr unsigned mostInARow = 3;
/// Values of a factor between these are on a logarithmic axis; beyond, the small ones are nothing.
constexpr double leastRatio = 30, mostRatio = 1e5;

/// Okabe and Ito, Color universal design, 2008.
const char *const colours[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                               "#e69f00", "#56b4e9", "#000000"};

std::string pixels(double value) {
  std::string result;
  llvm::raw_string_ostream(result) << llvm::format("%.1f", value);
  return result;
}

std::string escaped(llvm::StringRef text) {
  std::string result;
  llvm::raw_string_ostream out(result);
  llvm::printHTMLEscaped(text, out);
  return result;
}

/// From values to the height of a panel, with round numbers along it.
class Scale {
public:
  explicit Scale(llvm::ArrayRef<double> values) {
    for (double value : values)
      if (std::isfinite(value)) {
        low_ = std::min(low_, value);
        high_ = std::max(high_, value);
      }
    isLogarithmic_ = low_ > 0 && high_ / low_ > leastRatio && high_ / low_ < mostRatio;
    if (isLogarithmic_)
      logarithmic();
    else
      linear();
  }

  /// 0 at the bottom, 1 at the top.
  double share(double value) const { return (map(value) - map(low_)) / (map(high_) - map(low_)); }
  llvm::ArrayRef<double> ticks() const { return ticks_; }

private:
  double map(double value) const { return isLogarithmic_ ? std::log10(value) : value; }

  void logarithmic() {
    const int from = std::floor(std::log10(low_)), to = std::ceil(std::log10(high_));
    for (int exponent = from; exponent <= to; ++exponent)
      ticks_.push_back(std::pow(10, exponent));
    low_ = ticks_.front();
    high_ = ticks_.back();
  }

  /// From 0, in steps of 1, 2 or 5 times a power of ten.
  void linear() {
    low_ = std::min(low_, 0.0);
    high_ = std::max(high_, 0.0);
    if (!(high_ > low_))
      high_ = low_ + 1; // nothing, or only zeros
    const double power = std::pow(10, std::floor(std::log10((high_ - low_) / 4)));
    double step = power;
    for (double factor : {1, 2, 5, 10})
      if ((step = factor * power) * 5 >= high_ - low_)
        break;
    low_ = std::floor(low_ / step) * step;
    high_ = std::ceil(high_ / step - 1e-9) * step;
    for (unsigned i = 0; low_ + i * step <= high_ + step / 2; ++i)
      ticks_.push_back(low_ + i * step);
  }

  double low_ = HUGE_VAL, high_ = -HUGE_VAL;
  bool isLogarithmic_ = false;
  std::vector<double> ticks_;
};

class Figure {
public:
  explicit Figure(const SweepTable &table) : table_(table) {
    for (const SweepPoint &point : table.points) {
      addOnce(places_, point.at[0]);
      addOnce(series_, point.at.size() > 1 ? point.at[1] : "");
    }
    takeUnitOut();
    for (const std::string &place : labels_)
      widest_ = std::max(widest_, report::widthOf(place) * letter);
  }

  std::string draw() {
    std::vector<unsigned> panels; // what is no number has none
    for (unsigned column = 0; column < table_.columns.size(); ++column)
      if (table_.columns[column].type.isNumber())
        panels.push_back(column);
    const unsigned rows = (panels.size() + mostInARow - 1) / mostInARow;
    const unsigned inARow = (panels.size() + rows - 1) / rows;
    const double across = left + panelWidth + right, down = top + panelHeight + bottom;
    const double width = inARow * across;
    const double keys = series_.size() > 1 ? (series_.size() + 1) * legendLine : 0;
    const double height = head + rows * down + keys;
    out_ << "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"" << pixels(width)
         << "\" height=\"" << pixels(height) << "\" viewBox=\"0 0 " << pixels(width) << ' '
         << pixels(height) << "\" font-family=\"sans-serif\" font-size=\"11\">\n<title>"
         << escaped(table_.caption) << "</title>\n"
         << "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
    text(12, 20, table_.caption, "font-size=\"13\"");
    for (unsigned i = 0; i < panels.size(); ++i)
      panel(panels[i], i % inARow * across + left, head + i / inARow * down + top);
    if (series_.size() > 1)
      legend(height - keys + legendLine / 2);
    out_ << "</svg>\n";
    return std::move(svg_);
  }

private:
  /// `1 TB/s`, `2 TB/s`: the unit stands once, beside the name of the field.
  void takeUnitOut() {
    const llvm::StringRef unit = llvm::StringRef(places_[0]).split(' ').second;
    const bool isCommon = !unit.empty() && llvm::all_of(places_, [&](llvm::StringRef place) {
      return place.split(' ').second == unit;
    });
    for (llvm::StringRef place : places_)
      labels_.push_back((isCommon ? place.split(' ').first : place).str());
    bottomLabel_ = table_.fields[0] + (isCommon ? " [" + unit.str() + "]" : "");
  }

  static void addOnce(std::vector<std::string> &list, const std::string &text) {
    if (!llvm::is_contained(list, text))
      list.push_back(text);
  }

  void text(double x, double y, llvm::StringRef words, llvm::StringRef style = "") {
    out_ << "<text x=\"" << pixels(x) << "\" y=\"" << pixels(y) << "\" " << style << '>'
         << escaped(words) << "</text>\n";
  }

  /// Of the panel that is drawn.
  double x(unsigned place) const { return x_ + panelWidth * (place + 0.5) / places_.size(); }
  double y(double share) const { return y_ + panelHeight * (1 - share); }

  void panel(unsigned column, double x, double y) {
    x_ = x;
    y_ = y;
    std::vector<double> values;
    for (const SweepPoint &point : table_.points)
      values.push_back(point.values[column]);
    const Scale scale(values);
    text(x_, y_ - 12, table_.columns[column].name, "font-size=\"12\" font-weight=\"bold\"");
    for (double tick : scale.ticks()) {
      const double at = this->y(scale.share(tick));
      out_ << "<path d=\"M" << pixels(x_) << ' ' << pixels(at) << 'h' << pixels(panelWidth)
           << "\" stroke=\"#ddd\"/>\n";
      text(x_ - 6, at + 4, table_.text(column, tick), "text-anchor=\"end\"");
    }
    places();
    for (unsigned i = 0; i < series_.size(); ++i)
      line(column, scale, i);
  }

  /// The values of the first field, aslant where they would touch.
  void places() {
    const bool isAslant = widest_ + letter > panelWidth / places_.size();
    for (unsigned i = 0; i < places_.size(); ++i) {
      const std::string at = pixels(x(i)), under = pixels(y_ + panelHeight + 15);
      text(x(i), y_ + panelHeight + 15, labels_[i],
           isAslant ? "text-anchor=\"end\" transform=\"rotate(-35 " + at + ' ' + under + ")\""
                    : std::string("text-anchor=\"middle\""));
    }
    text(x_ + panelWidth / 2, y_ + panelHeight + bottom - 8, bottomLabel_,
         "text-anchor=\"middle\" fill=\"#555\"");
  }

  /// Broken where there is no design.
  void line(unsigned column, const Scale &scale, unsigned series) {
    const std::string colour = colours[series % std::size(colours)];
    std::string path, marks;
    bool isJoined = false;
    for (const SweepPoint &point : table_.points) {
      if (point.at.size() > 1 && point.at[1] != series_[series])
        continue;
      const double value = point.values[column];
      const double at = x(llvm::find(places_, point.at[0]) - places_.begin());
      if (!std::isfinite(value)) {
        isJoined = false;
        if (!point.problem.empty())
          marks += mark(at, y(0) - 4 - 9 * series, "×", colour, point.problem);
        continue;
      }
      const double height = y(scale.share(value));
      path += (isJoined ? "L" : "M") + pixels(at) + ' ' + pixels(height);
      isJoined = true;
      marks += "<circle cx=\"" + pixels(at) + "\" cy=\"" + pixels(height) + "\" r=\"3.2\" fill=\"" +
               colour + "\"><title>" +
               escaped(llvm::join(point.at, ", ") + ": " + table_.text(column, value)) +
               "</title></circle>\n";
    }
    out_ << "<path d=\"" << path << "\" fill=\"none\" stroke=\"" << colour
         << "\" stroke-width=\"1.6\"/>\n"
         << marks;
  }

  static std::string mark(double x, double y, llvm::StringRef sign, llvm::StringRef colour,
                          llvm::StringRef reason) {
    return ("<text x=\"" + pixels(x) + "\" y=\"" + pixels(y) + "\" text-anchor=\"middle\" fill=\"" +
            colour + "\">" + sign + "<title>" + escaped(reason) + "</title></text>\n")
        .str();
  }

  void legend(double y) {
    for (unsigned i = 0; i < series_.size(); ++i, y += legendLine) {
      const std::string colour = colours[i % std::size(colours)];
      out_ << "<path d=\"M" << pixels(left) << ' ' << pixels(y) << "h22\" stroke=\"" << colour
           << "\" stroke-width=\"3\"/>\n";
      text(left + 30, y + 4, table_.fields[1] + " = " + series_[i]);
    }
  }

  const SweepTable &table_;
  std::vector<std::string> places_, series_; ///< values of the first and of the second field
  std::vector<std::string> labels_;          ///< of `places_`
  std::string bottomLabel_;
  double widest_ = 0;    ///< of the labels of places
  double x_ = 0, y_ = 0; ///< top left of the panel that is drawn
  std::string svg_;
  llvm::raw_string_ostream out_{svg_};
};

} // namespace

std::string figureOf(const SweepTable &table) { return Figure(table).draw(); }

} // namespace wsc::tool
