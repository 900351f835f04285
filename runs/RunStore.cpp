// The run store over SQLite's C interface, which does not leave this file.
#include "runs/RunStore.h"

#include "ir/Parse.h"
#include "ir/Print.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <sqlite3.h>

namespace wsc::runs {

namespace {

/// One process at a time has a run open.  The write-ahead log keeps every committed evaluation when
/// the process is killed, without waiting for the disk after each.
constexpr const char *schema = R"(
pragma locking_mode = exclusive;
pragma journal_mode = wal;
pragma synchronous = normal;
create table if not exists run (key text primary key, value text not null);
create table if not exists evaluations (
  id integer primary key,
  choice text not null unique,     -- JSON array: index into each parameter's domain
  design text not null,            -- JSON object: the same for people
  fidelity text not null,
  status text not null,
  reasons text not null,           -- JSON array
  metrics text not null,           -- JSON array, null where not applicable
  objectives text not null,        -- JSON array
  feasible integer not null);
)";

std::string pathIn(llvm::StringRef folder, llvm::StringRef file) {
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, file);
  return std::string(path);
}

/// A prepared statement for one execution.
class Statement {
public:
  Statement(sqlite3 *database, const char *sql) {
    sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr);
  }
  ~Statement() { sqlite3_finalize(statement_); }

  Statement &bind(llvm::StringRef text) {
    sqlite3_bind_text(statement_, ++bound_, text.data(), text.size(), SQLITE_TRANSIENT);
    return *this;
  }
  Statement &bind(int64_t number) {
    sqlite3_bind_int64(statement_, ++bound_, number);
    return *this;
  }
  bool done() { return statement_ && sqlite3_step(statement_) == SQLITE_DONE; }
  bool row() { return statement_ && sqlite3_step(statement_) == SQLITE_ROW; }
  int64_t number(int column) { return sqlite3_column_int64(statement_, column); }
  std::string text(int column) {
    auto *text = reinterpret_cast<const char *>(sqlite3_column_text(statement_, column));
    return text ? text : "";
  }

private:
  sqlite3_stmt *statement_ = nullptr;
  int bound_ = 0;
};

template <typename Range> std::string toJson(const Range &range) {
  llvm::json::Array array;
  for (const auto &element : range)
    if constexpr (std::is_same_v<std::decay_t<decltype(element)>, double>)
      array.push_back(std::isfinite(element) ? llvm::json::Value(element) : nullptr);
    else
      array.push_back(element);
  std::string text;
  llvm::raw_string_ostream(text) << llvm::json::Value(std::move(array));
  return text;
}

std::vector<llvm::json::Value> fromJson(llvm::StringRef text) {
  auto value = llvm::json::parse(text);
  if (!value) {
    llvm::consumeError(value.takeError());
    return {};
  }
  auto *array = value->getAsArray();
  return array ? std::vector(array->begin(), array->end()) : std::vector<llvm::json::Value>();
}

std::vector<double> numbers(llvm::StringRef text) {
  std::vector<double> result;
  for (const llvm::json::Value &value : fromJson(text))
    result.push_back(value.getAsNumber().value_or(NAN));
  return result;
}

std::string describe(const ir::Space &space, llvm::ArrayRef<unsigned> choice) {
  llvm::json::Object design;
  for (unsigned i = 0; i < choice.size(); ++i) {
    const ir::Param &param = space.params[i];
    design[param.name] = ir::formatValue(space, param.type, param.values[choice[i]]);
  }
  std::string text;
  llvm::raw_string_ostream(text) << llvm::json::Value(std::move(design));
  return text;
}

} // namespace

RunStore::~RunStore() { sqlite3_close(database_); }

bool RunStore::openDatabase(llvm::StringRef folder, std::string &error) {
  if (sqlite3_open(pathIn(folder, "run.sqlite").c_str(), &database_) == SQLITE_OK &&
      sqlite3_exec(database_, schema, nullptr, nullptr, nullptr) == SQLITE_OK)
    return true;
  error = sqlite3_errmsg(database_);
  return false;
}

