// Loading files and following imports.
#include "frontend/Program.h"

#include "frontend/Parse.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace wsc {

namespace {

class Loader {
public:
  Loader(const SearchPaths &paths, SourceManager &sources, DiagnosticEngine &diagnostics,
         ParseCache *cache)
      : paths_(paths), sources_(sources), diagnostics_(diagnostics), cache_(cache),
        program_(std::make_unique<Program>()) {}

  std::unique_ptr<Program> run(llvm::StringRef path) {
    bool fine = true;
    for (const char *name : {"units.wsc", "interfaces.wsc"}) {
      std::string file = paths_.stdlib + "/" + name;
      if (llvm::sys::fs::equivalent(path, file))
        file = path.str(); // the library's own file is the spec: one module, not two
      Module *module = load(file, {}, "std." + llvm::sys::path::stem(name).str());
      fine &= module != nullptr;
      if (module)
        program_->prelude.push_back(module);
    }
    program_->main = load(path, {}, "");
    return fine && program_->main && !failed_ ? std::move(program_) : nullptr;
  }

private:
  Module *load(llvm::StringRef path, Range importedAt, std::string name);
  bool checkHeader(const ast::File &file);
  void indexNames(Module &module);
  void follow(Module &module, const ast::Import &import);
  std::string resolve(const Module &module, const ast::Path &path) const;
  std::vector<std::string> foldersOf(const Module &module) const;
  std::vector<std::string> importable(const Module &module) const;

