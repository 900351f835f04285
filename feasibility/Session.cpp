// Matching two Spaces, and handing lemmas and designs on.
#include "feasibility/Session.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

namespace wsc::feasibility {

template <typename List> static llvm::StringMap<unsigned> byName(const List &list) {
  llvm::StringMap<unsigned> result;
  for (unsigned i = 0; i < list.size(); ++i)
    result.try_emplace(list[i].name, i);
  return result;
}

Correspondence::Correspondence(const ir::Space &before, const ir::Space &after)
    : before_(before), after_(after), params_(before.params.size()),
      constraints_(before.constraints.size()) {
  auto params = byName(after.params), constraints = byName(after.constraints);
  for (unsigned i = 0; i < params_.size(); ++i) {
    const ir::Param &param = before.params[i];
    auto it = params.find(param.name);
    if (it != params.end() && after.params[it->second].type == param.type &&
        after.params[it->second].domain == param.domain)
      params_[i] = it->second;
  }
  for (unsigned i = 0; i < constraints_.size(); ++i) {
    const ir::Constraint &constraint = before.constraints[i];
    auto it = constraints.find(constraint.name);
    if (it != constraints.end() && after.constraints[it->second].isHard() == constraint.isHard() &&
        isSame(constraint.node, after.constraints[it->second].node))
      constraints_[i] = it->second;
  }
}

/// Whether two nodes are the same but for their operands.
bool Correspondence::isSameAlone(const ir::Node *before, const ir::Node *after) const {
  if (before->op() != after->op() || !(before->type() == after->type()) ||
      before->operands().size() != after->operands().size())
    return false;
  switch (before->op()) {
  case ir::Op::Constant:
  case ir::Op::Named: return before->value() == after->value();
  case ir::Op::Param: return params_[before->index()] == after->index();
  case ir::Op::Metric: return false; // such constraints do not count
  case ir::Op::Lookup:
  case ir::Op::HasRow: {
    const ir::TableDef &a = before_.tables[before->index()], &b = after_.tables[after->index()];
    return before->column() == after->column() && a.keys == b.keys && a.rows == b.rows;
  }
  default: return true;
  }
}

/// Without recursion: sums may be ten thousands of terms deep.
bool Correspondence::isSame(const ir::Node *before, const ir::Node *after) const {
  llvm::DenseMap<const ir::Node *, const ir::Node *> partners;
  std::vector<std::pair<const ir::Node *, const ir::Node *>> open{{before, after}};
  while (!open.empty()) {
    auto [a, b] = open.back();
    open.pop_back();
    auto [partner, isNew] = partners.try_emplace(a, b);
    if (!isNew && partner->second != b)
      return false;
    if (!isNew)
      continue;
    if (!isSameAlone(a, b))
      return false;
    for (unsigned i = 0; i < a->operands().size(); ++i)
      open.push_back({a->operand(i), b->operand(i)});
  }
  return true;
}

/// A lemma in terms of another Space, if all that it is about is there.
static std::optional<Lemma> translate(const Lemma &lemma, const Correspondence &same) {
  Lemma result;
  for (unsigned constraint : lemma.constraints) {
    if (!same.constraint(constraint))
      return std::nullopt;
    result.constraints.push_back(*same.constraint(constraint));
  }
  for (const auto &[param, range] : lemma.bounds) {
    if (!same.param(param))
      return std::nullopt;
    result.bounds.push_back({*same.param(param), range});
  }
  llvm::sort(result.constraints);
  llvm::sort(result.bounds);
  return result;
}

void Session::inherit(const State &before, State &after) {
  Correspondence same(*before.space, *after.space);
  for (const Lemma &lemma : before.engine.lemmas())
    if (std::optional<Lemma> translated = translate(lemma, same)) {
      after.engine.adopt(std::move(*translated));
      ++reused_;
    }
  for (unsigned i = 0; i < before.space->constraints.size(); ++i)
    if (auto there = same.constraint(i); there && before.engine.isCompiled(i))
      after.engine.setCompiled(*there);
  if (!before.witness)
    return;
  Design design{std::vector<unsigned>(after.space->params.size())};
  for (unsigned i = 0; i < before.space->params.size(); ++i)
    if (same.param(i))
      design.choice[*same.param(i)] = before.witness->choice[i];
  after.witness = std::move(design);
}

Answer Session::decide(std::unique_ptr<ir::Space> space) {
  auto next = std::make_unique<State>(std::move(space), options_, limits_);
  if (auto errors = next->problem.check(); !errors.empty())
    return Answer::unknown(errors.front());
  reused_ = 0;
  if (state_)
    inherit(*state_, *next);
  state_ = std::move(next);
  if (state_->witness) {
    Verification verification = state_->problem.verify(*state_->witness);
    if (verification.feasible) {
      Answer answer;
      answer.verdict = Verdict::Feasible;
      answer.witness = *state_->witness;
      answer.borderline = verification.borderline;
      return answer;
    }
    state_->engine.suggest(*state_->witness);
  }
  Answer answer = state_->engine.decide();
  if (answer.verdict == Verdict::Feasible)
    state_->witness = answer.witness;
  return answer;
}

} // namespace wsc::feasibility
