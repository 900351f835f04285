// Going on after a syntax error, so that one run reports every independent one: brackets are
// balanced before the text is parsed, and the parser resumes at the next statement.
#include "frontend/ParseAntlr.h"

namespace wsc::parse {

using antlr4::Token;

namespace {

bool isOneOf(const std::string &text, std::initializer_list<const char *> words) {
  return llvm::is_contained(words, text);
}

bool isHidden(const Token &token) { return token.getChannel() != Token::DEFAULT_CHANNEL; }

/// Words that begin a member or an item and nothing else.
bool beginsMember(const Token &token) {
  return isOneOf(token.getText(), {"param", "let", "override", "require", "prefer"});
}

/// Words that begin a declaration, unless they are used as a name.
bool beginsDeclaration(const Token &token) {
  return isOneOf(token.getText(), {"component", "technology", "chip", "model", "workload",
                                   "strategy", "suite", "const", "fn", "table", "enum", "dimension",
                                   "unit", "interface", "explore", "import", "private"});
}

char closingOf(char opening) { return opening == '(' ? ')' : opening == '[' ? ']' : '}'; }

/// Finds brackets that have no partner, reports them and supplies what is missing, so that the
/// parser need not stumble over the rest of the file.
class BracketBalance {
public:
  BracketBalance(Lexed &lexed, const Places &places, DiagnosticEngine &diagnostics)
      : lexed_(lexed), places_(places), diagnostics_(diagnostics) {}

  void run() {
    std::vector<std::unique_ptr<Token>> tokens;
    std::swap(tokens, lexed_.tokens);
    for (size_t i = 0; i < tokens.size(); ++i) {
      Token &token = *tokens[i];
      if (!isHidden(token)) {
        closeBefore(token, nextVisible(tokens, i));
        follow(token);
      }
      lexed_.tokens.push_back(std::move(tokens[i]));
      if (!isHidden(token))
        previous_ = &token;
    }
    closeAll(nullptr);
  }

private:
  const Token *nextVisible(const std::vector<std::unique_ptr<Token>> &tokens, size_t i) {
    for (++i; i < tokens.size(); ++i)
      if (!isHidden(*tokens[i]))
        return tokens[i].get();
    return nullptr;
  }

  bool isFirstOnLine(const Token &token) const {
    return !previous_ || previous_->getLine() < token.getLine();
  }

  /// Closes brackets that cannot be open any more where `token` stands.
  void closeBefore(const Token &token, const Token *next) {
    if (open_.empty() || !isFirstOnLine(token))
      return;
    // The words of declarations are names of fields as well: `unit { ... }` refines one.
    bool named = next && (next->getType() == WscParser::NAME ||
                          (token.getText() == "explore" && next->getText() == "{") ||
                          (token.getText() == "private" && beginsDeclaration(*next)));
    const bool isFactor = isOneOf(previous_->getText(), {"*", "/"}); // of a type that goes on
    if (token.getCharPositionInLine() == 0 && beginsDeclaration(token) && named && !isFactor)
      return closeAll(&token);
    while (!open_.empty() && beginsMember(token) && open_.back()->getText() != "{")
      close(&token);
  }

  void follow(Token &token) {
    if (token.getStartIndex() != token.getStopIndex()) // texts are costly, brackets are short
      return;
    const std::string text = token.getText();
    if (isOneOf(text, {"(", "[", "{"}))
      return open_.push_back(&token);
    if (!isOneOf(text, {")", "]", "}"}))
      return;
    auto partner = [&] {
      return !open_.empty() && closingOf(open_.back()->getText()[0]) == text[0];
    };
    while (!open_.empty() && !partner() && text == "}")
      close(&token);
    if (partner())
      return open_.pop_back();
    auto &d = diagnostics_.report(DiagKind::SyntaxError, places_.range(&token),
                                  "this `" + text + "` closes nothing");
    if (text == "}")
      d.suggest("it is one too many, or a `{` is missing before");
    else
      d.fix(places_.range(&token), "");
    lexed_.faultyLines.insert(token.getLine());
    static_cast<antlr4::CommonToken &>(token).setChannel(Token::HIDDEN_CHANNEL);
  }

  /// Supplies the partner of the innermost open bracket before `token` (null: the end of the file).
  void close(const Token *token) {
    const Token *opening = open_.back();
    std::string text(1, closingOf(opening->getText()[0]));
    report(*opening, text, token);
    supply(text);
    open_.pop_back();
  }

