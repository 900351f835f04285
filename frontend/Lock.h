// wsc.lock: the imported files that answers rest on, so that a changed library is noticed, and
// named by the constants that changed.
//
// Text with a line for each file and each named number of it, sorted, so that two versions merge:
//
//   wsc-lock 1
//   std.tech.n7 sha256:4e07408562bedb8b...
//   std.tech.n7 N7.mac_area = 650 um^2 within 283 um^2 .. 671 um^2
#pragma once

#include "frontend/Program.h"
#include <map>

namespace wsc {

/// One imported file.
struct LockedFile {
  std::string digest;                        ///< SHA-256, 64 hexadecimal digits
  std::map<std::string, std::string> values; ///< named numbers as they are written
};

/// By module: `std.tech.n7`.
using Lock = std::map<std::string, LockedFile>;

/// `wsc.lock` in the folder of a spec.
std::string lockPath(llvm::StringRef spec);

/// What a program imports, as it is now.
Lock lockOf(const Program &program);

std::string printLock(const Lock &lock);

/// Reads a lock file; empty after reporting what is wrong with it.
std::optional<Lock> parseLock(const SourceFile &source, DiagnosticEngine &diagnostics);

/// Reports imported files that differ from the lock or that it lacks; false if there are any.
/// `spec` is the file to name in the way out.
bool checkLock(const Program &program, const Lock &lock, llvm::StringRef spec,
               DiagnosticEngine &diagnostics);

/// The same for the lock beside the spec, if there is one.
bool checkLockBeside(const Program &program, llvm::StringRef spec, SourceManager &sources,
                     DiagnosticEngine &diagnostics);

} // namespace wsc
