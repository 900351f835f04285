// The wire format of protocol buffers, as far as traces need it: varints and length-delimited
// fields.
#include "backends/Chakra.h"

#include <algorithm>
#include <cmath>

namespace wsc::backends::chakra {

namespace {

// Field numbers of et_def.proto.
enum NodeField { Id = 1, Name = 2, Type = 3, DataDependencies = 5, Duration = 7, Attribute = 10 };
enum AttributeField { AttributeName = 1, Int64 = 9, Bool = 27, BoolList = 28 };
enum NodeType { Compute = 4, Send = 5, Receive = 6, CollectiveNode = 7 };

void addVarint(std::string &out, uint64_t value) {
  for (; value >= 0x80; value >>= 7)
    out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

void addNumber(std::string &out, unsigned field, uint64_t value) {
  addVarint(out, field << 3);
  addVarint(out, value);
}

void addBytes(std::string &out, unsigned field, llvm::StringRef bytes) {
  addVarint(out, field << 3 | 2);
  addVarint(out, bytes.size());
  out += bytes;
}

void addAttribute(std::string &node, llvm::StringRef name, unsigned kind, uint64_t value) {
  std::string attribute;
  addBytes(attribute, AttributeName, name);
  addNumber(attribute, kind, value);
  addBytes(node, Attribute, attribute);
}

/// Older readers take no other kind of integer for a size.
void addInteger(std::string &node, llvm::StringRef name, uint64_t value) {
  addAttribute(node, name, Int64, value);
}

void addBooleans(std::string &node, llvm::StringRef name, llvm::ArrayRef<bool> values) {
  std::string bits(values.begin(), values.end()), list, attribute;
  addBytes(list, 1, bits);
  addBytes(attribute, AttributeName, name);
  addBytes(attribute, BoolList, list);
  addBytes(node, Attribute, attribute);
}

} // namespace

Trace::Trace() {
  std::string metadata;
  addBytes(metadata, 1, "0.0.4"); // the version of the schema
  append(metadata);
  nodes_ = 0;
}

void Trace::append(llvm::StringRef message) {
  addVarint(text_, message.size());
  text_ += message;
  ++nodes_;
}

std::string Trace::node(llvm::StringRef name, unsigned type) const {
  std::string node;
  addNumber(node, Id, nodes_);
  addBytes(node, Name, name);
  addNumber(node, Type, type);
  if (last_) {
    std::string list; // packed
    addVarint(list, *last_);
    addBytes(node, DataDependencies, list);
  }
  addAttribute(node, "is_cpu_op", Bool, 0);
  return node;
}

void Trace::compute(llvm::StringRef name, double flops, double time, double bandwidth) {
  std::string text = node(name, Compute);
  addNumber(text, Duration, std::llround(time * 1e6));
  addInteger(text, "num_ops", std::max(1.0, flops));
  addInteger(text, "tensor_size", std::max(1.0, time * bandwidth));
  last_ = nodes_;
  append(text);
}

void Trace::collective(llvm::StringRef name, Collective kind, uint64_t bytes,
                       llvm::ArrayRef<bool> involved) {
  std::string text = node(name, CollectiveNode);
  addInteger(text, "comm_type", static_cast<unsigned>(kind));
  addInteger(text, "comm_size", bytes);
  addBooleans(text, "involved_dim", involved);
  last_ = nodes_;
  append(text);
}

void Trace::message(llvm::StringRef name, unsigned type, uint64_t bytes, unsigned from, unsigned to,
                    unsigned tag) {
  std::string text = node(name, type);
  addInteger(text, "comm_size", bytes);
  addInteger(text, "comm_src", from);
  addInteger(text, "comm_dst", to);
  addInteger(text, "comm_tag", tag);
  if (type == Receive)
    last_ = nodes_;
  append(text);
}

void Trace::send(uint64_t bytes, unsigned from, unsigned to, unsigned tag) {
  message("send", Send, bytes, from, to, tag);
}

void Trace::receive(uint64_t bytes, unsigned from, unsigned to, unsigned tag) {
  message("receive", Receive, bytes, from, to, tag);
}

} // namespace wsc::backends::chakra
