// A prepared statement of SQLite for one execution.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace wsc::runs {

class Statement {
public:
  Statement(sqlite3 *database, const char *sql);
  ~Statement();
  Statement(const Statement &) = delete;
  Statement &operator=(const Statement &) = delete;

  /// Values for the question marks, from left to right.
  Statement &bind(llvm::StringRef text);
  Statement &bind(int64_t number);
  Statement &bind(double number);

  /// Executes what returns no rows; false on an error, which the database then describes.
  bool done();
  /// The next row; false where there is none.
  bool row();
  std::string text(int column) const;
  int64_t whole(int column) const;
  double real(int column) const;

private:
  sqlite3_stmt *statement_ = nullptr;
  int bound_ = 0;
};

} // namespace wsc::runs
