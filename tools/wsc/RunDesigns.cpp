// Finding designs of a run: one by its number, or those of the Pareto front.
#include "tools/wsc/RunDesigns.h"

#include "search/Pareto.h"

namespace wsc::tool {

/// Usable records whose objectives no other one beats.
static std::vector<const runs::Record *> frontOf(const runs::RunStore &store) {
  const ir::Space &space = store.space();
  std::vector<const runs::Record *> usable;
  std::vector<std::vector<double>> rows; // to minimize
  for (const auto &record : store.records()) {
    if (!record->feasible)
      continue;
    usable.push_back(record.get());
    rows.push_back(record->objectives);
    for (unsigned i = 0; i < space.objectives.size(); ++i)
      if (space.objectives[i].maximize)
        rows.back()[i] = -rows.back()[i];
  }
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
  found.store = runs::RunStore::open(folder, error);
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
    for (const auto &record : found.store->records())
      if (record->id == id)
        found.designs.push_back({id, {record->choice}});
  if (found.designs.empty())
    return "`" + folder.str() + "` has no design " + which.str() + ": it has " +
           std::to_string(found.store->records().size());
  return found;
}

} // namespace wsc::tool
