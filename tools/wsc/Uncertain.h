// How far values and requirements are known, given that some constants are known only to a range.
#pragma once

#include "ir/Tape.h"
#include "llvm/Support/JSON.h"

namespace wsc::tool {

/// The value of a node at a design, and the range it is known to.
struct KnownValue {
  double nominal;
  std::optional<Interval> range; ///< where it depends on constants known to one
};
KnownValue knownValue(const ir::Space &space, const ir::Node *node, llvm::ArrayRef<double> point);
/// The same for many nodes, which share what they have in common.
std::vector<KnownValue> knownValues(const ir::Space &space, llvm::ArrayRef<const ir::Node *> nodes,
                                    llvm::ArrayRef<double> point);

/// One line: `  wafer.power    14.2 kW  (12.9 kW .. 16.1 kW)`.
void showValue(const ir::Space &space, llvm::StringRef name, const ir::Type &type,
               const KnownValue &value);
/// `{"value": 14210.0, "low": 12900.0, "high": 16100.0, "unit": "W"}`.
llvm::json::Object toJson(const ir::Space &space, const ir::Type &type, const KnownValue &value);

/// Whether a requirement that holds with nominal values does so over the ranges of constants.
struct Doubt {
  enum Kind {
    None,     ///< it does
    Broken,   ///< it does not: there are values with which it fails
    Undecided ///< bounds are too wide to tell
  };
  Kind kind = None;
  std::vector<unsigned> constants; ///< that it hangs on, indices of Space::constants
};
Doubt doubtOf(const ir::Space &space, const ir::Node *node, llvm::ArrayRef<double> point);

/// `holds at nominal values; not over the range of technology.bond_yield (assumed)`; empty without
/// a doubt.
std::string toText(const ir::Space &space, const Doubt &doubt);
/// `{"requirement": "yields", "certain": true, "constants": ["technology.bond_yield"]}`.
llvm::json::Object toJson(const ir::Space &space, const std::string &requirement,
                          const Doubt &doubt);

} // namespace wsc::tool
