// Explaining why there is no design: the smallest sets of requirements that exclude each other, by
// how much, and the least change that would help.
#pragma once

#include "feasibility/Combine.h"
#include "feasibility/Explain.h"
#include "tools/wsc/ShownUnit.h"
#include "tools/wsc/SumParts.h"
#include "llvm/Support/JSON.h"

namespace wsc::tool {

/// How many conflicts are asked for; 0: the verdict alone.
unsigned conflictsWanted();

/// An infeasible answer, looked into in terms of the Space as written: there the passes have not
/// folded a requirement over fixed fields to `false`.
class Explanation {
public:
  Explanation(Session &session, const feasibility::Problem &problem,
              const feasibility::Answer &answer)
      : session_(session), written_(*session.space), problem_(problem), answer_(answer) {}

  // One of these: the first shows each part as soon as it is known, the others at the end.
  void showText();
  /// As a diagnostic at the first requirement of each conflict.
  void report();
  llvm::json::Array conflictsJson();
  llvm::json::Array relaxationsJson() const;
  /// Changes that help together; null where one alone does.
  llvm::json::Value combinationJson() const;

private:
  using Indices = std::vector<unsigned>;

  const feasibility::Demand &demand(unsigned index) const { return inquiry_->demands()[index]; }
  /// Finds conflicts, and starts an inquiry into them.
  void find(llvm::function_ref<void(llvm::ArrayRef<unsigned>)> show = {});
  void inquire();
  /// What each member of a conflict demands, and the best that there is.
  void explain(unsigned conflict, llvm::function_ref<void(const feasibility::Member &)> show = {});
  void relax();
  void complete();
  /// What a user wrote that demands something: a requirement or the domain of a field.
  struct Origin {
    llvm::StringRef name, reason;
    const ir::Location &location;
  };
  Origin originOf(unsigned demand) const;
  /// One unit for all values of a sentence about a demand: the one it was written with, or that
  /// in which what it demands is shown.
  std::optional<ShownUnit> unitOf(unsigned demand, const feasibility::Best &best) const;
  /// A value of what a demand measures, in words.
  std::string format(unsigned demand, const feasibility::Best &best, double value) const;
  /// ` within the domains of 2 fields`; empty where none takes part.
  std::string domainsText(unsigned conflict) const;
  /// How many requirements, or domains, take part.
  size_t count(unsigned conflict, bool domains) const;
  std::string side(unsigned demand, const feasibility::Best &best, double value) const;
  std::string subject(unsigned demand) const;
  std::string bestText(const feasibility::Member &member, llvm::StringRef where) const;
  std::string gapText(const feasibility::Member &member) const;
  /// What the side of a demand is the sum of.
  std::vector<SumPart> partsOf(const feasibility::Member &member) const;
  void showParts(const feasibility::Member &member) const;
  void showInfluences(const feasibility::Member &member) const;
  void showRequirement(const ir::Constraint &constraint) const;
  void showConflict(llvm::ArrayRef<unsigned> requirements) const;
  void showMember(const feasibility::Member &member, llvm::StringRef where) const;
  void showDomain(const feasibility::Member &member) const;
  void showDemands(unsigned conflict);
  void showRelaxations() const;
  std::string relaxationText(const feasibility::Relaxation &relaxation) const;
  void showCombination() const;
  llvm::json::Object relaxationJson(const feasibility::Relaxation &relaxation) const;
  llvm::json::Object memberJson(const feasibility::Member &member) const;

  Session &session_;
  const ir::Space &written_;
  const feasibility::Problem &problem_;
  const feasibility::Answer &answer_;
  std::vector<Indices> cores_; ///< constraints as written
  bool allFound_ = false;      ///< whether there are no other conflicts
  std::optional<feasibility::Inquiry> inquiry_;
  std::vector<feasibility::Conflict> conflicts_;
  std::vector<feasibility::Relaxation> relaxations_;
  std::optional<feasibility::Combination> combination_; ///< where no change alone helps
};

} // namespace wsc::tool
