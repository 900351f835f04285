// A run on disk: every evaluation as soon as it is known, so that a killed run goes on where
// it stopped.
//
// A run is a folder with `spec.wscir` (the Space that was searched) and `run.sqlite`.  The search
// is deterministic, so resuming is replaying: the search asks for the same designs in the same
// order, and those that are in the store are not evaluated again.
#pragma once

#include "ir/Space.h"
#include <map>
#include <memory>

struct sqlite3;

namespace wsc::runs {

/// One evaluated design.
struct Record {
  unsigned id = 0;              ///< 1, 2, ... in the order of evaluation
  std::vector<unsigned> choice; ///< for each parameter, the index into its domain
  std::string fidelity, status; ///< as their `name()`
  std::vector<std::string> reasons;
  std::vector<double> metrics;    ///< as Space::metrics, NaN where not applicable
  std::vector<double> objectives; ///< as Space::objectives
  bool feasible = false;          ///< evaluated, and every measured requirement met
};

/// What a run was started with, beside its Space: all that its results depend on.
struct Settings {
  uint64_t seed = 1;
  unsigned budget = 200; ///< evaluations
  std::string algorithm; ///< as search/Algorithms.def names it
  unsigned batch = 1;    ///< designs that are chosen before the first of them is evaluated
};

class RunStore {
public:
  ~RunStore();

  /// Starts a run in a new or empty folder.  Null with `error` set when that is impossible.
  static std::unique_ptr<RunStore> create(llvm::StringRef folder, const ir::Space &space,
                                          const Settings &settings, std::string &error);
  /// Opens an existing run; `space()` is then what `create` was given.
  static std::unique_ptr<RunStore> open(llvm::StringRef folder, std::string &error);

  const ir::Space &space() const { return *space_; }
  const Settings &settings() const { return settings_; }

  /// The record of a design, null if it was not evaluated yet.
  const Record *find(llvm::ArrayRef<unsigned> choice) const;
  /// Adds a record, gives it its id and writes it to disk before returning.  False with
  /// `error` set when it cannot be written.
  bool add(Record record, std::string &error);
  /// All records by id.
  const std::vector<std::unique_ptr<Record>> &records() const { return records_; }

private:
  RunStore() = default;
  bool openDatabase(llvm::StringRef folder, std::string &error);
  bool readSettings();
  bool readRecords(std::string &error);

  std::unique_ptr<ir::Space> owned_;
  const ir::Space *space_ = nullptr;
  sqlite3 *database_ = nullptr;
  Settings settings_;
  std::vector<std::unique_ptr<Record>> records_;
  std::map<std::vector<unsigned>, const Record *> byChoice_;
};

} // namespace wsc::runs
