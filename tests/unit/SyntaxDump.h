// Syntax trees as text without places, to compare them.
#pragma once

#include "frontend/Ast.h"

namespace wsc {

/// `(Add (Name a) (Number 5 m/s !))`, with the kind as its number; `!` is "in parentheses".
std::string dump(const ast::Expr &expr);
std::string dump(const ast::Domain &domain);
std::string dump(const ast::TypeExpr &type);
std::string dump(const ast::Member &member);
/// The declarations, one a line.
std::string dump(const ast::File &file);

/// A node of a dump: its kind, its own words, its children.
std::string dumpNode(int kind, std::vector<std::string> words, std::vector<std::string> children);

} // namespace wsc
