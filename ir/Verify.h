// The IR's verifier: what must hold of every Space, whoever built it.
#pragma once

#include "ir/Space.h"

namespace wsc::ir {

/// All violations, as sentences that name the offender; empty when the Space is sound.
std::vector<std::string> verify(const Space &space);

/// Whether a value may stand where a type of this Space is expected.
bool fits(const Space &space, const Rational &value, const Type &type);

// The parts of it that a reader of IR text checks one by one.  Empty when fine.
std::string problem(const Space &space, const Type &type);
std::string problem(const Space &space, const TableDef &table);
std::string problem(const Space &space, const NamedConstant &constant);
std::string problem(const Space &space, const Param &param);
std::string problem(const Space &space, const Node &node);
std::string problem(const Space &space, const Constraint &constraint);
std::string problem(const Space &space, const Objective &objective);

} // namespace wsc::ir
