// The entry points of parsing.
#include "frontend/ParseAntlr.h"

namespace wsc {

namespace {

/// One parse of one text: owns the tokens, and knows whether errors were reported.
class Session {
public:
  Session(const SourceFile &source, DiagnosticEngine &diagnostics)
      : diagnostics_(diagnostics), errorsBefore_(diagnostics.errorCount()), places(source) {
    lexed_ = parse::lex(source, places, diagnostics);
    if (!lexed_)
      return;
    list_ = std::make_unique<antlr4::ListTokenSource>(std::move(lexed_->tokens));
    stream = std::make_unique<antlr4::CommonTokenStream>(list_.get());
    stream->fill(); // so that an error can look ahead
    parser = std::make_unique<parse::WscParser>(stream.get());
    parser->removeErrorListeners();
    listener_.emplace(places, lexed_->faultyLines, diagnostics);
  }

  /// Runs a rule of the parser; null when it gave up.
  template <typename Context> Context *parse(Context *(parse::WscParser::*rule)()) {
    // In two stages, as ANTLR's authors advise: predictions that do not look at the rules around
    // are several times cheaper, and nearly all that is right passes; what does not is parsed again
    // for its errors, or for its rows that begin with `-`.
    auto &prediction = *parser->getInterpreter<antlr4::atn::ParserATNSimulator>();
    prediction.setPredictionMode(antlr4::atn::PredictionMode::SLL);
    parser->setErrorHandler(std::make_shared<antlr4::BailErrorStrategy>());
    if (Context *tree = run(rule))
      return tree;
    parser->reset();
    prediction.setPredictionMode(antlr4::atn::PredictionMode::LL);
    parser->addErrorListener(&*listener_);
    parser->setErrorHandler(std::make_shared<parse::Recovery>());
    return run(rule);
  }

  bool fine() const { return lexed_ && diagnostics_.errorCount() == errorsBefore_; }

private:
  template <typename Context> Context *run(Context *(parse::WscParser::*rule)()) {
    try {
      return (parser.get()->*rule)();
    } catch (const antlr4::ParseCancellationException &) {
      return nullptr;
    }
  }

  DiagnosticEngine &diagnostics_;
  unsigned errorsBefore_;

public:
  parse::Places places;
  std::unique_ptr<antlr4::CommonTokenStream> stream;
  std::unique_ptr<parse::WscParser> parser; ///< null when the text was refused

private:
  std::unique_ptr<parse::Lexed> lexed_;
  std::optional<parse::ErrorListener> listener_;
  std::unique_ptr<antlr4::ListTokenSource> list_;
};

} // namespace

std::unique_ptr<ast::File> parseFile(const SourceFile &source, DiagnosticEngine &diagnostics) {
  if (!parse::checkText(source, diagnostics))
    return nullptr;
  Session session(source, diagnostics);
  if (!session.parser)
    return nullptr;
  auto *tree = session.parse(&parse::WscParser::file);
  if (!session.fine())
    return nullptr;
  return parse::buildFile(tree, source, session.places, *session.stream);
}

ast::ExprPtr parseExpression(const SourceFile &source, DiagnosticEngine &diagnostics) {
  if (!parse::checkText(source, diagnostics))
    return nullptr;
  Session session(source, diagnostics);
  if (!session.parser)
    return nullptr;
  auto *tree = session.parse<parse::WscParser::ExprContext>(&parse::WscParser::expr);
  auto *rest = session.stream->LT(1);
  if (session.fine() && rest->getType() != antlr4::Token::EOF)
    diagnostics.report(DiagKind::SyntaxError, session.places.range(rest),
                       "found `" + rest->getText() + "` after the expression");
  return session.fine() ? parse::buildExpression(tree, source, session.places) : nullptr;
}

} // namespace wsc
