// Interchangeable parameters: swapping their values changes no requirement, so that of the
// designs which differ by such swaps one stands for all.
#pragma once

#include "ir/Space.h"

namespace wsc::ir {

/// A swap of parameters, pair by pair, under which a Space is the same: a single pair, or the
/// fields of two equal parts (`left.rows` with `right.rows`, `left.cols` with `right.cols`).
/// Pairs have the lesser index first and ascend.
using Swap = std::vector<std::pair<unsigned, unsigned>>;

/// Swaps under which the static constraints and objectives stay the same, up to the order of
/// commutative operands.  Not all there are: tried are pairs of parameters with equal domains, and
/// parts whose fields differ in one segment of their names.  What an evaluator measures does not
/// count.
std::vector<Swap> symmetries(const Space &space);

} // namespace wsc::ir
