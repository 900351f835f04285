// SQLite's C interface to statements.
#include "runs/Statement.h"

#include <sqlite3.h>

namespace wsc::runs {

Statement::Statement(sqlite3 *database, const char *sql) {
  sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr);
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement &Statement::bind(llvm::StringRef text) {
  sqlite3_bind_text(statement_, ++bound_, text.data(), text.size(), SQLITE_TRANSIENT);
  return *this;
}

Statement &Statement::bind(int64_t number) {
  sqlite3_bind_int64(statement_, ++bound_, number);
  return *this;
}

Statement &Statement::bind(double number) {
  sqlite3_bind_double(statement_, ++bound_, number);
  return *this;
}

bool Statement::done() { return statement_ && sqlite3_step(statement_) == SQLITE_DONE; }

bool Statement::row() { return statement_ && sqlite3_step(statement_) == SQLITE_ROW; }

std::string Statement::text(int column) const {
  auto *text = reinterpret_cast<const char *>(sqlite3_column_text(statement_, column));
  return text ? text : "";
}

int64_t Statement::whole(int column) const { return sqlite3_column_int64(statement_, column); }

double Statement::real(int column) const { return sqlite3_column_double(statement_, column); }

} // namespace wsc::runs
