// A run on disk: every evaluation as soon as it is known, so that a killed run goes on where
// it stopped.
//
// A run is a folder with `spec.wscir` (the Space as written), `run.sqlite`, and under `sources/`
// the spec, what it imports, and their lock.  The search is deterministic, so resuming is
// replaying: it asks for the same designs in the same order, and those that are in the store are
// not evaluated again.
#pragma once

#include "ir/Space.h"
#include "runs/Record.h"
#include "llvm/ADT/StringRef.h"
#include <map>
#include <memory>

struct sqlite3;

namespace wsc::runs {

/// What a run was started with, beside its Space: all that its results depend on.
struct Settings {
  uint64_t seed = 1;
  double budget = 200;    ///< evaluations, as Record::cost counts them
  double leastGrowth = 0; ///< stop when less is expected, percent of the hypervolume
  std::string algorithm;  ///< as search/Algorithms.def names it
  unsigned batch = 1;     ///< designs that are chosen before the first of them is evaluated
  std::string fidelity = "analytic";
  /// What else is worth knowing: versions, digests, the name of the spec.
  std::map<std::string, std::string> facts = {};
};

/// A file to keep in the folder of a run.
struct SourceText {
  std::string path; ///< below `sources/`, with slashes
  std::string text;
};

class RunStore {
public:
  ~RunStore();

  /// A record with its answer.
  struct Entry {
    Record record;
    Answer answer;
  };
  /// Starts a run in a new or empty folder, with designs that are known already.  Null with
  /// `error` set when that is impossible.
  static std::unique_ptr<RunStore> create(llvm::StringRef folder, const ir::Space &space,
                                          const Settings &settings,
                                          llvm::ArrayRef<SourceText> sources,
                                          std::vector<Entry> known, std::string &error);
  enum class Access { Read, Write };
  /// Opens an existing run; `space()` is then what `create` was given.  One process at a time may
  /// write; others can read meanwhile.
  static std::unique_ptr<RunStore> open(llvm::StringRef folder, Access access, std::string &error);

  llvm::StringRef folder() const { return folder_; }
  const ir::Space &space() const { return *space_; }
  const Settings &settings() const { return settings_; }
  /// Changes where the run is to end.
  bool setEnd(double budget, double leastGrowth, std::string &error);

  /// The record of a design, null if it was not evaluated yet at this fidelity.
  const Record *find(llvm::ArrayRef<unsigned> choice, llvm::StringRef fidelity) const;
  /// What is known of inputs at a fidelity, from any design; null if nothing.
  const Answer *findAnswer(llvm::StringRef inputs, llvm::StringRef fidelity) const;

  /// Adds an answer, unless it is there, and a record with it.  On disk before this returns, both
  /// or neither.  Null with `error` set when they cannot be written.
  const Record *add(Entry entry, std::string &error);

  /// All records by id; where a run was killed, some of the last batch may be missing.
  std::vector<const Record *> records() const;

private:
  RunStore() = default;
  bool lock(std::string &error);
  bool openDatabase(Access access, std::string &error);
  bool execute(const char *sql, std::string &error);
  bool writeSettings(std::string &error);
  bool readSettings();
  void readAnswers();
  bool readRecords(std::string &error);
  const Record *insert(Entry entry, std::string &error);
  const Answer *keep(Answer answer);
  const Record *keep(Record record);

  std::string folder_;
  std::unique_ptr<ir::Space> owned_;
  const ir::Space *space_ = nullptr;
  sqlite3 *database_ = nullptr;
  int lock_ = -1; ///< file descriptor, where this process may write
  Settings settings_;
  using Key = std::pair<std::string, std::string>; ///< inputs, fidelity
  std::map<Key, Answer> answers_;
  std::map<unsigned, Record> records_;
  std::map<std::pair<std::vector<unsigned>, std::string>, const Record *> byChoice_;
};

} // namespace wsc::runs
