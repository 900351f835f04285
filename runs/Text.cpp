// JSON by LLVM's library.
#include "runs/Text.h"

#include "ir/Json.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace wsc::runs {

namespace json = llvm::json;

static std::string print(json::Value value) {
  std::string text;
  llvm::raw_string_ostream(text) << value;
  return text;
}

static json::Value parse(llvm::StringRef text) {
  auto value = json::parse(text);
  if (value)
    return std::move(*value);
  llvm::consumeError(value.takeError());
  return nullptr;
}

static json::Array arrayOf(llvm::StringRef text) {
  json::Value value = parse(text);
  json::Array *array = value.getAsArray();
  return array ? std::move(*array) : json::Array();
}

std::string toJson(llvm::ArrayRef<unsigned> numbers) { return print(json::Array(numbers)); }

std::string toJson(llvm::ArrayRef<std::string> texts) { return print(json::Array(texts)); }

std::string toJson(llvm::ArrayRef<double> numbers) { return print(ir::numbersJson(numbers)); }

std::vector<unsigned> indicesOf(llvm::StringRef text) {
  std::vector<unsigned> result;
  for (const json::Value &value : arrayOf(text))
    result.push_back(value.getAsInteger().value_or(0));
  return result;
}

std::vector<std::string> textsOf(llvm::StringRef text) {
  std::vector<std::string> result;
  for (const json::Value &value : arrayOf(text))
    result.push_back(value.getAsString().value_or("").str());
  return result;
}

std::vector<double> numbersOf(llvm::StringRef text) {
  std::vector<double> result;
  for (const json::Value &value : arrayOf(text))
    result.push_back(value.getAsNumber().value_or(NAN));
  return result;
}

std::string describe(const ir::Space &space, llvm::ArrayRef<unsigned> choice) {
  json::Object design;
  for (unsigned i = 0; i < choice.size(); ++i) {
    const ir::Param &param = space.params[i];
    design[param.name] = ir::formatValue(space, param.type, param.values[choice[i]]);
  }
  return print(std::move(design));
}

std::string metricsToJson(const ir::Space &space, llvm::ArrayRef<double> metrics) {
  json::Object object;
  for (auto [definition, value] : llvm::zip_equal(space.metrics, metrics))
    if (std::isfinite(value))
      object[definition.name] = value;
  return print(std::move(object));
}

std::vector<double> metricsOf(const ir::Space &space, llvm::StringRef text) {
  json::Value value = parse(text);
  const json::Object *object = value.getAsObject();
  std::vector<double> metrics(space.metrics.size(), NAN);
  for (unsigned i = 0; object && i < metrics.size(); ++i)
    if (auto number = object->getNumber(space.metrics[i].name))
      metrics[i] = *number;
  return metrics;
}

} // namespace wsc::runs
