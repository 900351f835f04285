// temporary
#include "network/Flow.h"
#include "network/Cycle.h"
namespace wsc::network {
namespace flow {
ProgramResult run(const Routes &routes, const Router &router, const Program &program) { return {}; }
}
namespace cycle {
ProgramResult run(const Routes &routes, const Router &router, const Program &program, const Limits&) { return {}; }
}
}
