// Every way in which a field can be wrong, in one place.
#include "importers/Reader.h"

#include "llvm/ADT/StringExtras.h"

namespace wsc::importers {

namespace {

const Json &emptyObject() {
  static const Json empty{Json::Object, "", {}, "", {}};
  return empty;
}

} // namespace

const Json *Reader::find(const Json &object, Keys keys, bool required) {
  for (llvm::StringRef key : keys)
    if (const Json *json = object.find(key)) {
      json->used = true;
      if (json->kind != Json::Null)
        return json;
    }
  if (required)
    missing(object, keys);
  return nullptr;
}

Reader::Number Reader::number(const Json &object, Keys keys, Rule rule, bool required) {
  const Json *json = find(object, keys, required);
  return json ? check(*json, rule) : Number{};
}

Reader::Number Reader::check(const Json &json, Rule rule) {
  json.used = true;
  const Rational largest = 1'000'000'000'000'000, smallest = 1 / largest;
  auto value = json.number();
  const char *expected = nullptr;
  switch (rule) {
  case Count:
    if (!value || *value < 1 || !isInteger(*value) || *value > largest)
      expected = "a whole number from 1 to 10^15";
    break;
  case Positive:
    if (!value || *value < smallest || *value > largest)
      expected = "a number from 10^-15 to 10^15";
    break;
  case Share:
    if (!value || *value < smallest || *value > 1)
      expected = "a number greater than 0 and up to 1";
    break;
  }
  if (!expected)
    return {*value, &json};
  bad(json, expected);
  return {1, &json};
}

bool Reader::flag(const Json &object, Keys keys, bool fallback) {
  const Json *json = find(object, keys, false);
  if (!json)
    return fallback;
  if (json->kind != Json::Boolean)
    bad(*json, "true or false");
  return json->text == "true";
}

std::string Reader::word(const Json &object, Keys keys, bool required) {
  const Json *json = find(object, keys, required);
  if (json && json->kind != Json::String)
    bad(*json, "a string");
  return json ? json->text : "";
}

const Json &Reader::object(const Json &in, llvm::StringRef key) {
  const Json *json = find(in, key, true);
  if (json && json->kind != Json::Object)
    bad(*json, "an object");
  return json && json->kind == Json::Object ? *json : emptyObject();
}

const Json *Reader::array(const Json &in, llvm::StringRef key) {
  const Json *json = find(in, key, true);
  if (json && (json->kind != Json::Array || json->items.empty())) {
    bad(*json, "an array with at least one element");
    return nullptr;
  }
  return json;
}

void Reader::bad(const Json &json, const std::string &expected) {
  std::string found = "`" + printable(json.text) + "`";
  if (json.kind == Json::String)
    found = "the string " + found;
  else if (json.kind == Json::Array || json.kind == Json::Object)
    found = json.kind == Json::Array ? "an array" : "an object";
  report(DiagKind::BadJsonValue, json, "`" + json.path() + "` is " + found + ", not " + expected);
}

void Reader::missing(const Json &in, Keys keys) {
  if (!in.range) // a stand-in for an object that was itself reported
    return;
  const std::string outer = in.path();
  auto &d = report(DiagKind::MissingJsonField, in,
                   (outer.empty() ? "the document" : "`" + outer + "`") + " has no `" +
                       keys.front().str() + "`");
  if (keys.size() > 1)
    d.suggest("it may also be called `" + llvm::join(keys.drop_front(), "`, `") + "`");
}

Diagnostic &Reader::contradiction(const Json &json, const std::string &message, const Json &other) {
  return report(DiagKind::ContradictingFields, json, message)
      .note(other.range, "this is `" + other.path() + "`");
}

} // namespace wsc::importers
