// libFuzzer target: any bytes as the main file of a program, with the real standard library to
// import from.  Nothing may crash, hang or leak, and what is accepted must be sound:
//
// - a file without a Space has at least one error, and none of them is `internal-error`;
// - a Space passes the verifier, and its text reads back to the same text;
// - a program that can be loaded has a layout, and laying that out again changes nothing.
//
// docs/testing.md says how to run it.
#include "frontend/Elaborate.h"
#include "frontend/Format.h"
#include "ir/Parse.h"
#include "ir/Print.h"
#include "ir/Verify.h"

#include "llvm/Support/raw_ostream.h"
#include <cstdlib>

using namespace wsc;

namespace {

[[noreturn]] void fail(const llvm::Twine &what) {
  llvm::errs() << "broken promise: " << what << '\n';
  std::abort();
}

/// Renders everything, as a user would see it.
void show(const DiagnosticEngine &diagnostics) {
  for (const Diagnostic *diagnostic : diagnostics.sorted())
    if (diagnostic->kind == DiagKind::InternalError)
      fail(diagnostic->message);
  llvm::raw_null_ostream nowhere;
  renderText(diagnostics, nowhere, /*colour=*/true);
  renderJson(diagnostics, nowhere);
}

void checkLayout(const SourceFile &source) {
  DiagnosticEngine diagnostics;
  std::optional<std::string> once = format(source, diagnostics);
  show(diagnostics);
  if (!once)
    return;
  SourceFile laidOut("again.wsc", *once);
  std::optional<std::string> twice = format(laidOut, diagnostics);
  if (!twice || *twice != *once)
    fail("laying out twice differs from once");
}

void checkSpace(const ir::Space &space) {
  for (const std::string &violation : ir::verify(space))
    fail("the Space is unsound: " + violation);
  std::string text = ir::toText(space);
  auto back = ir::parse(text);
  if (!back)
    fail("IR text does not read back: " + llvm::toString(back.takeError()));
  if (ir::toText(**back) != text)
    fail("IR text reads back as another one");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  SourceManager sources;
  DiagnosticEngine diagnostics;
  llvm::StringRef text(reinterpret_cast<const char *>(data), size);
  const SourceFile *source = sources.add("fuzz.wsc", text.str());
  static ParseCache library; // nearly all of the time would go into parsing it again
  auto program = loadProgram("fuzz.wsc", {{}, WSC_ROOT "/stdlib"}, sources, diagnostics, &library);
  if (program)
    checkLayout(*source);
  auto space = program ? elaborate(*program, {}, diagnostics) : nullptr;
  show(diagnostics);
  if (space)
    checkSpace(*space);
  else if (!diagnostics.hasErrors())
    fail("there is neither a Space nor an error");
  return 0;
}
