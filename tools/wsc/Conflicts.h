// Explaining why there is no design: the smallest sets of requirements that exclude each other, by
// how much, and the least change that would help.
#pragma once

#include "feasibility/Explain.h"
#include "feasibility/Relax.h"
#include "tools/wsc/Pipeline.h"
#include "llvm/Support/JSON.h"

namespace wsc::tool {

/// An infeasible answer, looked into in terms of the Space as written: there the passes have not
/// folded a requirement over fixed fields to `false`.
class Explanation {
public:
  Explanation(Session &session, const feasibility::Problem &problem,
              const feasibility::Answer &answer);

  void showText() const;
  /// As a diagnostic at the first requirement of the conflict.
  void report() const;
  llvm::json::Array conflictsJson() const;
  llvm::json::Array relaxationsJson() const;

private:
  const feasibility::Demand &demand(unsigned index) const { return inquiry_.demands()[index]; }
  const ir::Constraint &constraint(unsigned demand) const {
    return written_.constraints[this->demand(demand).constraint];
  }
  /// A value of what a demand measures, in words.
  std::string format(unsigned demand, double value) const;
  /// The number of requirements that take part.
  size_t requirements(const feasibility::Conflict &conflict) const;
  std::string side(unsigned demand, double value) const;
  std::string subject(unsigned demand) const;
  std::string bestText(const feasibility::Member &member, llvm::StringRef where) const;
  std::string gapText(const feasibility::Member &member) const;
  void showInfluences(const feasibility::Member &member) const;
  void showRequirement(const ir::Constraint &required) const;
  void showMember(const feasibility::Member &member, llvm::StringRef where) const;
  void showRelaxations() const;
  std::string relaxationText(const feasibility::Relaxation &relaxation) const;
  llvm::json::Object memberJson(const feasibility::Member &member) const;

  Session &session_;
  const ir::Space &written_;
  feasibility::Inquiry inquiry_;
  std::vector<feasibility::Conflict> conflicts_;
  std::vector<feasibility::Relaxation> relaxations_;
};

/// `these 2 requirements exclude each other`.
std::string headline(size_t requirements);

} // namespace wsc::tool
