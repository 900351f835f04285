// ANTLR's parse tree to the syntax tree.  Only called on trees without syntax errors.
#include "frontend/ParseAntlr.h"
#include "frontend/ParseOperators.h"

namespace wsc::parse {

namespace {

using P = WscParser;
using namespace ast;

class Builder {
public:
  Builder(const SourceFile &source, const Places &places, antlr4::CommonTokenStream *tokens)
      : source_(source), places_(places), tokens_(tokens) {}

  std::unique_ptr<File> file(P::FileContext *c);
  ExprPtr expr(P::ExprContext *c);

private:
  Range range(antlr4::ParserRuleContext *c) {
    return places_.range(c->getStart()->getStartIndex(), c->getStop()->getStopIndex());
  }
  llvm::StringRef slice(Range r) { return source_.text().slice(r.begin, r.end); }
  Name name(antlr4::ParserRuleContext *c) { return {slice(range(c)), range(c)}; }
  Name name(const antlr4::Token *t) { return {slice(places_.range(t)), places_.range(t)}; }
  Path path(P::PathContext *c);
  std::string string(P::TextContext *c);
  std::string doc(antlr4::ParserRuleContext *c);

  std::unique_ptr<TypeExpr> type(P::TypeContext *c);
  std::unique_ptr<Domain> domain(P::DomainContext *c);
  std::unique_ptr<Domain> limits(P::LimitsDomainContext *c);
  std::unique_ptr<Domain> domainTerm(P::DomainTermContext *c);
  Provenance provenance(const std::vector<P::ProvenanceContext *> &list);
  Parameter parameter(P::NameContext *n, P::TypeContext *t) { return {name(n), type(t)}; }
  Parameter column(P::ColumnContext *c) {
    return {name(c->name()), type(c->type()), c->getStart() != c->name()->getStart()};
  }

  Decl decl(P::DeclContext *c);
  FnDecl fn(P::FnDeclContext *c);
  TableDecl table(P::TableDeclContext *c);
  InterfaceDecl interface(P::InterfaceDeclContext *c);
  ComponentDecl component(P::ComponentDeclContext *c);
  ExploreDecl explore(P::ExploreDeclContext *c);
  Block block(P::BlockContext *c);
  Member member(P::MemberContext *c);
  template <typename C> Member require(C *c);
  template <typename C> Member prefer(C *c);

  ExprPtr make(ExprKind kind, Range range, const std::vector<P::ExprContext *> &children);
  ExprPtr primary(P::PrimaryContext *c);
  ExprPtr postfix(ExprPtr operand, P::PostfixContext *c);
  ExprPtr match(P::MatchExprContext *c);
  ExprPtr fold(P::FoldExprContext *c);

