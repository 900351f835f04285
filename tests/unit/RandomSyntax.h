// Random texts in the language, each with the dump that its syntax tree must have: written in a
// random layout, and with parentheses only where precedence needs them or by whim.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace wsc {

class RandomSyntax {
public:
  explicit RandomSyntax(uint64_t seed) : random_(seed) {}

  /// One component with all kinds of members; meaning is no concern.
  void file();

  /// The tokens so far, with blanks, line breaks and comments between them.
  std::string text();
  const std::string &dump() const { return dump_; }

private:
  enum class Kind { Word, Number, Unit, Symbol, Break };
  struct Token {
    Kind kind;
    std::string text;
  };

  uint64_t below(uint64_t bound) { return random_() % bound; }
  bool rarely() { return below(5) == 0; }
  void emit(Kind kind, std::string text) { tokens_.push_back({kind, std::move(text)}); }
  void word(const char *text) { emit(Kind::Word, text); }
  void symbol(const char *text) { emit(Kind::Symbol, text); }

  std::string name();
  /// An expression that binds at least as tightly as `least`.
  std::string expression(int least, unsigned depth);
  std::string binary(unsigned op, unsigned depth);
  std::string leaf();
  std::string type();
  std::string domain();
  std::string basicDomain();
  std::string limits();
  std::string member(unsigned depth);
  std::string block(unsigned depth);
  std::string gap(const Token &before, const Token &after);

  std::mt19937_64 random_;
  std::vector<Token> tokens_;
  std::string dump_;
};

} // namespace wsc
