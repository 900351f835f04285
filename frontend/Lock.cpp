// Writing, reading and checking of lock files.
#include "frontend/Lock.h"

#include "frontend/LockValues.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"

namespace wsc {

namespace {

constexpr llvm::StringLiteral header = "wsc-lock 1";
constexpr llvm::StringLiteral digestPrefix = "sha256:";

std::string digestOf(const SourceFile &source) {
  return llvm::toHex(llvm::SHA256::hash(llvm::arrayRefFromStringRef(source.text())),
                     /*LowerCase=*/true);
}

std::string acceptWith(llvm::StringRef spec) {
  return "look at what changed, and accept it with `wsc lock " + spec.str() + "`";
}

/// Adds a note for each number that is not as it was.
void noteChanges(Diagnostic &diagnostic, const LockedFile &locked, const Module &module) {
  constexpr unsigned most = 8;
  std::map<std::string, LockedValue> now = lockedValues(*module.file);
  std::vector<Label> changes;
  for (const auto &[name, value] : now) {
    auto then = locked.values.find(name);
    if (then == locked.values.end())
      changes.push_back({value.at, "`" + name + "` is new: `" + value.text + "`"});
    else if (then->second != value.text)
      changes.push_back(
          {value.at, "`" + name + "` was `" + then->second + "`, is `" + value.text + "`"});
  }
  Range file{module.file->source, 0, 1};
  for (const auto &[name, text] : locked.values)
    if (!now.count(name))
      changes.push_back({file, "`" + name + "` is gone; it was `" + text + "`"});
  if (changes.empty())
    diagnostic.note(file, "no named number changed, so formulas, comments or layout did");
  for (const Label &change : llvm::ArrayRef(changes).take_front(most))
    diagnostic.note(change.range, change.text);
  if (changes.size() > most)
    diagnostic.note(file, "and " + std::to_string(changes.size() - most) + " more");
}

/// The lines of a lock file with their places.
class Reader {
public:
  Reader(const SourceFile &source, DiagnosticEngine &diagnostics)
      : source_(source), diagnostics_(diagnostics) {}

  std::optional<Lock> run() {
    auto [first, rest] = source_.text().split('\n');
    if (first != header) {
      report(first, "the first line of a lock file is `" + header.str() + "`");
      return std::nullopt;
    }
    while (!rest.empty()) {
      llvm::StringRef line;
      std::tie(line, rest) = rest.split('\n');
      if (!line.empty() && !read(line)) {
        report(line, "this is not a line of a lock file");
        return std::nullopt;
      }
    }
    return std::move(lock_);
  }

private:
  bool read(llvm::StringRef line) {
    auto [module, entry] = line.split(' ');
    if (llvm::StringRef digest = entry; digest.consume_front(digestPrefix)) {
      bool isHash = digest.size() == 64 && llvm::all_of(digest, llvm::isHexDigit);
      return isHash && lock_.try_emplace(module.str(), LockedFile{digest.str(), {}}).second;
    }
    auto [name, value] = entry.split(" = ");
    auto file = lock_.find(module.str());
    return !name.empty() && !value.empty() && file != lock_.end() &&
           file->second.values.try_emplace(name.str(), value.str()).second;
  }

  void report(llvm::StringRef line, std::string message) {
    unsigned begin = line.data() - source_.text().data();
    unsigned length = std::max<size_t>(line.size(), 1);
    diagnostics_.report(DiagKind::BadLock, {&source_, begin, begin + length}, std::move(message))
        .suggest("`wsc lock FILE` writes it anew");
  }

  const SourceFile &source_;
  DiagnosticEngine &diagnostics_;
  Lock lock_;
};

} // namespace

std::string lockPath(llvm::StringRef spec) {
  llvm::SmallString<128> path(llvm::sys::path::parent_path(spec));
  llvm::sys::path::append(path, "wsc.lock");
  return std::string(path);
}

Lock lockOf(const Program &program) {
  Lock lock;
  for (const auto &module : program.modules) {
    if (module.get() == program.main)
      continue;
    LockedFile &file = lock[module->name];
    file.digest = digestOf(*module->file->source);
    for (auto &[name, value] : lockedValues(*module->file))
      file.values[name] = value.text;
  }
  return lock;
}

std::string printLock(const Lock &lock) {
  std::string text = header.str() + "\n";
  for (const auto &[module, file] : lock) {
    text += module + " " + digestPrefix.str() + file.digest + "\n";
    for (const auto &[name, value] : file.values)
      text += module + " " + name + " = " + value + "\n";
  }
  return text;
}

std::optional<Lock> parseLock(const SourceFile &source, DiagnosticEngine &diagnostics) {
  return Reader(source, diagnostics).run();
}

bool checkLock(const Program &program, const Lock &lock, llvm::StringRef spec,
               DiagnosticEngine &diagnostics) {
  bool fine = true;
  for (const auto &module : program.modules) {
    if (module.get() == program.main)
      continue;
    Range at = module->importedAt ? module->importedAt : Range{module->file->source, 0, 1};
    auto locked = lock.find(module->name);
    if (locked == lock.end()) {
      diagnostics.report(DiagKind::LibraryDrift, at, "`" + module->name + "` is not in `wsc.lock`")
          .suggest("add it with `wsc lock " + spec.str() + "`");
      fine = false;
    } else if (locked->second.digest != digestOf(*module->file->source)) {
      auto &d =
          diagnostics.report(DiagKind::LibraryDrift, at,
                             "`" + module->name + "` has changed since `wsc.lock` was written");
      noteChanges(d, locked->second, *module);
      d.suggest(acceptWith(spec));
      fine = false;
    }
  }
  return fine;
}

bool checkLockBeside(const Program &program, llvm::StringRef spec, SourceManager &sources,
                     DiagnosticEngine &diagnostics) {
  std::string path = lockPath(spec), error;
  if (spec == "-" || !llvm::sys::fs::exists(path))
    return true;
  const SourceFile *source = sources.load(path, error);
  if (!source) {
    diagnostics.report(DiagKind::BadLock, {}, "cannot read `" + path + "`: " + error)
        .suggest("`wsc lock " + spec.str() + "` writes it anew");
    return false;
  }
  auto lock = parseLock(*source, diagnostics);
  return lock && checkLock(program, *lock, spec, diagnostics);
}

} // namespace wsc