  const SourceFile &source_;
  const Places &places_;
  antlr4::CommonTokenStream *tokens_;
};

// ---- small pieces ----------------------------------------------------------------------------

Path Builder::path(P::PathContext *c) {
  Path result;
  for (auto *part : c->name())
    result.parts.push_back(name(part));
  result.range = range(c);
  return result;
}

std::string Builder::string(P::TextContext *c) {
  std::string result;
  for (antlr4::tree::TerminalNode *part : c->STRING()) {
    llvm::StringRef text = slice(places_.range(part->getSymbol())).drop_front().drop_back();
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\\' && i + 1 < text.size())
        ++i;
      result += text[i];
    }
  }
  return result;
}

std::string Builder::doc(antlr4::ParserRuleContext *c) {
  std::string result;
  for (auto *token : tokens_->getHiddenTokensToLeft(c->getStart()->getTokenIndex())) {
    if (token->getType() != WscParser::DOC)
      continue;
    llvm::StringRef text = slice(places_.range(token)).drop_front(3).trim();
    if (!result.empty())
      result += ' ';
    result += text;
  }
  return result;
}

std::unique_ptr<TypeExpr> Builder::type(P::TypeContext *c) {
  if (!c)
    return nullptr;
  auto result = std::make_unique<TypeExpr>();
  result->range = range(c);
  auto factors = c->typeFactor();
  for (size_t i = 0; i < factors.size(); ++i) {
    auto *factor = factors[i];
    TypeExpr::Factor f{{}, {}, 1};
    if (factor->NUMBER())
      f.number = name(factor->NUMBER()->getSymbol());
    if (factor->path()) {
      f.path = path(factor->path());
      if (factor->NUMBER() && f.number.text.getAsInteger(10, f.exponent))
        f.exponent = 0;
      if (factor->NUMBER() && slice(range(factor)).contains('-'))
        f.exponent = -f.exponent;
    }
    if (i > 0 && c->op[i - 1]->getText() == "/")
      f.exponent = -f.exponent;
    result->factors.push_back(std::move(f));
  }
  return result;
}

std::unique_ptr<Domain> Builder::domain(P::DomainContext *c) {
  if (auto *limits = dynamic_cast<P::LimitsDomainContext *>(c))
    return this->limits(limits);
  auto *list = dynamic_cast<P::ListDomainContext *>(c);
  if (!list)
    return nullptr;
  auto terms = list->domainTerm();
  auto result = domainTerm(terms[0]);
  for (size_t i = 1; i < terms.size(); ++i) {
    auto joined = std::make_unique<Domain>();
    joined->kind = list->op[i - 1]->getText() == "union" ? Domain::Union : Domain::Except;
    joined->left = std::move(result);
    joined->right = domainTerm(terms[i]);
    joined->range = {&source_, joined->left->range.begin, joined->right->range.end};
    result = std::move(joined);
  }
  return result;
}

std::unique_ptr<Domain> Builder::limits(P::LimitsDomainContext *c) {
  auto result = std::make_unique<Domain>();
  result->kind = Domain::Limits;
  result->range = range(c);
  for (auto *limit : c->limit()) {
    result->comparisons.push_back(kindOf(limit->op->getText()));
    result->exprs.push_back(expr(limit->expr()));
  }
  return result;
}

std::unique_ptr<Domain> Builder::domainTerm(P::DomainTermContext *c) {
  auto result = std::make_unique<Domain>();
  result->range = range(c);
  auto fill = [&](Domain::Kind kind, const std::vector<P::ExprContext *> &exprs) {
    result->kind = kind;
    for (auto *e : exprs)
      result->exprs.push_back(expr(e));
  };
  if (auto *d = dynamic_cast<P::RangeDomainContext *>(c))
    fill(Domain::Range, d->expr());
  else if (auto *d = dynamic_cast<P::SetDomainContext *>(c))
    fill(Domain::Set, d->expr());
  else if (auto *d = dynamic_cast<P::Pow2DomainContext *>(c))
    fill(Domain::Pow2, d->expr());
  else if (auto *d = dynamic_cast<P::DivisorsDomainContext *>(c))
    fill(Domain::Divisors, {d->expr()});
  else if (auto *d = dynamic_cast<P::MultiplesDomainContext *>(c))
    fill(Domain::Multiples, d->expr());
  else if (auto *d = dynamic_cast<P::TypeDomainContext *>(c)) {
    fill(Domain::Type, {});
    result->type = path(d->path());
  }
  return result;
}

Provenance Builder::provenance(const std::vector<P::ProvenanceContext *> &list) {
  Provenance result;
  for (auto *p : list) {
    if (p->text())
      result.source = string(p->text());
    else if (p->expr().size() == 2) {
      result.lo = expr(p->expr(0));
      result.hi = expr(p->expr(1));
    } else
      result.assumed = true;
  }
  return result;
}

// ---- declarations ----------------------------------------------------------------------------

std::unique_ptr<File> Builder::file(P::FileContext *c) {
  auto result = std::make_unique<File>();
  result->source = &source_;
  if (c->header())
    result->version = name(c->header()->NUMBER()->getSymbol());
  for (auto *import : c->importDecl()) {
    Path p = path(import->path());
    Name alias = import->name() ? name(import->name()) : p.parts.back();
    result->imports.push_back({std::move(p), alias});
  }
  for (auto *d : c->decl())
    result->decls.push_back(decl(d));
  return result;
}

Decl Builder::decl(P::DeclContext *c) {
  Decl result;
  result.range = range(c);
  result.doc = doc(c);
  result.isPrivate = c->getStart()->getText() == "private";
  if (auto *d = c->dimensionDecl())
    result.node = DimensionDecl{name(d->name()), type(d->type())};
  else if (auto *d = c->unitDecl()) {
    auto names = d->name();
    bool percent = d->getStart() && slice(range(d)).drop_front(4).ltrim().starts_with("%");
    UnitDecl unit;
    if (percent) {
      size_t i = d->getStart()->getTokenIndex() + 1;
      while (tokens_->get(i)->getText() != "%")
        ++i;
      unit.name = name(tokens_->get(i));
    } else {
      unit.name = name(names.front());
      names.erase(names.begin());
    }
    unit.type = type(d->type());
    unit.value = d->value ? expr(d->value) : nullptr;
    unit.offset = d->offset ? expr(d->offset) : nullptr;
    for (auto *prefix : names)
      unit.prefixes.push_back(name(prefix));
    result.node = std::move(unit);
  } else if (auto *d = c->enumDecl()) {
    auto names = d->name();
    EnumDecl e{name(names.front()), {}};
    for (auto *value : llvm::drop_begin(names))
      e.values.push_back(name(value));
    result.node = std::move(e);
  } else if (auto *d = c->constDecl())
    result.node =
        ConstDecl{name(d->name()), type(d->type()), expr(d->expr()), provenance(d->provenance())};
  else if (auto *d = c->fnDecl())
    result.node = fn(d);
  else if (auto *d = c->tableDecl())
    result.node = table(d);
  else if (auto *d = c->interfaceDecl())
    result.node = interface(d);
  else if (auto *d = c->componentDecl())
    result.node = component(d);
  else
    result.node = explore(c->exploreDecl());
  return result;
}

FnDecl Builder::fn(P::FnDeclContext *c) {
  FnDecl result{name(c->name()), {}, type(c->type()), expr(c->expr()), provenance(c->provenance())};
  for (auto *p : c->parameter())
    result.parameters.push_back(parameter(p->name(), p->type()));
  return result;
}

TableDecl Builder::table(P::TableDeclContext *c) {
  TableDecl result;
  result.name = name(c->name());
  // The grammar lists key and result columns in one sequence; `->` stands between them.
  size_t arrow = 0;
  for (auto *child : c->children) {
    if (child->getText() == "->")
      break;
    arrow += dynamic_cast<P::ColumnContext *>(child) != nullptr;
  }
  auto columns = c->column();
  for (size_t i = 0; i < columns.size(); ++i)
    (i < arrow ? result.keys : result.columns).push_back(column(columns[i]));
  for (auto *row : c->tableRow()) {
    TableDecl::Row r;
    r.range = range(row);
    bool keys = true;
    for (auto *child : row->children) {
      if (child->getText() == ":")
        keys = false;
      else if (auto *e = dynamic_cast<P::ExprContext *>(child))
        (keys ? r.keys : r.values).push_back(expr(e));
    }
    if (row->text())
      r.provenance.source = string(row->text());
    result.rows.push_back(std::move(r));
  }
  result.provenance = provenance(c->provenance());
  return result;
}

InterfaceDecl Builder::interface(P::InterfaceDeclContext *c) {
  InterfaceDecl result{name(c->name()), {}};
  for (auto *child : c->children) {
    if (auto *f = dynamic_cast<P::InterfaceFieldContext *>(child))
      result.fields.push_back({path(f->path()), std::move(*type(f->type())), domain(f->domain()),
                               f->expr() ? expr(f->expr()) : nullptr, doc(f), false});
    else if (auto *m = dynamic_cast<P::MetricDeclContext *>(child)) {
      Path p{{name(m->name())}, range(m->name())};
      result.fields.push_back(
          {std::move(p), std::move(*type(m->type())), nullptr, nullptr, doc(m), true});
    }
  }
  return result;
}

ComponentDecl Builder::component(P::ComponentDeclContext *c) {
  static const std::pair<const char *, Role> roles[] = {
      {"component", Role::Component}, {"technology", Role::Technology},
      {"chip", Role::Chip},           {"model", Role::Model},
      {"workload", Role::Workload},   {"strategy", Role::Strategy},
      {"suite", Role::Suite}};
  ComponentDecl result;
  for (auto [word, role] : roles)
    if (c->role()->getText() == word)
      result.role = role;
  result.name = name(c->name());
  if (c->path())
    result.base = path(c->path());
  if (c->text()) {
    result.data = string(c->text());
    result.dataRange = range(c->text());
  }
  result.block = block(c->block());
  return result;
}

ExploreDecl Builder::explore(P::ExploreDeclContext *c) {
  ExploreDecl result;
  result.name = c->name() ? name(c->name()) : name(c->getStart());
  for (auto *item : c->exploreItem()) {
    if (auto *o = dynamic_cast<P::ObjectiveItemContext *>(item))
      result.objectives.push_back(
          {expr(o->expr()), o->getStart()->getText() == "maximize", range(o)});
    else if (auto *r = dynamic_cast<P::ExploreRequireContext *>(item))
      result.constraints.push_back(require(r));
    else if (auto *p = dynamic_cast<P::ExplorePreferContext *>(item))
      result.constraints.push_back(prefer(p));
    else if (auto *s = dynamic_cast<P::SettingItemContext *>(item))
      result.settings.push_back({name(s->name()), expr(s->expr())});
  }
  return result;
}

// ---- members ---------------------------------------------------------------------------------

Block Builder::block(P::BlockContext *c) {
  Block result;
  for (auto *m : c->member())
    result.members.push_back(member(m));
  return result;
}

template <typename C> Member Builder::require(C *c) {
  Member m{};
  m.kind = Member::Require;
  m.range = range(c);
  m.doc = doc(c);
  m.names.push_back(name(c->name()));
  m.expr = expr(c->expr());
  if (c->text())
    m.reason = string(c->text());
  return m;
}

template <typename C> Member Builder::prefer(C *c) {
  Member m{};
  m.kind = Member::Prefer;
  m.range = range(c);
  m.doc = doc(c);
  m.names.push_back(name(c->name()));
  m.expr = expr(c->expr(0));
  m.weight = expr(c->expr(1));
  return m;
}

Member Builder::member(P::MemberContext *c) {
  if (auto *r = dynamic_cast<P::RequireMemberContext *>(c))
    return require(r);
  if (auto *p = dynamic_cast<P::PreferMemberContext *>(c))
    return prefer(p);
  Member m{};
  m.range = range(c);
  m.doc = doc(c);
  auto names = [&](auto list) {
    for (auto *n : list)
      m.names.push_back(name(n));
  };
  if (auto *p = dynamic_cast<P::ParamMemberContext *>(c)) {
    m.kind = Member::Param;
    names(p->name());
    m.type = type(p->type());
    m.domain = domain(p->domain());
    m.expr = p->expr() ? expr(p->expr()) : nullptr;
    m.provenance = provenance(p->provenance());
  } else if (auto *l = dynamic_cast<P::LetMemberContext *>(c)) {
    m.kind = Member::Let;
    m.isOverride = l->getStart()->getText() == "override";
    m.names.push_back(name(l->name()));
    m.type = type(l->type());
    m.domain = domain(l->domain());
    m.expr = expr(l->expr());
    m.provenance = provenance(l->provenance());
  } else if (auto *f = dynamic_cast<P::FixMemberContext *>(c)) {
    m.kind = Member::Fix;
    names(f->name());
    m.expr = expr(f->expr());
    m.provenance = provenance(f->provenance());
  } else if (auto *o = dynamic_cast<P::OpenMemberContext *>(c)) {
    m.kind = Member::Open;
    names(o->name());
    m.domain = domain(o->domain());
  } else if (auto *n = dynamic_cast<P::NestedMemberContext *>(c)) {
    m.kind = Member::Nested;
    m.names.push_back(name(n->name()));
    m.base = path(n->path());
    for (auto *e : n->expr())
      m.extents.push_back(expr(e));
    if (n->block())
      m.block = std::make_unique<Block>(block(n->block()));
  } else if (auto *g = dynamic_cast<P::GroupMemberContext *>(c)) {
    m.kind = Member::Group;
    m.names.push_back(name(g->name()));
    m.base = path(g->path());
    if (g->block())
      m.block = std::make_unique<Block>(block(g->block()));
  } else if (auto *r = dynamic_cast<P::RefineMemberContext *>(c)) {
    m.kind = Member::Refine;
    m.names.push_back(name(r->name()));
    m.block = std::make_unique<Block>(block(r->block()));
  }
  return m;
}

// ---- expressions -----------------------------------------------------------------------------

ExprPtr Builder::make(ExprKind kind, Range range, const std::vector<P::ExprContext *> &children) {
  auto e = std::make_unique<Expr>();
  e->kind = kind;
  e->range = range;
  for (auto *child : children)
    e->children.push_back(expr(child));
  return e;
}

ExprPtr Builder::match(P::MatchExprContext *c) {
  ExprPtr e = make(ExprKind::Match, range(c), {c->expr()});
  for (auto *matchCase : c->matchCase()) {
    auto parts = matchCase->expr();
    e->children.push_back(parts.size() == 2 ? expr(parts[0]) : nullptr);
    e->children.push_back(expr(parts.back()));
  }
  return e;
}

ExprPtr Builder::fold(P::FoldExprContext *c) {
  ExprPtr e = make(ExprKind::Fold, range(c), {});
  auto callee = std::make_unique<Expr>();
  callee->kind = ExprKind::Name;
  callee->name = name(c->name(0));
  callee->range = callee->name.range;
  e->name = name(c->name(1));
  e->domain = domain(c->domain());
  e->children.push_back(std::move(callee));
  e->children.push_back(expr(c->expr()));
  return e;
}

ExprPtr Builder::primary(P::PrimaryContext *c) {
  if (auto *x = dynamic_cast<P::NumberExprContext *>(c)) {
    ExprPtr e = make(ExprKind::Number, range(c), {});
    e->name = name(x->NUMBER()->getSymbol());
    if (x->UNIT())
      e->unit = name(x->UNIT()->getSymbol());
    return e;
  }
  if (auto *x = dynamic_cast<P::NameExprContext *>(c)) {
    ExprPtr e = make(ExprKind::Name, range(c), {});
    e->name = name(x->name());
    return e;
  }
  if (auto *x = dynamic_cast<P::GroupExprContext *>(c)) {
    ExprPtr e = expr(x->expr());
    e->parenthesized = true;
    e->range = range(c);
    return e;
  }
  if (auto *x = dynamic_cast<P::FoldExprContext *>(c))
    return fold(x);
  if (auto *x = dynamic_cast<P::IfExprContext *>(c))
    return make(ExprKind::If, range(c), x->expr());
  return match(dynamic_cast<P::MatchExprContext *>(c));
}

/// What follows an operand takes it as its first child.
ExprPtr Builder::postfix(ExprPtr operand, P::PostfixContext *c) {
  Range whole{&source_, operand->range.begin, range(c).end};
  ExprPtr e;
  if (auto *x = dynamic_cast<P::FieldPostfixContext *>(c)) {
    e = make(ExprKind::Field, whole, {});
    e->name = name(x->name());
  } else
    e = make(ExprKind::Call, whole, dynamic_cast<P::CallPostfixContext *>(c)->expr());
  e->children.insert(e->children.begin(), std::move(operand));
  return e;
}

ExprPtr Builder::expr(P::ExprContext *c) {
  Operators operators;
  auto operands = c->operand();
  auto infixes = c->infix();
  for (size_t i = 0; i < operands.size(); ++i) {
    if (i > 0)
      operators.infix(infixes[i - 1]->getStart()->getText(),
                      infixes[i - 1]->expr() ? expr(infixes[i - 1]->expr()) : nullptr);
    for (auto *prefix : operands[i]->prefix())
      operators.prefix(prefix->getText(), range(prefix));
    ExprPtr operand = primary(operands[i]->primary());
    for (auto *p : operands[i]->postfix())
      operand = postfix(std::move(operand), p);
    operators.operand(std::move(operand));
  }
  return operators.join();
}

} // namespace

std::unique_ptr<File> buildFile(P::FileContext *tree, const SourceFile &source,
                                const Places &places, antlr4::CommonTokenStream &tokens) {
  return Builder(source, places, &tokens).file(tree);
}

ExprPtr buildExpression(P::ExprContext *tree, const SourceFile &source, const Places &places) {
  return Builder(source, places, nullptr).expr(tree);
}

} // namespace wsc::parse
