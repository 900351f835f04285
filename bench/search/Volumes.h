// Times of hypervolumes, to compare with those of a library.
#pragma once

namespace wsc::bench {

/// For 2 to 5 objectives and some sizes: a random front on the simplex, the hypervolume, and
/// microseconds of processor time, as JSON to standard output: volumes.py reads it.
void timeVolumes();

} // namespace wsc::bench
