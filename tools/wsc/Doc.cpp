// wsc doc: the reference of a library from its doc comments.
#include "docgen/Docgen.h"
#include "tools/wsc/Pipeline.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace wsc::tool {

static cl::list<std::string> paths(cl::Positional,
                                   cl::desc("[PATH...]  (without: the standard library)"),
                                   cl::sub(docCommand()));
static cl::opt<std::string> output("o", cl::Required, cl::value_desc("dir"),
                                   cl::desc("The folder to write to"), cl::sub(docCommand()));

namespace {

using Path = llvm::SmallString<128>;

Path realPath(llvm::StringRef name) {
  Path result;
  return fs::real_path(name, result) ? Path(name) : result;
}

/// `tech/n7.wsc` as `tech.n7`.
std::string moduleName(llvm::StringRef file) {
  std::string name;
  for (llvm::StringRef part : llvm::make_range(path::begin(file), path::end(file)))
    name += (name.empty() ? "" : ".") + part.str();
  llvm::StringRef result = name;
  result.consume_back(".wsc");
  return result.str();
}

class Collection {
public:
  Collection(SourceManager &sources, DiagnosticEngine &diagnostics)
      : sources_(sources), diagnostics_(diagnostics) {}

  /// A file, or all specs under a folder.
  void add(llvm::StringRef name) {
    if (!fs::is_directory(name))
      return addFile(name, moduleName(path::filename(name)));
    // Modules of the standard library are imported as `std.X`.
    const bool isStandard = realPath(name) == realPath(searchPaths().stdlib);
    std::vector<std::string> files;
    std::error_code error;
    for (fs::recursive_directory_iterator it(name, error, /*follow_symlinks=*/false), end;
         it != end && !error; it.increment(error))
      if (path::extension(it->path()) == ".wsc" && !fs::is_directory(it->path()))
        files.push_back(it->path());
    if (error)
      diagnostics_.report(DiagKind::FileUnreadable, {},
                          "cannot read `" + name.str() + "`: " + error.message());
    else if (files.empty())
      diagnostics_.report(DiagKind::FileUnreadable, {},
                          "there is no `.wsc` file under `" + name.str() + "`");
    llvm::sort(files);
    for (const std::string &file : files) {
      llvm::StringRef relative = llvm::StringRef(file).drop_front(name.size());
      while (!relative.empty() && path::is_separator(relative.front()))
        relative = relative.drop_front();
      addFile(file, (isStandard ? "std." : "") + moduleName(relative));
    }
  }

  docgen::Library &finish() {
    library_.sort();
    return library_;
  }

private:
  void addFile(llvm::StringRef file, std::string name) {
    std::string error;
    const SourceFile *source = sources_.load(file, error);
    if (!source)
      diagnostics_.report(DiagKind::FileUnreadable, {},
                          "cannot read `" + file.str() + "`: " + error);
    else if (!names_.try_emplace(name, file.str()).second)
      diagnostics_
          .report(DiagKind::DuplicateName, {source, 0, 1}, "two modules are called `" + name + "`")
          .suggest("the other one is " + names_[name] + "; give the folder that holds both");
    else
      library_.add(std::move(name), *source, diagnostics_);
  }

  SourceManager &sources_;
  DiagnosticEngine &diagnostics_;
  docgen::Library library_;
  llvm::StringMap<std::string> names_;
};

bool writePage(const docgen::Page &page) {
  Path file(output);
  path::append(file, page.name);
  auto failed = llvm::writeToOutput(file, [&](llvm::raw_ostream &out) {
    out << page.html;
    return llvm::Error::success();
  });
  if (!failed)
    return true;
  llvm::errs() << "error: cannot write `" << file << "`: " << llvm::toString(std::move(failed))
               << '\n';
  return false;
}

} // namespace

int run_doc() {
  SourceManager sources;
  DiagnosticEngine diagnostics;
  Collection collection(sources, diagnostics);
  for (const std::string &name : paths)
    collection.add(name);
  if (paths.empty())
    collection.add(searchPaths().stdlib);
  const docgen::Library &library = collection.finish();
  showDiagnostics(diagnostics, Form::Text);
  if (diagnostics.hasErrors())
    return SpecErrors;
  if (std::error_code error = fs::create_directories(output)) {
    llvm::errs() << "error: cannot write `" << output << "`: " << error.message() << '\n';
    return OutputFailed;
  }
  if (!llvm::all_of(docgen::generate(library), writePage))
    return OutputFailed;
  llvm::outs() << library.modules().size() << " modules in " << output << "/index.html\n";
  return Done;
}

} // namespace wsc::tool
