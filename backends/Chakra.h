// Chakra execution traces: what one rank computes and sends, as a graph (Sridharan et al.,
// arXiv:2305.14516; schema et_def.proto of mlcommons/chakra 1.0.0).
//
// A file is a sequence of messages, each behind its length: one GlobalMetadata, then nodes.  The
// few kinds of fields that are needed are written here, so that no protobuf library is.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>
#include <string>

namespace wsc::backends::chakra {

/// As CollectiveCommType of the schema.
enum class Collective : uint8_t { AllReduce = 0, AllGather = 2, AllToAll = 6, ReduceScatter = 7 };

/// The trace of one rank.  Nodes depend on the one before, but for sends, for which nothing waits.
class Trace {
public:
  Trace();

  /// `time` in s stands in the trace as microseconds, and as the bytes that a memory of
  /// `bandwidth` bytes/s moves in it.
  void compute(llvm::StringRef name, double flops, double time, double bandwidth);
  /// Over the dimensions of the network that are `involved`.
  void collective(llvm::StringRef name, Collective kind, uint64_t bytes,
                  llvm::ArrayRef<bool> involved);
  void send(uint64_t bytes, unsigned from, unsigned to, unsigned tag);
  void receive(uint64_t bytes, unsigned from, unsigned to, unsigned tag);

  unsigned nodes() const { return nodes_; }
  const std::string &text() const { return text_; }

private:
  std::string node(llvm::StringRef name, unsigned type) const;
  void message(llvm::StringRef name, unsigned type, uint64_t bytes, unsigned from, unsigned to,
               unsigned tag);
  void append(llvm::StringRef message);

  std::string text_;
  unsigned nodes_ = 0;
  std::optional<unsigned> last_;
};

} // namespace wsc::backends::chakra
