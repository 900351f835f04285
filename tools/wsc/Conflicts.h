// Explaining why there is no design: the smallest sets of requirements that exclude each other, by
// how much, and the least change that would help.
#pragma once

#include "feasibility/Combine.h"
#include "feasibility/Explain.h"
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
  /// Changes that help together; null where one alone does.
  llvm::json::Value combinationJson() const;

private:
  const feasibility::Demand &demand(unsigned index) const { return inquiry_.demands()[index]; }
  /// What a user wrote that demands something: a requirement or the domain of a field.
  struct Origin {
    llvm::StringRef name, reason;
    const ir::Location &location;
  };
  Origin originOf(unsigned demand) const;
  /// A value of what a demand measures, in words.
  std::string format(unsigned demand, double value) const;
  /// `these 2 requirements exclude each other within the domain of a field`.
  std::string headline(const feasibility::Conflict &conflict) const;
  /// How many requirements, or domains, take part.
  size_t count(const feasibility::Conflict &conflict, bool domains) const;
  std::string side(unsigned demand, double value) const;
  std::string subject(unsigned demand) const;
  std::string bestText(const feasibility::Member &member, llvm::StringRef where) const;
  std::string gapText(const feasibility::Member &member) const;
  void showInfluences(const feasibility::Member &member) const;
  void showRequirement(unsigned demand) const;
  void showDomains(const feasibility::Conflict &conflict) const;
  void showConflict(const feasibility::Conflict &conflict) const;
  void showMember(const feasibility::Member &member, llvm::StringRef where) const;
  void showRelaxations() const;
  std::string relaxationText(const feasibility::Relaxation &relaxation) const;
  void showCombination() const;
  llvm::json::Object relaxationJson(const feasibility::Relaxation &relaxation) const;
  llvm::json::Object memberJson(const feasibility::Member &member) const;

  Session &session_;
  const ir::Space &written_;
  feasibility::Conflicts found_; ///< of the Space that was solved
  feasibility::Inquiry inquiry_;
  std::vector<feasibility::Conflict> conflicts_;
  std::vector<feasibility::Relaxation> relaxations_;
  std::optional<feasibility::Combination> combination_; ///< where no change alone helps
};

} // namespace wsc::tool
