// The run store over SQLite.
#include "runs/RunStore.h"

#include "ir/Parse.h"
#include "ir/Print.h"
#include "runs/Statement.h"
#include "runs/Text.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"
#include <sqlite3.h>

namespace wsc::runs {

namespace {

/// The write-ahead log keeps every committed evaluation when the process is killed, without
/// waiting for the disk after each, and lets others read meanwhile.
constexpr const char *whileWriting = "pragma journal_mode = wal; pragma synchronous = normal;";
/// At rest a run is one file, which can be read where nothing can be written.
constexpr const char *atRest = "pragma journal_mode = delete;";

constexpr const char *formatVersion = "2";
constexpr const char *schema = R"(
create table run (key text primary key, value text not null);
-- What the evaluator said of its inputs.
create table answers (
  inputs text not null,            -- SHA-256 of what the evaluator read
  fidelity text not null,
  status text not null,
  reasons text not null,           -- JSON array
  metrics text not null,           -- JSON object, base units
  breakdown text not null,         -- JSON
  origin text not null,            -- the run it was taken over from; empty: this one
  primary key (inputs, fidelity)) without rowid;
-- The designs, in the order of the questions.
create table evaluations (
  id integer primary key,
  choice text not null,            -- JSON array: index into each parameter's domain
  design text not null,            -- JSON object: the same for people
  fidelity text not null,
  inputs text not null,            -- with the fidelity: its answer
  objectives text not null,        -- JSON array, base units, null where not applicable
  missed text not null,            -- JSON array: measured requirements that do not hold
  feasible integer not null,
  cost real not null,              -- in evaluations of the fidelity of the run
  unique (choice, fidelity));
)";

std::string pathIn(llvm::StringRef folder, llvm::StringRef file) {
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, file);
  return std::string(path);
}

bool write(const std::string &path, llvm::StringRef text, std::string &error) {
  std::error_code failed = llvm::sys::fs::create_directories(llvm::sys::path::parent_path(path));
  if (!failed) {
    llvm::raw_fd_ostream out(path, failed);
    out << text;
    out.close();
    failed = failed ? failed : out.error();
    out.clear_error();
  }
  error = failed ? path + ": " + failed.message() : "";
  return !failed;
}

} // namespace

RunStore::~RunStore() {
  if (lock_ >= 0 && database_)
    sqlite3_exec(database_, atRest, nullptr, nullptr, nullptr);
  sqlite3_close(database_);
  if (lock_ >= 0)
    llvm::sys::Process::SafelyCloseFileDescriptor(lock_);
}

/// The lock ends with the process, however that ends.
bool RunStore::lock(std::string &error) {
  std::error_code failed =
      llvm::sys::fs::openFileForWrite(pathIn(folder_, "lock"), lock_, llvm::sys::fs::CD_OpenAlways);
  if (failed)
    error = failed.message();
  else if (llvm::sys::fs::tryLockFile(lock_))
    error = "another wsc is at work there";
  return error.empty();
}

bool RunStore::execute(const char *sql, std::string &error) {
  if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK)
    return true;
  error = sqlite3_errmsg(database_);
  return false;
}

