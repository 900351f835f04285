// wsc compare: one design, many evaluators, and where they disagree.
#include "tools/wsc/Evaluation.h"
#include "tools/wsc/ImportedResults.h"
#include "tools/wsc/RunDesigns.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace cl = llvm::cl;

namespace wsc::tool {

static cl::opt<std::string> spec(cl::Positional, cl::Required, cl::desc("SPEC|RUN#ID"),
                                 cl::sub(compareCommand()));
static cl::list<std::string> folders(cl::Positional, cl::ZeroOrMore, cl::desc("[DIR...]"),
                                     cl::sub(compareCommand()));
static cl::opt<double> tolerance("tolerance", cl::init(0.25), cl::value_desc("share"),
                                 cl::desc("From where on evaluators disagree (default 0.25)"),
                                 cl::sub(compareCommand()));

namespace {

/// What is compared: the fields of a design, and where its run keeps results.
struct Compared {
  llvm::json::Object design;
  std::string results = {}; ///< empty for a spec
};

/// Empty after saying why there is none.
std::optional<Compared> designOf(llvm::StringRef name, Exit &exit) {
  if (name.contains('#')) {
    auto found = findRunDesigns(name);
    if (auto *run = std::get_if<RunDesigns>(&found); run && !run->isFront)
      return Compared{fieldsJson(run->store->space(), run->designs[0].design),
                      resultsOf(run->folder, run->designs[0].id)};
    auto *error = std::get_if<std::string>(&found);
    llvm::errs() << "error: " << (error ? *error : "a front is many designs: take one, RUN#ID")
                 << '\n';
    exit = SpecErrors;
    return std::nullopt;
  }
  Session session;
  session.options.file = name;
  auto evaluated = evaluateSpec(session, exit);
  if (!evaluated)
    return std::nullopt;
  return Compared{fieldsJson(*session.space, evaluated->design)};
}

/// The folders that were named, or those of the run.
std::vector<std::string> foldersOf(const Compared &compared) {
  if (!folders.empty() || compared.results.empty())
    return folders;
  return foldersIn(compared.results);
}

/// `2.17 W` of what quantityJson makes; `nothing` where there is none.
std::string textOf(const llvm::json::Value *quantity) {
  const llvm::json::Object *object = quantity ? quantity->getAsObject() : nullptr;
  const llvm::json::Value *value = object ? object->get("value") : nullptr;
  if (!value)
    return "nothing";
  std::string text = value->getAsString().value_or("").str();
  if (text.empty())
    text = llvm::formatv("{0}", *value);
  if (auto unit = object->getString("unit"))
    text += " " + unit->str();
  return text;
}

/// A sentence if a folder holds another design.
std::optional<std::string> difference(const llvm::json::Object &design,
                                      const EmissionRecord &record, llvm::StringRef folder) {
  for (const auto &[field, value] : design) {
    const llvm::json::Value *other = record.design.get(field);
    if (!other || *other != value)
      return llvm::formatv("`{0}` is of another design: `{1}` is {2} there, {3} here", folder,
                           llvm::StringRef(field), textOf(other), textOf(&value));
  }
  if (record.design.size() != design.size())
    return llvm::formatv("`{0}` is of another design: it has other fields", folder);
  return std::nullopt;
}

/// Of one folder; a sentence if there are none.
std::variant<std::vector<ComparedFigure>, std::string> figuresIn(llvm::StringRef folder,
                                                                 const llvm::json::Object &design) {
  auto read = readEmission(folder);
  auto *record = std::get_if<EmissionRecord>(&read);
  if (!record)
    return std::get<std::string>(read);
  if (auto different = difference(design, *record, folder))
    return *different;
  if (record->results.empty())
    return "`" + folder.str() +
           "` has no results yet: run the evaluator as its README says, then " +
           "`wsc import-result " + record->target + " " + folder.str() + "`";
  return figuresOf(*record);
}

bool disagrees(const ComparedFigure &figure) {
  if (!figure.expected || !figure.computed)
    return false;
  const std::optional<double> off = figure.deviation();
  return !off || std::abs(*off) > tolerance;
}

} // namespace

int run_compare() {
  Exit exit = Done;
  const auto compared = designOf(spec, exit);
  if (!compared)
    return exit;
  const std::vector<std::string> found = foldersOf(*compared);
  if (found.empty()) {
    llvm::errs() << "error: no evaluator has said anything about `" << spec << "` yet\n"
                 << (compared->results.empty()
                         ? "help: name folders of `wsc emit` that have results\n"
                         : "help: `wsc emit TARGET --design RUN#ID -o DIR`, run it as DIR/README "
                           "says, `wsc import-result TARGET DIR`\n");
    return SpecErrors;
  }
  std::vector<ComparedFigure> all;
  for (const std::string &folder : found) {
    auto figures = figuresIn(folder, compared->design);
    if (auto *problem = std::get_if<std::string>(&figures)) {
      llvm::errs() << "error: " << *problem << '\n';
      return SpecErrors;
    }
    llvm::append_range(all, std::get<std::vector<ComparedFigure>>(figures));
  }
  // Evaluators of the same figure beside each other.
  llvm::stable_sort(all, [](const auto &a, const auto &b) { return a.name < b.name; });
  showFigures(all, llvm::outs());
  const std::string limit = llvm::formatv("{0:P0}", double(tolerance));
  unsigned apart = 0;
  for (const ComparedFigure &figure : all)
    if (disagrees(figure)) {
      ++apart;
      llvm::outs() << "disagree by more than " << limit << ": wsc and " << figure.evaluator
                   << " on " << figure.name << '\n';
    }
  if (apart == 0)
    llvm::outs() << "all within " << limit << '\n';
  return Done;
}

} // namespace wsc::tool