  void report(const Token &opening, const std::string &text, const Token *token) {
    // The partner may be in what was hidden.
    if (lexed_.faultyLines.count(opening.getLine()) ||
        lexed_.faultyLines.count(previous_->getLine()))
      return;
    auto &d = diagnostics_.report(DiagKind::SyntaxError, places_.range(&opening),
                                  "this `" + opening.getText() + "` is never closed");
    Range end = places_.range(previous_);
    end.begin = end.end;
    if (token && token->getText() != "}")
      d.note(places_.range(token), "this begins something new");
    if (text == "}")
      d.suggest("a `}` is missing before the end of what it holds");
    else
      d.fix(end, text);
    lexed_.faultyLines.insert(opening.getLine());
  }

  void closeAll(const Token *token) {
    // One slip explains all of them: only the innermost is reported.
    if (!open_.empty())
      close(token);
    for (; !open_.empty(); open_.pop_back())
      supply(std::string(1, closingOf(open_.back()->getText()[0])));
  }

  void supply(const std::string &text) {
    size_t at = previous_->getStopIndex();
    auto token = lexed_.scanner.literal(text, at);
    token->setLine(previous_->getLine());
    token->setCharPositionInLine(previous_->getCharPositionInLine() + 1);
    lexed_.tokens.push_back(std::move(token));
  }

  Lexed &lexed_;
  const Places &places_;
  DiagnosticEngine &diagnostics_;
  std::vector<const Token *> open_;
  const Token *previous_ = nullptr;
};

template <typename Context> bool isInside(antlr4::RuleContext *context) {
  for (; context; context = dynamic_cast<antlr4::RuleContext *>(context->parent))
    if (dynamic_cast<Context *>(context))
      return true;
  return false;
}

/// How many brackets the statement has opened before the current token.
unsigned openBrackets(antlr4::Parser &parser) {
  antlr4::RuleContext *context = parser.getContext();
  for (; context; context = dynamic_cast<antlr4::RuleContext *>(context->parent)) {
    if (dynamic_cast<WscParser::BlockContext *>(context))
      return 0;
    if (llvm::is_contained(
            {WscParser::RuleMember, WscParser::RuleExploreItem, WscParser::RuleTableRow},
            context->getRuleIndex()))
      break;
  }
  auto *statement = dynamic_cast<antlr4::ParserRuleContext *>(context);
  if (!statement)
    return 0;
  unsigned depth = 0;
  antlr4::TokenStream &tokens = *parser.getTokenStream();
  for (size_t i = statement->getStart()->getTokenIndex(); i < tokens.index(); ++i) {
    const std::string text = tokens.get(i)->getText();
    if (isOneOf(text, {"(", "[", "{"}))
      ++depth;
    else if (isOneOf(text, {")", "]", "}"}) && depth > 0)
      --depth;
  }
  return depth;
}

} // namespace

antlr4::Token *Recovery::singleTokenDeletion(antlr4::Parser *parser) {
  // Only a separator can be left out without changing what the rest means.
  if (!isOneOf(parser->getTokenStream()->LT(1)->getText(), {",", ";", "."}))
    return nullptr;
  return DefaultErrorStrategy::singleTokenDeletion(parser);
}

void balanceBrackets(Lexed &lexed, const Places &places, DiagnosticEngine &diagnostics) {
  BracketBalance(lexed, places, diagnostics).run();
}

void Recovery::consumeUntil(antlr4::Parser *parser, const antlr4::misc::IntervalSet &) {
  antlr4::TokenStream &tokens = *parser->getTokenStream();
  bool inBlock = isInside<WscParser::BlockContext>(parser->getContext()) ||
                 isInside<WscParser::ExploreDeclContext>(parser->getContext());
  bool inRows = isInside<WscParser::TableDeclContext>(parser->getContext()) ||
                isInside<WscParser::InterfaceDeclContext>(parser->getContext());
  unsigned depth = openBrackets(*parser);
  for (;; parser->consume()) {
    const Token *token = tokens.LT(1), *previous = tokens.LT(-1), *next = tokens.LT(2);
    const std::string text = token->getText();
    if (token->getType() == Token::EOF)
      return;
    bool first = !previous || previous->getLine() < token->getLine();
    bool declares = first && beginsDeclaration(*token) &&
                    (next->getType() == WscParser::NAME || isOneOf(text, {"explore", "private"}));
    if (isOneOf(text, {"(", "[", "{"}))
      ++depth;
    else if (isOneOf(text, {")", "]", "}"})) {
      if (depth == 0 && text == "}" && (inBlock || inRows))
        return;
      depth -= depth > 0;
    } else if (depth > 0)
      continue;
    else if (!inBlock && (declares || (inRows && (first || text == ";"))))
      return;
    else if (inBlock && (text == ";" || (first && beginsMember(*token)) ||
                         (first && isOneOf(text, {"maximize", "minimize"})) ||
                         (first && token->getType() == WscParser::NAME &&
                          isOneOf(next->getText(), {"=", "in", ":", "{", ","}))))
      return;
  }
}

} // namespace wsc::parse
