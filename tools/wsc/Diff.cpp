// wsc diff.
#include "tools/wsc/Command.h"
namespace wsc::tool { int run_diff() { return 0; } }