std::unique_ptr<RunStore> RunStore::create(llvm::StringRef folder, const ir::Space &space,
                                           const Settings &settings, std::string &error) {
  if (auto failed = llvm::sys::fs::create_directories(folder)) {
    error = failed.message();
    return nullptr;
  }
  if (llvm::sys::fs::exists(pathIn(folder, "run.sqlite"))) {
    error = "there is a run already";
    return nullptr;
  }
  std::error_code failed;
  llvm::raw_fd_ostream out(pathIn(folder, "spec.wscir"), failed);
  if (failed) {
    error = failed.message();
    return nullptr;
  }
  ir::print(space, out);
  out.close();
  std::unique_ptr<RunStore> store(new RunStore());
  store->space_ = &space;
  store->settings_ = settings;
  if (!store->openDatabase(folder, error))
    return nullptr;
  Statement(store->database_, "insert into run values ('seed', ?), ('budget', ?), "
                              "('algorithm', ?), ('batch', ?)")
      .bind(std::to_string(settings.seed))
      .bind(std::to_string(settings.budget))
      .bind(settings.algorithm)
      .bind(std::to_string(settings.batch))
      .done();
  return store;
}

std::unique_ptr<RunStore> RunStore::open(llvm::StringRef folder, std::string &error) {
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
  store->owned_ = std::move(*space);
  store->space_ = store->owned_.get();
  if (!store->openDatabase(folder, error))
    return nullptr;
  if (!store->readSettings()) {
    error = "run.sqlite does not say how the run was started";
    return nullptr;
  }
  return store->readRecords(error) ? std::move(store) : nullptr;
}

bool RunStore::readSettings() {
  Statement query(database_, "select s.value, b.value, a.value, n.value from run s, run b, run a, "
                             "run n where s.key = 'seed' and b.key = 'budget' and "
                             "a.key = 'algorithm' and n.key = 'batch'");
  if (!query.row())
    return false;
  settings_.algorithm = query.text(2);
  return !llvm::StringRef(query.text(0)).getAsInteger(10, settings_.seed) &&
         !llvm::StringRef(query.text(1)).getAsInteger(10, settings_.budget) &&
         !llvm::StringRef(query.text(3)).getAsInteger(10, settings_.batch);
}

bool RunStore::readRecords(std::string &error) {
  Statement query(database_, "select id, choice, fidelity, status, reasons, metrics, objectives, "
                             "feasible from evaluations order by id");
  while (query.row()) {
    auto record = std::make_unique<Record>();
    record->id = query.number(0);
    for (const llvm::json::Value &value : fromJson(query.text(1)))
      record->choice.push_back(value.getAsInteger().value_or(0));
    record->fidelity = query.text(2);
    record->status = query.text(3);
    for (const llvm::json::Value &value : fromJson(query.text(4)))
      record->reasons.push_back(value.getAsString().value_or("").str());
    record->metrics = numbers(query.text(5));
    record->objectives = numbers(query.text(6));
    record->feasible = query.number(7);
    bool fits = record->choice.size() == space_->params.size();
    for (unsigned i = 0; fits && i < record->choice.size(); ++i)
      fits = record->choice[i] < space_->params[i].domain.size();
    if (!fits) {
      error = "evaluation " + std::to_string(record->id) + " does not fit spec.wscir";
      return false;
    }
    byChoice_[record->choice] = record.get();
    records_.push_back(std::move(record));
  }
  return true;
}

const Record *RunStore::find(llvm::ArrayRef<unsigned> choice) const {
  auto it = byChoice_.find(choice.vec());
  return it == byChoice_.end() ? nullptr : it->second;
}

bool RunStore::add(Record record, std::string &error) {
  record.id = records_.size() + 1;
  bool written = Statement(database_, "insert into evaluations values (?, ?, ?, ?, ?, ?, ?, ?, ?)")
                     .bind(int64_t(record.id))
                     .bind(toJson(record.choice))
                     .bind(describe(*space_, record.choice))
                     .bind(record.fidelity)
                     .bind(record.status)
                     .bind(toJson(record.reasons))
                     .bind(toJson(record.metrics))
                     .bind(toJson(record.objectives))
                     .bind(int64_t(record.feasible))
                     .done();
  if (!written) {
    error = sqlite3_errmsg(database_);
    return false;
  }
  records_.push_back(std::make_unique<Record>(std::move(record)));
  byChoice_[records_.back()->choice] = records_.back().get();
  return true;
}

} // namespace wsc::runs
