// temporary
#include "network/Cycle.h"
namespace wsc::network::cycle {
ProgramResult run(const Routes &routes, const Router &router, const Program &program, const Limits&) { return {}; }
}
