// What could stand at a place.  A placeholder is put there and the program is elaborated: where
// elaboration meets it, it knows which names it would have accepted.
#include "lsp/Features.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

namespace wsc::lsp {

namespace {

/// The protocol's numbers for kinds of completion.
enum ItemKind {
  Function = 3,
  Field = 5,
  Variable = 6,
  Class = 7,
  Interface = 8,
  Module = 9,
  Property = 10,
  Unit = 11,
  Enum = 13,
  Keyword = 14,
  File = 17,
  EnumMember = 20,
  Constant = 21,
  Struct = 22,
  TypeParameter = 25
};

ItemKind kindOf(Symbol::Kind kind) {
  switch (kind) {
  case Symbol::Import: return Module;
  case Symbol::Dimension: return TypeParameter;
  case Symbol::Unit: return Unit;
  case Symbol::Enum: return Enum;
  case Symbol::Enumerator: return EnumMember;
  case Symbol::Constant: return Constant;
  case Symbol::Function:
  case Symbol::Table: return Function;
  case Symbol::Column:
  case Symbol::InterfaceField:
  case Symbol::Param: return Field;
  case Symbol::Interface: return Interface;
  case Symbol::Component: return Class;
  case Symbol::Nested:
  case Symbol::Refinement: return Struct;
  case Symbol::Parameter:
  case Symbol::Variable: return Variable;
  case Symbol::Let:
  case Symbol::Metric:
  case Symbol::Requirement:
  case Symbol::Wish:
  case Symbol::Explore: return Property;
  }
  llvm_unreachable("covered switch");
}

constexpr llvm::StringLiteral declarationWords[] = {
    "chip",  "component", "model", "workload", "strategy",  "suite", "technology", "explore",
    "const", "fn",        "table", "enum",     "dimension", "unit",  "import"};
constexpr llvm::StringLiteral memberWords[] = {"param", "let", "require", "prefer", "override let"};
constexpr llvm::StringLiteral exploreWords[] = {
    "maximize", "minimize", "require", "prefer", "chip", "model", "workload", "strategy", "budget"};

/// What stands around the place, as far as the text alone shows it.
struct Context {
  unsigned begin, end; ///< the word at the place, which completion replaces
  bool inText = false; ///< in a comment or a string
  bool startsStatement = true;
  unsigned depth = 0; ///< of open `{`
  bool inExplore = false;
  std::optional<llvm::StringRef> import; ///< the path so far, in an `import`
};

bool isWordByte(char c) {
  return llvm::isAlnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

Context contextOf(llvm::StringRef text, unsigned offset) {
  Context context;
  context.begin = context.end = offset;
  while (context.begin > 0 && isWordByte(text[context.begin - 1]))
    --context.begin;
  while (context.begin < offset && llvm::isDigit(text[context.begin])) // `5G`: a unit
    ++context.begin;
  while (context.end < text.size() && isWordByte(text[context.end]))
    ++context.end;
  bool afterNumber = context.begin > 0 && llvm::isDigit(text[context.begin - 1]);
  llvm::StringRef before = text.take_front(context.begin);
  std::vector<bool> explores; // of the open blocks
  size_t statement = 0;       // where the one at hand begins
  for (size_t i = 0; i < before.size(); ++i) {
    char c = before[i];
    if (before.substr(i).starts_with("//")) {
      size_t end = before.find('\n', i);
      if (end == llvm::StringRef::npos) {
        context.inText = true;
        return context;
      }
      i = end - 1;
    } else if (c == '"') {
      size_t end = i + 1;
      while (end < before.size() && before[end] != '"' && before[end] != '\n')
        end += before[end] == '\\' ? 2 : 1;
      if (end >= before.size()) {
        context.inText = true;
        return context;
      }
      i = end;
    } else if (c == '{') {
      explores.push_back(before.slice(statement, i).trim().starts_with("explore"));
      statement = i + 1;
    } else if (c == '}') {
      if (!explores.empty())
        explores.pop_back();
      statement = i + 1;
    } else if (c == '\n' || c == ';')
      statement = i + 1;
  }
  llvm::StringRef started = before.drop_front(statement);
  context.startsStatement = started.trim().empty() && !afterNumber;
  context.depth = explores.size();
  context.inExplore = !explores.empty() && explores.back();
  // An import is a path with dots; the word that completion replaces is its last part.
  llvm::StringRef path = started.ltrim();
  if (path.consume_front("import ") && !path.trim().contains(' '))
    context.import = path.trim();
  return context;
}

class Completion {
public:
  Completion(Workspace &workspace, const Document &document, unsigned offset)
      : workspace_(workspace), document_(document), context_(contextOf(document.text, offset)) {}

  json::Value run() {
    if (context_.inText)
      return json::Array{};
    if (context_.import)
      offerFiles();
    else {
      if (context_.startsStatement)
        for (llvm::StringRef word :
             !context_.depth      ? llvm::ArrayRef<llvm::StringLiteral>(declarationWords)
             : context_.inExplore ? llvm::ArrayRef<llvm::StringLiteral>(exploreWords)
                                  : llvm::ArrayRef<llvm::StringLiteral>(memberWords))
          add(word, Keyword, "");
      if (!context_.startsStatement || context_.depth)
        offerNames();
    }
    return std::move(items_);
  }

private:
  void add(llvm::StringRef label, ItemKind kind, llvm::StringRef detail, llvm::StringRef doc = "") {
    json::Object item{
        {"label", json::fixUTF8(label)},
        {"kind", int(kind)},
        {"sortText", llvm::formatv("{0,0+5}", items_.size()).str()},
        {"textEdit", json::Object{{"range", toJson(document_.text, context_.begin, context_.end)},
                                  {"newText", json::fixUTF8(label)}}}};
    if (!detail.empty())
      item["detail"] = json::fixUTF8(detail);
    if (!doc.empty())
      item["documentation"] = json::fixUTF8(doc);
    items_.push_back(std::move(item));
  }

  /// Elaborates with a placeholder; where the text is unfinished behind it, with an end that would
  /// finish it.
  void offerNames() {
    llvm::StringRef text = document_.text;
    std::vector<llvm::StringRef> ends{"", " = 0", ")", " }", " = 0 }", " : 0", " else 0", " {}"};
    if (context_.startsStatement)
      std::swap(ends[0], ends[1]);
    for (llvm::StringRef end : ends) {
      auto analysis = workspace_.analyse(
          document_.path, {{document_.path, (text.take_front(context_.begin) + Index::placeholder +
                                             end + text.drop_front(context_.end))
                                                .str()}});
      if (!analysis->index)
        continue;
      for (const Index::Candidate &candidate : analysis->index->candidates())
        offer(candidate, *analysis->index);
      return;
    }
    offerFromLastText();
  }

  void offer(const Index::Candidate &candidate, const Index &index) {
    if (const Symbol *symbol = candidate.definition ? index.symbol(candidate.definition) : nullptr)
      add(candidate.name, kindOf(symbol->kind), headOf(*symbol), symbol->doc);
    else
      add(candidate.name,
          candidate.detail == "function"  ? Function
          : candidate.detail == "keyword" ? Keyword
          : candidate.detail == "unit"    ? Unit
                                          : TypeParameter,
          candidate.detail);
  }

  /// The text has errors elsewhere: all that the file itself declares.
  void offerFromLastText() {
    const Analysis *analysis = workspace_.analysisOf(document_);
    const SourceFile *file = analysis ? analysis->file(document_.path) : nullptr;
    if (!file)
      return;
    std::vector<llvm::StringRef> seen;
    for (const Symbol &symbol : analysis->index->symbols())
      if (symbol.name.file == file && !llvm::is_contained(seen, symbol.text())) {
        seen.push_back(symbol.text());
        add(symbol.text(), kindOf(symbol.kind), headOf(symbol), symbol.doc);
      }
  }

  /// Files and folders that could go on with the path.
  void offerFiles() {
    llvm::SmallVector<llvm::StringRef> parts;
    context_.import->split(parts, '.');
    parts.pop_back(); // the word at hand
    std::vector<std::string> names;
    auto list = [&](llvm::StringRef folder, llvm::ArrayRef<llvm::StringRef> inside) {
      llvm::SmallString<128> path(folder);
      for (llvm::StringRef part : inside)
        llvm::sys::path::append(path, part);
      std::error_code error;
      for (llvm::sys::fs::directory_iterator it(path, error), end; !error && it != end;
           it.increment(error)) {
        llvm::StringRef name = llvm::sys::path::filename(it->path());
        bool isFolder = it->type() == llvm::sys::fs::file_type::directory_file;
        if (!name.starts_with(".") && it->path() != document_.path &&
            (isFolder || name.consume_back(".wsc")))
          names.push_back(name.str());
      }
    };
    list(llvm::sys::path::parent_path(document_.path), parts);
    for (const std::string &folder : workspace_.paths().directories)
      list(folder, parts);
    if (parts.empty())
      names.push_back("std");
    else if (parts[0] == "std")
      list(workspace_.paths().stdlib, llvm::ArrayRef(parts).drop_front());
    llvm::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    for (const std::string &name : names)
      add(name, File, "");
  }

  Workspace &workspace_;
  const Document &document_;
  Context context_;
  json::Array items_;
};

} // namespace

json::Value completion(Workspace &workspace, const Document &document, Position position) {
  return Completion(workspace, document, offsetOf(document.text, position)).run();
}

} // namespace wsc::lsp
