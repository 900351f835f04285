// Reading proofs: whatever the text is, either a Proof about the Problem or what is wrong, and
// where.
#include "feasibility/Proof.h"

#include "ir/Lexer.h"
#include "ir/Print.h"
#include "llvm/ADT/STLExtras.h"
#include <charconv>

namespace wsc::feasibility {

using ir::Token;

namespace {
/// After the first error every token is the end of the text.
class Reader {
public:
  Reader(const Problem &problem, const SourceFile &source, DiagnosticEngine &diagnostics)
      : space_(problem.space()), problem_(problem), source_(source), diagnostics_(diagnostics),
        rest_(source.text()) {
    for (const ir::Node *node : space_.reachable())
      nodes_.push_back(node);
    advance();
  }

  std::optional<Proof> run() {
    Proof proof;
    readHeader();
    expect("core");
    proof.core = constraints();
    while (token_.kind != Token::End)
      proof.steps.push_back(step());
    return failed_ ? std::nullopt : std::optional(std::move(proof));
  }

private:
  // Tokens.
  void advance() {
    last_ = place();
    token_ = failed_ ? Token() : ir::nextToken(rest_);
  }
  /// Of the token; at the end of the text, of the last one.
  wsc::Range place() const {
    if (token_.text.empty())
      return last_;
    unsigned begin = token_.text.data() - source_.text().data();
    return {&source_, begin, begin + unsigned(token_.text.size())};
  }
  bool accept(llvm::StringRef text) {
    bool matches = token_.is(text);
    if (matches)
      advance();
    return matches;
  }
  void expect(llvm::StringRef text) {
    if (!accept(text))
      fail("expected `" + text.str() + "`");
  }
  Diagnostic &fail(std::string message, DiagKind kind = DiagKind::BadProof) {
    if (std::exchange(failed_, true))
      return dropped_;
    wsc::Range at = place();
    token_ = Token();
    return diagnostics_.report(kind, at, std::move(message));
  }
  std::string string() {
    std::string result = token_.string;
    if (token_.kind != Token::String)
      fail("expected a name in quotation marks");
    advance();
    return result;
  }

  // Pieces of a line.
  template <typename List> unsigned index(const List &list, llvm::StringRef what) {
    auto it = llvm::find_if(list, [&](const auto &item) { return item.name == token_.string; });
    if (token_.kind == Token::String && it == list.end())
      fail("the spec has no " + what.str() + " `" + token_.string + "`");
    string();
    return failed_ ? 0 : it - list.begin();
  }

  std::vector<unsigned> constraints() {
    std::vector<unsigned> result;
    do {
      llvm::StringRef name = token_.string;
      result.push_back(index(space_.constraints, "requirement"));
      if (!failed_ && !llvm::is_contained(problem_.constraints(), result.back()))
        fail("`" + name.str() + "` is no requirement on open fields alone");
    } while (accept(","));
    llvm::sort(result);
    result.erase(llvm::unique(result), result.end());
    return result;
  }

  void readHeader() {
    expect("wsc");
    expect("proof");
    if (!failed_ && token_.text != "1")
      fail("this is no proof of version 1, which is what this wsc reads");
    advance();
    expect("spec");
    if (token_.kind == Token::String && token_.string != digestOf(space_))
      fail("this proof is about another spec, or was written by another version of wsc",
           DiagKind::ProofOfAnotherSpec)
          .suggest("`wsc check SPEC --proof FILE` writes one about this spec");
    string();
  }

  /// A decimal number, rounded to nearest.
  std::optional<double> rounded(llvm::StringRef text) const {
    double value;
    auto [end, error] = std::from_chars(text.begin(), text.end(), value);
    bool isRead = token_.kind == Token::Number && error == std::errc() && end == text.end();
    return isRead ? std::optional(value) : std::nullopt;
  }

  std::optional<Rational> number(llvm::StringRef text) {
    if (token_.kind != Token::Number)
      return std::nullopt;
    if (text.contains('/'))
      return parseRational(text);
    bool negative = text.consume_front("-");
    std::optional<Rational> value = parseDecimal(text);
    return value && negative ? -*value : value;
  }

  /// The index of a value in the domain of a parameter.
  unsigned value(const ir::Param &param) {
    for (unsigned i = 0; i < param.domain.size() && !param.type.isNumber(); ++i) {
      std::string name = ir::formatExact(space_, param.type, param.domain[i]);
      if (token_.text == name)
        return advance(), i;
    }
    std::optional<Rational> exact = param.type.isNumber() ? number(token_.text) : std::nullopt;
    std::optional<unsigned> found = exact ? param.indexOf(*exact) : std::nullopt;
    if (!found)
      fail("this is not in the domain of `" + param.name + "`");
    advance();
    return found.value_or(0);
  }

  Lemma::Bound bound() {
    unsigned index = this->index(space_.params, "open field");
    if (failed_)
      return {};
    const ir::Param &param = space_.params[index];
    expect("in");
    unsigned lo = value(param);
    expect("..");
    unsigned hi = value(param);
    if (lo > hi)
      fail("this range is empty");
    return {index, {lo, hi}};
  }

  const ir::Node *node() {
    unsigned number = 0;
    if (token_.kind == Token::String) {
      unsigned i = index(space_.quantities, "quantity");
      return failed_ ? nullptr : space_.quantities[i].node;
    }
    if (token_.kind != Token::Value || token_.text.drop_front().getAsInteger(10, number) ||
        number >= nodes_.size())
      fail("expected a quantity of the spec, or a node of its IR such as `%12`");
    advance();
    return failed_ ? nullptr : nodes_[number];
  }

  Cut cut() {
    Cut cut{node(), token_.is("<"), 0};
    if (!accept("<") && !accept(">"))
      fail("expected `<` or `>`");
    if (std::optional<double> value = rounded(token_.text))
      cut.bound = *value;
    else
      fail("expected a number");
    advance();
    return cut;
  }

  Proof::Step step() {
    Proof::Step step;
    step.place = place();
    expect("lemma");
    step.lemma.constraints = constraints();
    if (accept(":"))
      do
        step.lemma.bounds.push_back(bound());
      while (accept(","));
    if (accept("by"))
      do
        step.cuts.push_back(cut());
      while (accept(","));
    step.place.end = std::max(step.place.end, last_.end);
    return step;
  }

  const ir::Space &space_;
  const Problem &problem_;
  const SourceFile &source_;
  DiagnosticEngine &diagnostics_;
  llvm::StringRef rest_;
  Token token_;
  wsc::Range last_{&source_, 0, 0}; ///< of the token before
  bool failed_ = false;
  Diagnostic dropped_{};
  std::vector<const ir::Node *> nodes_; ///< as numbered in the IR
};
} // namespace

std::optional<Proof> readProof(const Problem &problem, const SourceFile &source,
                               DiagnosticEngine &diagnostics) {
  return Reader(problem, source, diagnostics).run();
}

} // namespace wsc::feasibility