bool RunStore::openDatabase(Access access, std::string &error) {
  const bool writes = access == Access::Write;
  if (writes && !lock(error))
    return false;
  const int flags = writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  if (sqlite3_open_v2(pathIn(folder_, "run.sqlite").c_str(), &database_, flags, nullptr) !=
      SQLITE_OK) {
    error = sqlite3_errmsg(database_);
    return false;
  }
  sqlite3_busy_timeout(database_, 10'000);
  return !writes || execute(whileWriting, error);
}

bool RunStore::writeSettings(std::string &error) {
  std::map<std::string, std::string> rows = settings_.facts;
  rows["format_version"] = formatVersion;
  rows["seed"] = std::to_string(settings_.seed);
  rows["budget"] = ir::formatShortest(settings_.budget);
  rows["least_growth"] = ir::formatShortest(settings_.leastGrowth);
  rows["algorithm"] = settings_.algorithm;
  rows["batch"] = std::to_string(settings_.batch);
  rows["fidelity"] = settings_.fidelity;
  for (const auto &[key, value] : rows)
    if (!Statement(database_, "insert into run values (?, ?)")
             .bind(llvm::StringRef(key))
             .bind(llvm::StringRef(value))
             .done()) {
      error = sqlite3_errmsg(database_);
      return false;
    }
  return true;
}

bool RunStore::readSettings() {
  Statement query(database_, "select key, value from run");
  while (query.row())
    settings_.facts[query.text(0)] = query.text(1);
  auto take = [&](const char *key) {
    auto row = settings_.facts.extract(key);
    return row ? row.mapped() : std::string();
  };
  if (take("format_version") != formatVersion)
    return false;
  settings_.algorithm = take("algorithm");
  settings_.fidelity = take("fidelity");
  return !llvm::StringRef(take("seed")).getAsInteger(10, settings_.seed) &&
         !llvm::StringRef(take("budget")).getAsDouble(settings_.budget) &&
         !llvm::StringRef(take("least_growth")).getAsDouble(settings_.leastGrowth) &&
         !llvm::StringRef(take("batch")).getAsInteger(10, settings_.batch);
}

bool RunStore::setEnd(double budget, double leastGrowth, std::string &error) {
  settings_.budget = budget;
  settings_.leastGrowth = leastGrowth;
  for (auto [key, value] : {std::pair("budget", budget), {"least_growth", leastGrowth}})
    if (!Statement(database_, "update run set value = ? where key = ?")
             .bind(ir::formatShortest(value))
             .bind(llvm::StringRef(key))
             .done()) {
      error = sqlite3_errmsg(database_);
      return false;
    }
  return true;
}

std::unique_ptr<RunStore> RunStore::create(llvm::StringRef folder, const ir::Space &space,
                                           const Settings &settings,
                                           llvm::ArrayRef<SourceText> sources,
                                           std::vector<Entry> known, std::string &error) {
  std::unique_ptr<RunStore> store(new RunStore());
  store->folder_ = folder.str();
  store->space_ = &space;
  store->settings_ = settings;
  if (auto failed = llvm::sys::fs::create_directories(folder)) {
    error = failed.message();
    return nullptr;
  }
  if (!store->openDatabase(Access::Write, error))
    return nullptr;
  // A process that was killed while it created a run has left no table.
  if (Statement(store->database_, "select 1 from sqlite_master").row()) {
    error = "there is a run already; `--resume` goes on with it";
    return nullptr;
  }
  if (!write(pathIn(folder, "spec.wscir"), ir::toText(space), error))
    return nullptr;
  for (const SourceText &source : sources)
    if (!write(pathIn(folder, "sources/" + source.path), source.text, error))
      return nullptr;
  const bool written =
      store->execute("begin", error) && store->execute(schema, error) &&
      store->writeSettings(error) &&
      llvm::all_of(known, [&](Entry &entry) { return store->insert(std::move(entry), error); }) &&
      store->execute("commit", error);
  return written ? std::move(store) : nullptr;
}

std::unique_ptr<RunStore> RunStore::open(llvm::StringRef folder, Access access,
                                         std::string &error) {
  auto text = llvm::MemoryBuffer::getFile(pathIn(folder, "spec.wscir"));
  if (!text || !llvm::sys::fs::exists(pathIn(folder, "run.sqlite"))) {
    error = "there is no run in this folder";
    return nullptr;
  }
  auto space = ir::parse((*text)->getBuffer());
  if (!space) {
    error = "spec.wscir: " + llvm::toString(space.takeError());
    return nullptr;
  }
  std::unique_ptr<RunStore> store(new RunStore());
  store->folder_ = folder.str();
  store->owned_ = std::move(*space);
  store->space_ = store->owned_.get();
  if (!store->openDatabase(access, error))
    return nullptr;
  if (!store->readSettings()) {
    error = "run.sqlite does not say how the run was started, in the form that this wsc writes";
    return nullptr;
  }
  store->readAnswers();
  return store->readRecords(error) ? std::move(store) : nullptr;
}

void RunStore::readAnswers() {
  Statement query(database_, "select inputs, fidelity, status, reasons, metrics, breakdown, origin "
                             "from answers");
  while (query.row())
    keep(Answer{query.text(0), query.text(1), query.text(2), textsOf(query.text(3)),
                metricsOf(*space_, query.text(4)), query.text(5), query.text(6)});
}

bool RunStore::readRecords(std::string &error) {
  Statement query(database_, "select id, choice, objectives, missed, feasible, cost, inputs, "
                             "fidelity from evaluations");
  while (query.row()) {
    Record record;
    record.id = query.whole(0);
    record.choice = indicesOf(query.text(1));
    record.objectives = numbersOf(query.text(2));
    record.missed = textsOf(query.text(3));
    record.feasible = query.whole(4);
    record.cost = query.real(5);
    record.answer = findAnswer(query.text(6), query.text(7));
    bool fits = record.answer && record.choice.size() == space_->params.size() &&
                record.objectives.size() == space_->objectives.size();
    for (unsigned i = 0; fits && i < record.choice.size(); ++i)
      fits = record.choice[i] < space_->params[i].domain.size();
    if (!fits) {
      error = "evaluation " + std::to_string(record.id) + " does not fit spec.wscir";
      return false;
    }
    keep(std::move(record));
  }
  return true;
}

const Record *RunStore::find(llvm::ArrayRef<unsigned> choice, llvm::StringRef fidelity) const {
  auto it = byChoice_.find({choice.vec(), fidelity.str()});
  return it == byChoice_.end() ? nullptr : it->second;
}

const Answer *RunStore::findAnswer(llvm::StringRef inputs, llvm::StringRef fidelity) const {
  auto it = answers_.find({inputs.str(), fidelity.str()});
  return it == answers_.end() ? nullptr : &it->second;
}

const Answer *RunStore::keep(Answer answer) {
  Key key{answer.inputs, answer.fidelity};
  return &answers_.emplace(std::move(key), std::move(answer)).first->second;
}

const Record *RunStore::keep(Record record) {
  const unsigned id = record.id;
  const Record *kept = &records_.emplace(id, std::move(record)).first->second;
  byChoice_[{kept->choice, kept->answer->fidelity}] = kept;
  return kept;
}

const Record *RunStore::insert(Entry entry, std::string &error) {
  auto &[record, answer] = entry;
  const Answer *known = findAnswer(answer.inputs, answer.fidelity);
  const bool written =
      (known || Statement(database_, "insert into answers values (?, ?, ?, ?, ?, ?, ?)")
                    .bind(llvm::StringRef(answer.inputs))
                    .bind(llvm::StringRef(answer.fidelity))
                    .bind(llvm::StringRef(answer.status))
                    .bind(toJson(answer.reasons))
                    .bind(metricsToJson(*space_, answer.metrics))
                    .bind(llvm::StringRef(answer.breakdown))
                    .bind(llvm::StringRef(answer.origin))
                    .done()) &&
      Statement(database_, "insert into evaluations values (?, ?, ?, ?, ?, ?, ?, ?, ?)")
          .bind(int64_t(record.id))
          .bind(toJson(record.choice))
          .bind(describe(*space_, record.choice))
          .bind(llvm::StringRef(answer.fidelity))
          .bind(llvm::StringRef(answer.inputs))
          .bind(toJson(record.objectives))
          .bind(toJson(record.missed))
          .bind(int64_t(record.feasible))
          .bind(record.cost)
          .done();
  if (!written) {
    error = sqlite3_errmsg(database_);
    return nullptr;
  }
  record.answer = known ? known : keep(std::move(answer));
  return keep(std::move(record));
}

const Record *RunStore::add(Entry entry, std::string &error) {
  if (!execute("begin immediate", error))
    return nullptr;
  const Record *record = insert(std::move(entry), error);
  if (record && execute("commit", error))
    return record;
  sqlite3_exec(database_, "rollback", nullptr, nullptr, nullptr); // `error` says what went wrong
  return nullptr;
}

std::vector<const Record *> RunStore::records() const {
  std::vector<const Record *> result;
  for (const auto &[id, record] : records_)
    result.push_back(&record);
  return result;
}

} // namespace wsc::runs