  const SearchPaths &paths_;
  SourceManager &sources_;
  DiagnosticEngine &diagnostics_;
  ParseCache *cache_;
  std::unique_ptr<Program> program_;
  llvm::StringMap<Module *> loaded_;
  std::vector<std::pair<std::string, Range>> loading_; ///< the chain of open imports
  bool failed_ = false;
};

Module *Loader::load(llvm::StringRef path, Range importedAt, std::string name) {
  auto open = llvm::find_if(loading_, [&](auto &entry) { return entry.first == path; });
  if (open != loading_.end()) {
    auto &d = diagnostics_.report(DiagKind::ImportCycle, importedAt,
                                  "this import leads back to `" +
                                      llvm::sys::path::filename(path).str() + "`");
    for (auto it = open + 1; it != loading_.end(); ++it)
      d.note(it->second, "which was reached through this import");
    d.suggest("move what both files need into a third one");
    failed_ = true;
    return nullptr;
  }
  if (auto known = loaded_.find(path); known != loaded_.end())
    return known->second;

  std::string error;
  const SourceFile *source = sources_.load(path, error);
  if (!source) {
    diagnostics_.report(DiagKind::FileUnreadable, importedAt,
                        "cannot read `" + path.str() + "`: " + error);
    failed_ = true;
    return nullptr;
  }
  auto module = std::make_unique<Module>();
  module->name = std::move(name);
  module->importedAt = importedAt;
  if (cache_)
    module->file = cache_->parse(*source, diagnostics_);
  else
    module->file = parseFile(*source, diagnostics_);
  Module *result = module->file && checkHeader(*module->file) ? module.get() : nullptr;
  failed_ |= result == nullptr;
  loaded_[path] = result;
  if (!result)
    return nullptr;
  program_->modules.push_back(std::move(module));
  indexNames(*result);
  loading_.push_back({path.str(), importedAt});
  for (const ast::Import &import : result->file->imports)
    follow(*result, import);
  loading_.pop_back();
  return result;
}

/// Where the text begins: behind a byte order mark.
static unsigned textBegin(const SourceFile &source) {
  return source.text().starts_with("\xEF\xBB\xBF") ? 3 : 0;
}

bool Loader::checkHeader(const ast::File &file) {
  Range start{file.source, 0, 1};
  if (file.decls.empty()) {
    diagnostics_.report(DiagKind::EmptyFile, start, "the file declares nothing")
        .suggest("a spec starts with `wsc 1` and declares a chip");
    return false;
  }
  if (file.version.text.empty()) {
    diagnostics_.report(DiagKind::MissingHeader, start, "the file does not start with `wsc 1`")
        .suggest("write the version of the language on the first line: `wsc 1`")
        .fix({file.source, textBegin(*file.source), textBegin(*file.source)}, "wsc 1\n");
    return false;
  }
  if (file.version.text != "1") {
    diagnostics_.report(DiagKind::UnsupportedVersion, file.version.range,
                        "this wsc reads version 1 of the language, the file asks for version " +
                            file.version.text.str());
    return false;
  }
  return true;
}

void Loader::indexNames(Module &module) {
  for (const ast::Decl &decl : module.file->decls) {
    // A dimension, a unit and a value may share a name: they are never confused.
    if (decl.as<ast::UnitDecl>() || decl.as<ast::DimensionDecl>() ||
        decl.as<ast::InterfaceDecl>() || decl.as<ast::ExploreDecl>())
      continue;
    auto [known, isNew] = module.decls.try_emplace(decl.name().text, &decl);
    if (!isNew)
      diagnostics_
          .report(DiagKind::DuplicateName, decl.name().range,
                  "`" + decl.name().text.str() + "` is declared twice")
          .note(known->second->name().range, "first declared here");
  }
}

void Loader::follow(Module &module, const ast::Import &import) {
  if (module.imports.count(import.alias.text)) {
    diagnostics_
        .report(DiagKind::DuplicateName, import.alias.range,
                "two imports are called `" + import.alias.text.str() + "`")
        .suggest("give one of them another name with `as`");
    return;
  }
  std::string path = resolve(module, import.path);
  if (path.empty()) {
    const std::string wanted = import.path.text().str();
    const std::vector<std::string> names = importable(module);
    auto &d = diagnostics_.report(DiagKind::ImportNotFound, import.path.range,
                                  "there is no file for `" + wanted + "`");
    // `wafer`, where it is called `std.wafer`.
    const auto whole =
        llvm::find_if(names, [&](llvm::StringRef name) { return name.ends_with("." + wanted); });
    if (whole != names.end())
      d.suggest("did you mean `" + *whole + "`?").fix(import.path.range, *whole);
    d.suggestName(import.path.range, llvm::to_vector_of<llvm::StringRef>(names))
        .suggest("imports are looked for beside the importing file, in the `-I` folders and, "
                 "for `std.`, in " +
                 paths_.stdlib);
    failed_ = true;
    return;
  }
  if (Module *target = load(path, import.path.range, import.path.text().str()))
    module.imports[import.alias.text] = target;
}

std::vector<std::string> Loader::foldersOf(const Module &module) const {
  std::vector<std::string> folders{llvm::sys::path::parent_path(module.file->source->path()).str()};
  folders.insert(folders.end(), paths_.directories.begin(), paths_.directories.end());
  return folders;
}

/// What the specs of a folder are called in an import.
static void addSpecs(llvm::StringRef folder, const std::string &prefix,
                     std::vector<std::string> &names) {
  namespace fs = llvm::sys::fs;
  std::error_code error;
  for (fs::directory_iterator it(folder.empty() ? "." : folder, error), end; it != end && !error;
       it.increment(error)) {
    llvm::StringRef path = it->path();
    if (llvm::sys::path::extension(path) == ".wsc")
      names.push_back(prefix + llvm::sys::path::stem(path).str());
    else if (!prefix.empty() && fs::is_directory(path))
      addSpecs(path, prefix + llvm::sys::path::filename(path).str() + ".", names);
  }
}

/// The names that an import could have meant.
std::vector<std::string> Loader::importable(const Module &module) const {
  std::vector<std::string> names;
  for (const std::string &folder : foldersOf(module))
    addSpecs(folder, "", names);
  addSpecs(paths_.stdlib, "std.", names);
  llvm::sort(names);
  return names;
}

std::string Loader::resolve(const Module &module, const ast::Path &path) const {
  auto inFolder = [&](llvm::StringRef folder, llvm::ArrayRef<ast::Name> parts) -> std::string {
    llvm::SmallString<128> file(folder);
    for (const ast::Name &part : parts)
      llvm::sys::path::append(file, part.text);
    file += ".wsc";
    return sources_.exists(file) ? std::string(file) : "";
  };
  for (const std::string &folder : foldersOf(module))
    if (std::string file = inFolder(folder, path.parts); !file.empty())
      return file;
  if (path.parts.size() > 1 && path.parts.front().text == "std")
    return inFolder(paths_.stdlib, llvm::ArrayRef(path.parts).drop_front());
  return "";
}

} // namespace

std::unique_ptr<Program> loadProgram(llvm::StringRef path, const SearchPaths &paths,
                                     SourceManager &sources, DiagnosticEngine &diagnostics,
                                     ParseCache *cache) {
  return Loader(paths, sources, diagnostics, cache).run(path);
}

// ---- the cache -------------------------------------------------------------------------------

/// A tree with the text that it points into.
struct ParseCache::Entry {
  std::shared_ptr<const SourceFile> source;
  std::unique_ptr<ast::File> tree;
};

std::shared_ptr<const ast::File> ParseCache::parse(const SourceFile &source,
                                                   DiagnosticEngine &diagnostics) {
  std::shared_ptr<Entry> &entry = byPath_[source.path()];
  if (!entry || entry->source->text() != source.text()) {
    auto tree = parseFile(source, diagnostics);
    if (!tree)
      return nullptr;
    entry = std::make_shared<Entry>(Entry{source.shared_from_this(), std::move(tree)});
  }
  return {entry, entry->tree.get()};
}

} // namespace wsc
