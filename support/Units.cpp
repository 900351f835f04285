// Dimension algebra, and the reading and printing of quantities.
#include "support/Units.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>

namespace wsc {

// ---- dimensions -------------------------------------------------------------------------

Dim Dim::base(unsigned index) {
  Dim dim;
  dim.exponents_[index] = 1;
  return dim;
}
Dim Dim::operator*(const Dim &other) const {
  Dim dim;
  for (unsigned i = 0; i < maxBases; ++i)
    dim.exponents_[i] = exponents_[i] + other.exponents_[i];
  return dim;
}
Dim Dim::operator/(const Dim &other) const { return *this * other.pow(-1); }
Dim Dim::pow(int n) const {
  Dim dim;
  for (unsigned i = 0; i < maxBases; ++i)
    dim.exponents_[i] = exponents_[i] * n;
  return dim;
}
std::optional<Dim> Dim::times(const Dim &other, int n) const {
  for (unsigned i = 0; i < maxBases; ++i)
    if (long exponent = exponents_[i] + long(other.exponents_[i]) * n; std::labs(exponent) > 127)
      return std::nullopt;
  return *this * other.pow(n);
}
std::optional<Dim> Dim::sqrt() const {
  Dim dim;
  for (unsigned i = 0; i < maxBases; ++i) {
    if (exponents_[i] % 2)
      return std::nullopt;
    dim.exponents_[i] = exponents_[i] / 2;
  }
  return dim;
}

namespace {
struct Prefix {
  const char *text;
  int exponent; // of 10, or of 1024 for the binary ones
};
constexpr Prefix siPrefixes[] = {{"f", -15}, {"p", -12}, {"n", -9}, {"u", -6}, {"µ", -6},
                                 {"m", -3},  {"c", -2},  {"k", 3},  {"K", 3},  {"M", 6},
                                 {"G", 9},   {"T", 12},  {"P", 15}, {"E", 18}};
constexpr Prefix binaryPrefixes[] = {{"Ki", 1}, {"Mi", 2}, {"Gi", 3},
                                     {"Ti", 4}, {"Pi", 5}, {"Ei", 6}};

/// Far more digits than any unit needs, few enough to multiply quickly.
constexpr size_t maxScaleBits = 1 << 13;
} // namespace

// ---- declarations -----------------------------------------------------------------------

bool UnitTable::addBase(llvm::StringRef name) {
  if (bases_.size() == Dim::maxBases)
    return false;
  addDimension(name, Dim::base(bases_.size()));
  bases_.push_back(name.str());
  return true;
}

void UnitTable::addDimension(llvm::StringRef name, Dim dim) {
  dimensionIndex_.try_emplace(name, dimensions_.size());
  dimensions_.push_back({name.str(), dim});
}

void UnitTable::addUnit(llvm::StringRef name, Unit unit, Prefixes prefixes) {
  unitIndex_[name] = units_.size();
  units_.push_back({name.str(), unit, prefixes});
}

std::optional<Dim> UnitTable::findDimension(llvm::StringRef name) const {
  auto it = dimensionIndex_.find(name);
  return it == dimensionIndex_.end() ? std::nullopt : std::optional(dimensions_[it->second].dim);
}

bool UnitTable::isAffine(llvm::StringRef name) const {
  auto it = unitIndex_.find(name);
  return it != unitIndex_.end() && units_[it->second].unit.offset != 0;
}

std::vector<std::string> UnitTable::spellings() const {
  std::vector<std::string> result;
  for (const Entry &entry : units_) {
    result.push_back(entry.name);
    if (entry.prefixes.si)
      for (const Prefix &prefix : siPrefixes)
        result.push_back(prefix.text + entry.name);
    if (entry.prefixes.binary)
      for (const Prefix &prefix : binaryPrefixes)
        result.push_back(prefix.text + entry.name);
  }
  return result;
}

std::vector<llvm::StringRef> UnitTable::dimensionNames() const {
  std::vector<llvm::StringRef> names;
  for (const NamedDim &d : dimensions_)
    names.push_back(d.name);
  return names;
}

// ---- reading ----------------------------------------------------------------------------

std::optional<Unit> UnitTable::lookupUnit(llvm::StringRef name) const {
  if (auto it = unitIndex_.find(name); it != unitIndex_.end())
    return units_[it->second].unit;
  auto prefixed = [&](const Prefix &prefix, int base, bool binary) -> std::optional<Unit> {
    llvm::StringRef rest = name;
    if (!rest.consume_front(prefix.text))
      return std::nullopt;
    auto it = unitIndex_.find(rest);
    if (it == unitIndex_.end())
      return std::nullopt;
    const Entry &entry = units_[it->second];
    bool takes = binary ? entry.prefixes.binary
                        : entry.prefixes.si || (entry.prefixes.large && prefix.exponent > 0);
    if (!takes)
      return std::nullopt;
    return Unit{entry.unit.dim, entry.unit.scale * *power(Rational(base), prefix.exponent)};
  };
  for (const Prefix &prefix : binaryPrefixes)
    if (auto unit = prefixed(prefix, 1024, true))
      return unit;
  for (const Prefix &prefix : siPrefixes)
    if (auto unit = prefixed(prefix, 10, false))
      return unit;
  return std::nullopt;
}

std::variant<Unit, std::string> UnitTable::parseUnit(llvm::StringRef text) const {
  Unit result{Dim(), 1};
  bool divide = false;
  while (true) {
    llvm::StringRef factor = text.take_while([](char c) { return c != '/' && c != '*'; });
    auto [name, exponentText] = factor.split('^');
    int exponent = 1;
    if (!exponentText.empty() &&
        (exponentText.getAsInteger(10, exponent) || exponent < -9 || exponent > 9))
      return factor.str();
    std::optional<Unit> unit = lookupUnit(name);
    bool isAlone = result.dim == Dim() && result.scale == 1 && name == text;
    if (!unit || (unit->offset != 0 && !isAlone))
      return name.str();
    result.offset = unit->offset;
    if (divide)
      exponent = -exponent;
    std::optional<Dim> dim = result.dim.times(unit->dim, exponent);
    std::optional<Rational> scale = power(unit->scale, exponent);
    if (!dim || !scale)
      return factor.str();
    result.dim = *dim;
    result.scale *= *scale;
    if (mpz_sizeinbase(result.scale.get_num_mpz_t(), 2) > maxScaleBits ||
        mpz_sizeinbase(result.scale.get_den_mpz_t(), 2) > maxScaleBits)
      return factor.str();
    if (factor.size() == text.size())
      return result;
    divide = text[factor.size()] == '/';
    text = text.drop_front(factor.size() + 1);
  }
}

// ---- printing ---------------------------------------------------------------------------

static unsigned sumOfExponents(const Dim &dim) {
  unsigned sum = 0;
  for (unsigned i = 0; i < Dim::maxBases; ++i)
    sum += std::abs(dim.exponent(i));
  return sum;
}

std::string UnitTable::product(Dim dim, llvm::ArrayRef<Named> named,
                               llvm::ArrayRef<std::string> bases) const {
  std::string above, below;
  auto append = [&](const std::string &name, int exponent) {
    std::string &to = exponent > 0 ? above : below;
    if (!to.empty())
      to += exponent > 0 ? '*' : '/';
    to += name;
    if (std::abs(exponent) != 1)
      to += '^' + std::to_string(std::abs(exponent));
  };
  // Each round takes the name out that makes most of the rest disappear.
  while (true) {
    const Named *best = nullptr;
    int sign = 1;
    unsigned shortest = sumOfExponents(dim) - 1;
    for (const Named &candidate : named)
      for (int s : {1, -1})
        if (auto rest = dim.times(candidate.dim, -s); rest && sumOfExponents(*rest) < shortest) {
          best = &candidate;
          sign = s;
          shortest = sumOfExponents(*rest);
        }
    if (!best || dim.isNumber())
      break;
    append(best->name, sign);
    dim = *dim.times(best->dim, -sign);
  }
  for (unsigned i = 0; i < bases_.size(); ++i)
    if (int exponent = dim.exponent(i))
      append(bases[i], exponent);
  if (below.empty())
    return above;
  return (above.empty() ? "1" : above) + "/" + below;
}

std::string UnitTable::describe(const Dim &dim) const {
  if (dim.isNumber())
    return "a pure number";
  std::vector<Named> named;
  for (const NamedDim &d : dimensions_) {
    if (d.dim == dim)
      return d.name;
    named.push_back({d.name, d.dim});
  }
  return product(dim, named, bases_);
}

const UnitTable::Entry *UnitTable::coherentUnit(const Dim &dim) const {
  for (const Entry &entry : units_)
    if (entry.unit.dim == dim && entry.unit.scale == 1 && entry.unit.offset == 0)
      return &entry;
  return nullptr;
}

std::string UnitTable::baseUnit(const Dim &dim) const {
  if (dim.isNumber())
    return "";
  if (const Entry *entry = coherentUnit(dim))
    return entry->name;
  std::vector<std::string> names;
  for (unsigned i = 0; i < bases_.size(); ++i) {
    const Entry *entry = coherentUnit(Dim::base(i));
    names.push_back(entry ? entry->name : bases_[i]);
  }
  std::vector<Named> named;
  for (const Entry &entry : units_)
    if (entry.unit.scale == 1 && !entry.unit.dim.isNumber())
      named.push_back({entry.name, entry.unit.dim});
  return product(dim, named, names);
}

/// What is per length or per area is quoted per mm: 1 GB/s/mm.  Changes the text of a unit and
/// returns the factor for its value.
static double perMillimetre(std::string &unit) {
  for (size_t at = 0; (at = unit.find("/m", at)) != std::string::npos; ++at) {
    llvm::StringRef rest = llvm::StringRef(unit).drop_front(at + 2);
    int exponent = 1;
    if (rest.consume_front("^"))
      rest.consumeInteger(10, exponent);
    if (!rest.empty() && rest[0] != '/')
      continue; // another unit that begins with m
    unit = unit.substr(0, at + 1) + "mm" + unit.substr(at + 2);
    return std::pow(1e-3, exponent);
  }
  return 1;
}

/// Prices are quoted for many: 1.42 USD/Mtoken, 10 USD/GB.
static std::string formatForMany(double value, llvm::StringRef unit, llvm::StringRef each) {
  const char *best = "";
  double scaled = value;
  for (const Prefix &prefix : siPrefixes)
    if (prefix.exponent >= 3 && prefix.text != llvm::StringRef("K") && std::fabs(scaled) < 1) {
      scaled = value * std::pow(10.0, prefix.exponent);
      best = prefix.text;
    }
  return (formatNumber(scaled) + " " + unit + "/" + best + each).str();
}

/// From here on, six digits show 1: what 1 us is in seconds may be a bit less than a millionth.
static constexpr double shownAsOne = 1 - 5e-7;

std::string UnitTable::format(double value, const Dim &dim) const {
  std::string unit = baseUnit(dim);
  if (unit.empty())
    return formatNumber(value);
  if (!std::isfinite(value) || value == 0)
    return formatNumber(value) + " " + unit;
  value *= perMillimetre(unit);
  // Memories are sized in powers of two: 48 KiB, not 49.152 kB.
  if (auto it = unitIndex_.find(unit); it != unitIndex_.end() && units_[it->second].prefixes.binary)
    for (const Prefix &prefix : llvm::reverse(binaryPrefixes)) {
      double scaled = value / std::pow(1024.0, prefix.exponent);
      if (scaled >= 1 && scaled < 10000 && scaled == std::floor(scaled) &&
          std::fmod(value, 1000) != 0)
        return formatNumber(scaled) + " " + prefix.text + unit;
    }
  // The prefix goes to the first factor of the unit, whose exponent counts: 1e-6 m^2 = 1 mm^2.
  llvm::StringRef first =
      llvm::StringRef(unit).take_while([](char c) { return c != '/' && c != '*' && c != '^'; });
  llvm::StringRef rest = llvm::StringRef(unit).drop_front(first.size());
  int exponent = 1;
  if (llvm::StringRef digits = rest; digits.consume_front("^"))
    digits.consumeInteger(10, exponent);
  auto it = unitIndex_.find(first);
  Prefixes prefixes = it == unitIndex_.end() ? Prefixes{} : units_[it->second].prefixes;
  if (!prefixes.si && !prefixes.large)
    return formatNumber(value) + " " + unit;
  bool large = prefixes.large || prefixes.binary; // no milli-bytes, no milli-tokens
  const char *best = "";
  double scaled = value;
  for (const Prefix &prefix : siPrefixes) {
    llvm::StringRef text(prefix.text);
    // Metres are quoted in mm at most, powers by thousands, data never below one.
    if (text == "c" || text == "K" || text == "µ" || (large && prefix.exponent < 0))
      continue;
    if (first == "m" && prefix.exponent > -3)
      continue;
    double candidate = value / std::pow(10.0, prefix.exponent * exponent);
    // The prefixes of a square are a million apart: 0.6 um^2, not 600000 nm^2.
    if (std::fabs(candidate) >= (exponent > 1 ? 0.01 : 1) * shownAsOne &&
        (std::fabs(scaled) >= 1000 * shownAsOne || std::fabs(scaled) < shownAsOne ||
         first == "m")) {
      scaled = candidate;
      best = prefix.text;
    }
  }
  if (large && std::fabs(scaled) < 1e-3 && rest.consume_front("/"))
    if (auto other = unitIndex_.find(rest); other != unitIndex_.end())
      if (const Prefixes &of = units_[other->second].prefixes; of.large || of.binary)
        return formatForMany(scaled, first, rest);
  return formatNumber(scaled) + " " + best + unit;
}

std::string formatNumber(double value) {
  if (value == 0 || std::isnan(value))
    return value == 0 ? "0" : "undefined";
  if (std::isinf(value)) // as far as doubles go
    return value > 0 ? "over 1.8e308" : "below -1.8e308";
  char text[40];
  double magnitude = std::fabs(value);
  if ((value == std::floor(value) && magnitude < 1e15) || (magnitude >= 1e6 && magnitude < 1e7))
    snprintf(text, sizeof text, "%.0f", value);
  else
    snprintf(text, sizeof text, "%.6g", value);
  // A yield of 0.99999991 is not 1.
  if (value != std::floor(value) && magnitude < 2 &&
      !llvm::StringRef(text).contains_insensitive("."))
    snprintf(text, sizeof text, "%.9g", value);
  return text;
}

} // namespace wsc
