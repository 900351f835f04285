// Text of the specs that importers write.
#include "importers/Draft.h"

#include "llvm/ADT/StringExtras.h"

namespace wsc::importers {

namespace {

/// A string literal of the language.
std::string quoted(llvm::StringRef text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      result += '\\';
    result += c;
  }
  return result + '"';
}

} // namespace

void Draft::declare(llvm::StringRef role, llvm::StringRef title, llvm::StringRef base) {
  role_ = role;
  title_ = title;
  base_ = base;
}

void Draft::fix(llvm::StringRef field, const std::string &value, llvm::StringRef origin) {
  body_ += field.str() + " = " + value + " from " +
           quoted(file_ + (title_.empty() ? "" : " of " + title_) + ": " + origin.str()) + "\n";
}

void Draft::open(llvm::StringRef field, const std::string &domain) {
  body_ += field.str() + " in " + domain + "\n";
}

void Draft::begin(llvm::StringRef field) { body_ += field.str() + " {\n"; }
void Draft::end() { body_ += "}\n"; }
void Draft::comment(llvm::StringRef text) { body_ += "// " + text.str() + "\n"; }

std::string Draft::text(llvm::StringRef import, llvm::ArrayRef<std::string> head,
                        llvm::StringRef name) const {
  std::string result = "wsc 1\n\n";
  for (const std::string &line : head)
    result += "// " + line + "\n";
  const std::string title = title_.empty() ? llvm::StringRef(file_).split('.').first.str() : title_;
  result += "\nimport " + import.str() + "\n\n/// " + title + ", as " + file_ + " describes it.\n";
  result += role_ + " " + (name.empty() ? identifier(title) : name.str()) + " : " + base_ + " {\n" +
            body_ + "}\n";
  return result;
}

std::string decimal(const Rational &value) {
  Rational scaled = value;
  size_t fraction = 0;
  for (; !isInteger(scaled); ++fraction)
    scaled *= 10;
  std::string digits = scaled.get_num().get_str();
  if (fraction == 0)
    return digits;
  if (digits.size() <= fraction)
    digits.insert(0, fraction + 1 - digits.size(), '0');
  return digits.insert(digits.size() - fraction, ".");
}

std::string quantity(const Rational &value, llvm::StringRef unit) {
  static constexpr std::pair<const char *, int> prefixes[] = {
      {"P", 15}, {"T", 12}, {"G", 9}, {"M", 6}, {"k", 3}, {"", 0}, {"m", -3}, {"u", -6}, {"n", -9}};
  for (auto [prefix, exponent] : prefixes) {
    const Rational scale = *power(10, exponent);
    if (value >= scale || exponent == -9)
      return decimal(value / scale) + " " + prefix + unit.str();
  }
  llvm_unreachable("the last prefix takes what is left");
}

std::string identifier(llvm::StringRef title) {
  std::string result;
  for (char c : title.rsplit('/').second.empty() ? title : title.rsplit('/').second)
    if (llvm::isAlnum(c))
      result += c;
    else if (!result.empty() && result.back() != '_')
      result += '_';
  while (!result.empty() && result.back() == '_')
    result.pop_back();
  // Words of the language are in lower case, so that a capital is never one of them.
  if (result.empty() || !llvm::isAlpha(result[0]))
    return "X" + result;
  result[0] = llvm::toUpper(result[0]);
  return result;
}

} // namespace wsc::importers
