// What the programs of collectives are put together from.
#pragma once

#include "network/Collectives.h"

namespace wsc::network::collectives {

/// Sends within every group.
class Builder {
public:
  Builder(const Groups &groups, Program &program) : groups(groups), program_(program) {}

  /// The next step is another one, and happens that many times.
  void step(double times = 1, bool streams = false, bool multicast = false);
  /// The next step does not stream from the one before.
  void wait() { waits_ = true; }
  /// All that is sent in the last step is of a size, and no two messages have the same ends.
  void alike() { program_.steps.back().areAlike = true; }
  /// In the last step: `flits` from a member to another.
  void send(unsigned from, unsigned to, double flits);

  const Groups &groups;

private:
  Program &program_;
  bool waits_ = false;
};

/// Which half of an all-reduce: they run in opposite order.
enum class Half : uint8_t { Scatter, Gather };

void ring(Builder &builder, double flits, double halves);
void rings2D(Builder &builder, double flits, Half half);
void exchange(Builder &builder, double flits);
void direct(Builder &builder, double flits);

/// Streams from all members to the one in the centre; from there, once it has all.
void toCentre(Builder &builder, double flits);
void fromCentre(Builder &builder, double flits);

/// To the first member by an algorithm of HPDC 2024, along rows, then down the first column.
void reduceToFirst(Builder &builder, Algorithm algorithm, double flits);
/// From the first member, once it has all, down its column, then along rows.
void multicast(Builder &builder, double flits);

} // namespace wsc::network::collectives
