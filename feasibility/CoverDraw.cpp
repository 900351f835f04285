// Drawing designs from a cover, by number and at random.
#include "feasibility/Cover.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include <cmath>

namespace wsc::feasibility {

/// The place of the n-th bit that is set.
static unsigned placeOfBit(uint64_t bits, uint64_t n) {
  for (; n > 0; --n)
    bits &= bits - 1;
  return llvm::countr_zero(bits);
}

// ---- by number --------------------------------------------------------------------------------

/// Takes the last digit of a number in a mixed radix.
static uint64_t digit(Natural &rank, uint64_t radix) {
  return mpz_fdiv_q_ui(rank.get_mpz_t(), rank.get_mpz_t(), radix);
}

void Cover::choose(const Product &product, Natural &rank, Design &design) const {
  for (const Lemma::Bound &bound : product.ranges)
    design.choice[bound.param] = bound.range.lo + digit(rank, bound.range.size());
  for (unsigned node : product.nodes)
    choose(nodes_[node], rank, design);
}

void Cover::choose(const Node &node, Natural &rank, Design &design) const {
  if (node.kind == Kind::Choice) {
    Natural rest = rank / node.designs;
    rank %= node.designs;
    const Product *product = node.products.data();
    for (; rank >= product->designs; ++product)
      rank -= product->designs;
    rank += rest * product->designs;
    return choose(*product, rank, design);
  }
  bool isTable = node.kind == Kind::Table;
  uint64_t point = isTable ? placeOfBit(node.table, digit(rank, llvm::popcount(node.table))) : 0;
  for (unsigned param : llvm::reverse(node.part.params)) {
    uint64_t size = node.box[param].size();
    design.choice[param] = node.box[param].lo + (isTable ? point % size : digit(rank, size));
    point /= size;
  }
}

Design Cover::at(Natural rank) const {
  Design design{std::vector<unsigned>(problem_.paramCount())};
  choose(*root_, rank, design);
  return design;
}

// ---- at random --------------------------------------------------------------------------------

// Most designs drawn from a cover that is not exact are thrown away, so drawing one has to be
// quick.  The graph is therefore written into one array, where a node is one of
//   Ranges, p, n, p times (parameter, first value, number of values), n times the place of a node
//   Bits, p, the table in two words, p times (parameter, first value, number of values)
//   Either, the share of the first in 2^-53 in two words, the places of both
enum : uint32_t { Ranges, Bits, Either };

static uint64_t join(const uint32_t *words) { return words[0] | uint64_t(words[1]) << 32; }

void Cover::append(uint64_t value) {
  code_.push_back(uint32_t(value));
  code_.push_back(uint32_t(value >> 32));
}

void Cover::append(unsigned param, Range range) {
  code_.insert(code_.end(), {param, range.lo, unsigned(range.size())});
}

uint32_t Cover::append(const Product &product, llvm::ArrayRef<uint32_t> places) {
  uint32_t place = code_.size();
  code_.insert(code_.end(),
               {Ranges, uint32_t(product.ranges.size()), uint32_t(product.nodes.size())});
  for (const Lemma::Bound &bound : product.ranges)
    append(bound.param, bound.range);
  for (unsigned node : product.nodes)
    code_.push_back(places[node]);
  return place;
}

/// Writes nodes, given operands first, and the root last.
void Cover::encode(llvm::ArrayRef<unsigned> order) {
  code_.clear();
  std::vector<uint32_t> places(nodes_.size());
  for (unsigned index : order) {
    const Node &node = nodes_[index];
    uint32_t place = code_.size();
    switch (node.kind) {
    case Kind::Leaf:
    case Kind::Table:
      code_.insert(code_.end(),
                   {node.kind == Kind::Leaf ? Ranges : Bits, uint32_t(node.part.params.size())});
      if (node.kind == Kind::Leaf)
        code_.push_back(0);
      else
        append(node.table);
      for (unsigned param : node.part.params)
        append(param, node.box[param]);
      break;
    case Kind::Choice:
      if (node.products.empty()) // never drawn
        break;
      place = append(node.products.front(), places);
      if (node.products.size() == 1)
        break;
      uint32_t first = place, second = append(node.products.back(), places);
      place = code_.size();
      code_.push_back(Either);
      append(uint64_t(std::ldexp(std::exp2(node.products.front().log - node.log), 53)));
      code_.insert(code_.end(), {first, second});
    }
    places[index] = place;
  }
  start_ = root_ ? append(*root_, places) : 0;
}

Design Cover::draw(Random &random) const {
  Design design{std::vector<unsigned>(problem_.paramCount())};
  llvm::SmallVector<uint32_t, 32> stack{start_};
  while (!stack.empty()) {
    const uint32_t *word = code_.data() + stack.pop_back_val();
    switch (*word) {
    case Either:
      stack.push_back(word[random.below(uint64_t(1) << 53) < join(word + 1) ? 3 : 4]);
      break;
    case Bits: {
      uint64_t table = join(word + 2);
      uint64_t point = placeOfBit(table, random.below(llvm::popcount(table)));
      for (const uint32_t *param = word + 4 + 3 * word[1]; param != word + 4; point /= param[2]) {
        param -= 3;
        design.choice[param[0]] = param[1] + point % param[2];
      }
      break;
    }
    case Ranges:
      const uint32_t *param = word + 3, *node = param + 3 * word[1];
      stack.append(node, node + word[2]);
      for (; param != node; param += 3)
        design.choice[param[0]] = param[1] + random.below(param[2]);
    }
  }
  return design;
}

} // namespace wsc::feasibility
