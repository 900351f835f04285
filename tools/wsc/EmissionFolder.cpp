// Writing and reading the folder of an emission.
#include "tools/wsc/EmissionFolder.h"

#include "tools/wsc/Json.h"
#include "tools/wsc/Output.h"
#include "tools/wsc/Verdict.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::tool {

namespace {

constexpr llvm::StringRef recordName = "emission.json", resultName = "result.json";

llvm::StringRef nameOf(backends::Level level) {
  return level == backends::Level::Wafer ? "wafer" : "reticle";
}

llvm::json::Array toJson(llvm::ArrayRef<backends::Figure> figures) {
  llvm::json::Array array;
  for (const backends::Figure &figure : figures)
    array.push_back(llvm::json::Object{
        {"name", figure.name}, {"value", numberOrNull(figure.value)}, {"unit", figure.unit}});
  return array;
}

std::vector<backends::Figure> figuresOf(const llvm::json::Array *array) {
  std::vector<backends::Figure> figures;
  for (const llvm::json::Value &value : array ? *array : llvm::json::Array()) {
    const llvm::json::Object *object = value.getAsObject();
    if (!object)
      continue;
    figures.push_back({object->getString("name").value_or("").str(),
                       object->getNumber("value").value_or(0),
                       object->getString("unit").value_or("").str()});
  }
  return figures;
}

std::string joined(llvm::StringRef folder, llvm::StringRef name) {
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, name);
  return path.str().str();
}

std::optional<llvm::json::Object> readObject(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return std::nullopt;
  llvm::Expected<llvm::json::Value> value = llvm::json::parse((*buffer)->getBuffer());
  if (!value) {
    llvm::consumeError(value.takeError());
    return std::nullopt;
  }
  llvm::json::Object *object = value->getAsObject();
  return object ? std::optional(std::move(*object)) : std::nullopt;
}

/// What the folder holds, how to run it, and what could not be said.
std::string readme(const EmissionTask &task, const backends::Emission &emission) {
  std::string text;
  llvm::raw_string_ostream out(text);
  out << task.backend.summary << "\n\nWritten by wsc from " << task.origin << ".\n\n";
  if (!emission.command.empty())
    out << "Run:\n\n    " << emission.command << "\n\n";
  for (const std::string &note : emission.notes)
    out << "- " << note << "\n";
  if (!task.space.params.empty()) {
    out << "\nThe fields that the spec leaves open:\n\n";
    showDesign(task.space, task.design, out);
  }
  return text;
}

std::string record(const EmissionTask &task, const backends::Emission &emission) {
  llvm::json::Object object{{"format_version", 1},
                            {"target", task.backend.name},
                            {"level", nameOf(task.level)},
                            {"origin", task.origin},
                            {"design", fieldsJson(task.space, task.design)},
                            {"figures", toJson(emission.figures)}};
  return llvm::formatv("{0:2}\n", llvm::json::Value(std::move(object)));
}

} // namespace

llvm::json::Object fieldsJson(const ir::Space &space, const feasibility::Design &design) {
  std::vector<const ir::Quantity *> fields;
  std::vector<const ir::Node *> nodes;
  for (unsigned i = 0; i < evaluation::fieldCount(); ++i)
    if (const ir::Quantity *field = space.findQuantity(evaluation::pathOf(i))) {
      fields.push_back(field);
      nodes.push_back(field->node);
    }
  const std::vector<double> values = valuesAt(space, nodes, valuesOf(space, design));
  llvm::json::Object object;
  for (unsigned i = 0; i < fields.size(); ++i)
    object[fields[i]->name] = quantityJson(space, nodes[i]->type(), values[i]);
  return object;
}

std::variant<EmissionRecord, std::string> readEmission(llvm::StringRef folder) {
  auto object = readObject(joined(folder, recordName));
  if (!object || object->getInteger("format_version").value_or(0) != 1)
    return "`" + folder.str() + "` has no `emission.json` that `wsc emit` has written";
  EmissionRecord record{object->getString("target").value_or("").str(),
                        object->getString("level").value_or("").str(),
                        object->getString("origin").value_or("").str(),
                        {},
                        figuresOf(object->getArray("figures"))};
  if (const llvm::json::Object *design = object->getObject("design"))
    record.design = *design;
  if (auto result = readObject(joined(folder, resultName)))
    record.results = figuresOf(result->getArray("figures"));
  return record;
}

bool isEmitted(const EmissionTask &task, llvm::StringRef folder) {
  auto read = readEmission(folder);
  const auto *record = std::get_if<EmissionRecord>(&read);
  return record && record->target == task.backend.name && record->level == nameOf(task.level) &&
         record->origin == task.origin && record->design == fieldsJson(task.space, task.design);
}

std::variant<std::vector<std::string>, std::string>
writeEmission(const EmissionTask &task, const backends::Emission &emission,
              llvm::StringRef folder) {
  const std::string last = joined(folder, recordName);
  std::error_code failed = llvm::sys::fs::create_directories(folder);
  if (!failed) // an incomplete folder must not look like the one that was there
    failed = llvm::sys::fs::remove(last);
  if (!failed) // nor results of other files like those of these
    failed = llvm::sys::fs::remove(joined(folder, resultName));
  if (failed)
    return "cannot write `" + folder.str() + "`: " + failed.message();
  std::vector<backends::File> files = emission.files;
  files.push_back({"README", readme(task, emission)});
  files.push_back({recordName.str(), record(task, emission)});
  std::vector<std::string> paths;
  for (const backends::File &file : files) {
    paths.push_back(joined(folder, file.name));
    if (!writeFile(paths.back(), file.content))
      return "the folder is not complete";
  }
  return paths;
}

bool writeResult(llvm::StringRef folder, llvm::ArrayRef<backends::Figure> results) {
  llvm::json::Object object{{"format_version", 1}, {"figures", toJson(results)}};
  return writeFile(joined(folder, resultName),
                   llvm::formatv("{0:2}\n", llvm::json::Value(std::move(object))).str());
}

std::string allResultsOf(llvm::StringRef run) { return joined(run, "results"); }

std::string resultsOf(llvm::StringRef run, unsigned id) {
  return joined(allResultsOf(run), std::to_string(id));
}

bool keepResult(llvm::StringRef folder, const EmissionRecord &record, llvm::StringRef results) {
  const std::string to = joined(results, record.target + "-" + record.level);
  auto emission = llvm::MemoryBuffer::getFile(joined(folder, recordName));
  if (!emission || llvm::sys::fs::create_directories(to))
    return false;
  return writeFile(joined(to, recordName), (*emission)->getBuffer()) &&
         writeResult(to, record.results);
}

} // namespace wsc::tool
