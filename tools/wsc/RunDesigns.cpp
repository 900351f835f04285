// Finding designs of a run: one by its number, or those of the Pareto front.
#include "tools/wsc/RunDesigns.h"

#include "search/Pareto.h"

namespace wsc::tool {

/// Usable records, at the fidelity that the run is about, whose objectives no other one beats.
static std::vector<const runs::Record *> frontOf(const runs::RunStore &store) {
  const ir::Space &space = store.space();
  std::vector<const runs::Record *> usable;
  for (const runs::Record *record : store.records())
    if (record->feasible && record->answer->fidelity == store.settings().fidelity)
      usable.push_back(record);
  search::Points rows(usable.size(), space.objectives.size()); // to minimize
  for (unsigned i = 0; i < usable.size(); ++i)
    for (unsigned k = 0; k < space.objectives.size(); ++k)
      rows(i, k) = usable[i]->objectives[k] * (space.objectives[k].maximize ? -1 : 1);
  std::vector<const runs::Record *> front;
  for (unsigned row : search::paretoFront(rows))
    front.push_back(usable[row]);
  return front;
}

std::variant<RunDesigns, std::string> findRunDesigns(llvm::StringRef name) {
  auto [folder, which] = name.rsplit('#');
  if (which.empty())
    return "`" + name.str() + "` names no design: RUN#front, or RUN#ID with the number of one";
  RunDesigns found{nullptr, folder.str(), {}, which == "front"};
  std::string error;
  found.store = runs::RunStore::open(folder, runs::RunStore::Access::Read, error);
  if (!found.store)
    return error;
  if (found.isFront) {
    for (const runs::Record *record : frontOf(*found.store))
      found.designs.push_back({record->id, {record->choice}});
    if (found.designs.empty())
      return "no design of `" + folder.str() + "` is usable";
    return found;
  }
  unsigned id;
  if (!which.getAsInteger(10, id))
    for (const runs::Record *record : found.store->records())
      if (record->id == id)
        found.designs.push_back({id, {record->choice}});
  if (found.designs.empty())
    return "`" + folder.str() + "` has no design " + which.str() + ": it has " +
           std::to_string(found.store->records().size());
  return found;
}

} // namespace wsc::tool
