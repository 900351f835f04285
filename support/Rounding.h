// Whether the processor rounds as it is told, which every proof of this program rests on.
#pragma once

namespace wsc {

/// False where additions, products, quotients and roots are rounded to nearest whatever the mode,
/// as by emulators such as valgrind: intervals then do not enclose what they should.
bool roundsUpward();

} // namespace wsc
