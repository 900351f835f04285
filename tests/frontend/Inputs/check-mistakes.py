"""check-mistakes.py WSC FILE [--update]: each mistake in FILE gives exactly the errors and help below it.

A mistake is a `--- member` (lines of a chip) or a `--- file`, then the text, then lines with `>>>`:
`LINE:COLUMN message` for an error and `help: ...` for its help, lines counted from the mistake's own."""
import json
import pathlib
import subprocess
import sys
import tempfile

wsc, path = sys.argv[1], pathlib.Path(sys.argv[2])
BEFORE = "wsc 1\nchip A {\n"
AFTER = "  require last : 1 <= 3\n}\n"


def errors(kind, text, folder):
    member = kind == "member"
    (folder / "x.wsc").write_text(BEFORE + text + AFTER if member else text)
    run = subprocess.run([wsc, "check", "--format=json", "x.wsc"], cwd=folder, capture_output=True, text=True)
    result = []
    for d in json.loads(run.stdout).get("diagnostics", []):
        line = d["line"] - (BEFORE.count("\n") if member else 0)
        result.append(f"{line}:{d['column']} {d['message']}")
        if "help" in d:
            result.append("help: " + d["help"])
    return result


head, *blocks = path.read_text().split("--- ")
failures, written = 0, [head]
with tempfile.TemporaryDirectory() as name:
    for block in blocks:
        kind, *lines = block.rstrip("\n").split("\n")
        text = "".join(line + "\n" for line in lines if not line.startswith(">>> "))
        expected = [line[4:] for line in lines if line.startswith(">>> ")]
        found = errors(kind, text, pathlib.Path(name))
        written.append(f"{kind}\n{text}" + "".join(f">>> {line}\n" for line in found))
        if found != expected or not found:
            failures += 1
            print(f"{text}expected {expected}\nfound    {found}\n")
if "--update" in sys.argv:
    path.write_text("--- ".join(written))
print(len(blocks), "mistakes,", failures, "failures")
sys.exit(bool(failures))
