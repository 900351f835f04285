// The wrapper around Z3's Boolean core.
#include "feasibility/BoolSolver.h"

#include "llvm/Support/MemAlloc.h"

#include "llvm/ADT/DenseSet.h"
#include <cstdlib>
#include <z3++.h>

namespace wsc::feasibility {

/// About ten seconds; deterministic, unlike a timeout.
static constexpr unsigned resourceLimit = 100'000'000;

/// Z3 does not notice that it got no memory for a context, which takes less than this: who has none
/// hears it from here.
static z3::config withMemory() {
  constexpr size_t contextSize = 32 << 20;
  std::free(llvm::safe_malloc(contextSize));
  return {};
}

struct BoolSolver::Z3 {
  z3::config config = withMemory();
  z3::context context{config};
  z3::solver solver{context, "QF_FD"};
  z3::expr_vector variables{context};
  std::vector<bool> model; ///< by variable - 1

  explicit Z3(uint64_t seed) {
    z3::params params(context);
    params.set("random_seed", unsigned(seed % 0x7fffffff));
    params.set("rlimit", resourceLimit);
    // Z3 would take Ctrl-C for a wish to end this check alone, and nobody else would hear of it.
    params.set("ctrl_c", false);
    solver.set(params);
  }
  void addVariable() {
    variables.push_back(
        context.constant(context.int_symbol(variables.size() + 1), context.bool_sort()));
  }
  z3::expr expression(Literal literal) {
    z3::expr variable = variables[std::abs(literal) - 1];
    return literal > 0 ? variable : !variable;
  }
  z3::expr_vector expressions(llvm::ArrayRef<Literal> literals) {
    z3::expr_vector result(context);
    for (Literal literal : literals)
      result.push_back(expression(literal));
    return result;
  }
};

BoolSolver::BoolSolver(uint64_t seed) : seed_(seed) {}

BoolSolver::~BoolSolver() = default;

void BoolSolver::addClause(llvm::ArrayRef<Literal> clause) {
  untold_.insert(untold_.end(), clause.begin(), clause.end());
  untold_.push_back(0);
}

/// Tells Z3 of new variables and clauses.  A clause that Z3 refuses is lost, and `failure_` says
/// so.
void BoolSolver::tell() try {
  if (!z3_)
    z3_ = std::make_unique<Z3>(seed_);
  while (z3_->variables.size() < unsigned(variables_))
    z3_->addVariable();
  llvm::ArrayRef<Literal> rest = untold_;
  while (!rest.empty()) {
    llvm::ArrayRef<Literal> clause = rest.take_while([](Literal literal) { return literal != 0; });
    z3_->solver.add(z3::mk_or(z3_->expressions(clause)));
    rest = rest.drop_front(clause.size() + 1);
  }
  untold_.clear();
} catch (const z3::exception &error) {
  failure_ = std::string("Z3 failed: ") + error.msg();
}

BoolSolver::Result BoolSolver::check(llvm::ArrayRef<Literal> assumptions) try {
  tell();
  reason_ = failure_;
  if (!failure_.empty()) // a clause was lost: Sat would be wrong
    return Result::Unknown;
  switch (z3_->solver.check(z3_->expressions(assumptions))) {
  case z3::sat: {
    z3::model model = z3_->solver.get_model();
    z3_->model.assign(z3_->variables.size(), false);
    for (unsigned i = 0; i < z3_->variables.size(); ++i)
      z3_->model[i] = model.eval(z3_->variables[i]).is_true();
    return Result::Sat;
  }
  case z3::unsat: {
    llvm::DenseSet<unsigned> ids;
    for (z3::expr member : z3_->solver.unsat_core())
      ids.insert(member.id());
    core_.clear();
    for (Literal literal : assumptions)
      if (ids.count(z3_->expression(literal).id()))
        core_.push_back(literal);
    return Result::Unsat;
  }
  case z3::unknown: reason_ = "Z3 gave up: " + z3_->solver.reason_unknown(); return Result::Unknown;
  }
  return Result::Unknown;
} catch (const z3::exception &error) {
  reason_ = std::string("Z3 failed: ") + error.msg();
  return Result::Unknown;
}

bool BoolSolver::value(Literal literal) const {
  return z3_->model[std::abs(literal) - 1] == (literal > 0);
}

} // namespace wsc::feasibility
