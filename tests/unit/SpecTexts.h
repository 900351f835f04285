// The texts on which the front end is tried: the specs of the repository, and small changes of them.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <random>
#include <string>
#include <vector>

/// The specs in a folder of the repository and in the folders inside it, sorted by name.
std::vector<std::string> textsIn(llvm::StringRef folder);

/// One small change: bytes and words deleted, repeated, replaced, flipped.
void change(std::string &text, std::mt19937_64 &random);
