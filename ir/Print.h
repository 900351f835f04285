// The IR as text (.wscir): everything a Space holds, in a form that Parse.h reads back.
//
//   space "Candidate"
//   dimension flop
//   enum "Dataflow" { weight_stationary, output_stationary }
//   param "core.macs" : number in { 8, 16 .. 32 } at "examples/a.wsc":12:5+4
//   %0 = param "core.macs" : number            // static
//   %1 = const 2 : [flop/cycle]
//   %2 = mul %0, %1 : [flop/cycle]             // static
//   quantity "core.peak" = %2
//   require "small" %9 else "the reticle is full" at "examples/a.wsc":31:3+9
//   maximize "throughput" %2
#pragma once

#include "ir/Space.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::ir {

/// Whether to print where things were written.
enum class Places { Shown, Omitted };

/// Deterministic; reachable nodes only, numbered in the order of their printing.
void print(const Space &space, llvm::raw_ostream &out, Places places = Places::Shown);
std::string toText(const Space &space, Places places = Places::Shown);

/// A name in quotation marks, as all of them are printed.
std::string quoted(llvm::StringRef text);

/// The shortest text that reads back as this double.
std::string formatShortest(double value);

/// A value of a type, exactly: numbers in base units, `true`, enumerators by name.
std::string formatExact(const Space &space, const Type &type, const Rational &value);

/// A rational as people read it, and exactly: `1.5e-13`, `22e9`, `2/3`.
std::string formatExact(const Rational &value);

/// A name as IR text writes it, `"core.macs"`, with escapes.
std::string quoted(llvm::StringRef text);

} // namespace wsc::ir
