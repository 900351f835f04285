// wsc lock: remembers the imported files of specs, or checks that they are as remembered.
#include "frontend/Lock.h"
#include "tools/wsc/Pipeline.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace wsc::tool {

static cl::list<std::string> files(cl::Positional, cl::OneOrMore, cl::desc("FILE..."),
                                   cl::sub(lockCommand()));
static cl::opt<bool> checkOnly("check", cl::desc("Write nothing; exit 2 if a file has changed"),
                               cl::sub(lockCommand()));

/// Writes the lock of one program beside it.  What the lock says of files that other specs of the
/// folder import stays.
static Exit write(Session &session, const Program &program, const std::string &file) {
  std::string path = lockPath(file), error;
  Lock lock = lockOf(program);
  const size_t count = lock.size();
  bool exists = llvm::sys::fs::exists(path);
  const SourceFile *old = exists ? session.sources.load(path, error) : nullptr;
  DiagnosticEngine ignored; // a lock that cannot be read is written anew
  if (auto before = old ? parseLock(*old, ignored) : std::nullopt)
    lock.insert(before->begin(), before->end());
  std::string text = printLock(lock);
  if (old && old->text() == text) {
    llvm::outs() << path << ": up to date\n";
    return Done;
  }
  auto failed = llvm::writeToOutput(path, [&](llvm::raw_ostream &out) {
    out << text;
    return llvm::Error::success();
  });
  if (failed) {
    llvm::errs() << "error: cannot write `" << path << "`: " << llvm::toString(std::move(failed))
                 << '\n';
    return OutputFailed;
  }
  llvm::outs() << path << ": " << count << " imported files of " << file << '\n';
  return Done;
}

static bool check(Session &session, const Program &program, const std::string &file) {
  std::string path = lockPath(file);
  if (!llvm::sys::fs::exists(path)) {
    session.diagnostics.report(DiagKind::BadLock, {}, "there is no `" + path + "`")
        .suggest("`wsc lock " + file + "` writes it");
    return false;
  }
  if (!checkLockBeside(program, file, session.sources, session.diagnostics))
    return false;
  if (session.options.form == Form::Text)
    llvm::outs() << path << ": the imported files of " << file << " have not changed\n";
  return true;
}

int run_lock() {
  Exit result = Done;
  for (const std::string &file : files) {
    Session session; // the lock of one file is read by the next
    session.options.file = file;
    if (file == "-") {
      session.diagnostics.report(DiagKind::BadLock, {}, "standard input has no folder for a lock");
    } else if (std::unique_ptr<Program> program = loadSpecFiles(session)) {
      if (!checkOnly)
        result = std::max(result, write(session, *program, file));
      else if (check(session, *program, file))
        continue;
    }
    if (session.diagnostics.hasErrors()) {
      showDiagnostics(session.diagnostics, session.options.form);
      result = std::max(result, SpecErrors);
    }
  }
  return result;
}

} // namespace wsc::tool
