// What depends on a few fields, kept by their values: a hash table with open addressing.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/Compiler.h"
#include <deque>
#include <utility>
#include <vector>

namespace wsc::evaluation {

template <typename T> class ByFields {
public:
  /// The entry for these values, as many as always, and whether it is a new one.  Values are equal
  /// to the bit.  Entries stay where they are.
  std::pair<T *, bool> insert(llvm::ArrayRef<double> key) {
    const uint64_t hash = hashOf(key);
    if (!places_.empty())
      for (const Place *place = first(hash); place->entry; place = next(place))
        if (place->hash == hash && isEqual(key, keys_.data() + place->key))
          return {place->entry, false};
    return {add(key, hash), true};
  }

private:
  struct Place {
    uint64_t hash = 0;
    T *entry = nullptr; ///< none: nothing is here
    size_t key = 0;     ///< where it begins in keys_
  };

  static uint64_t hashOf(llvm::ArrayRef<double> key) {
    uint64_t hash = 0;
    for (double value : key) {
      const uint64_t bits = llvm::bit_cast<uint64_t>(value); // of small integers the high ones
      hash = (hash ^ bits ^ bits >> 32) * 0x9e3779b97f4a7c15;
    }
    return hash;
  }

  static bool isEqual(llvm::ArrayRef<double> a, const double *b) {
    for (double value : a)
      if (llvm::bit_cast<uint64_t>(value) != llvm::bit_cast<uint64_t>(*b++))
        return false;
    return true;
  }

  Place *first(uint64_t hash) { return places_.data() + (hash >> 32 & (places_.size() - 1)); }
  Place *next(const Place *place) {
    return places_.data() + ((place - places_.data() + 1) & (places_.size() - 1));
  }
  Place &freePlace(uint64_t hash) {
    Place *place = first(hash);
    while (place->entry)
      place = next(place);
    return *place;
  }

  LLVM_ATTRIBUTE_NOINLINE T *add(llvm::ArrayRef<double> key, uint64_t hash) {
    if (2 * entries_.size() >= places_.size()) {
      std::vector<Place> old(std::max<size_t>(64, 2 * places_.size())); // a power of two
      old.swap(places_);
      for (const Place &place : old)
        if (place.entry)
          freePlace(place.hash) = place;
    }
    T *entry = &entries_.emplace_back();
    freePlace(hash) = {hash, entry, keys_.size()};
    keys_.insert(keys_.end(), key.begin(), key.end());
    return entry;
  }

  std::vector<Place> places_;
  std::vector<double> keys_; ///< of all entries
  std::deque<T> entries_;
};

} // namespace wsc::evaluation
