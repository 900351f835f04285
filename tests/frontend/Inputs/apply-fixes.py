"""apply-fixes.py WSC FOLDER: for every NAME.fixed.wsc in FOLDER, the fix-its of `wsc check NAME.wsc`,
applied to the text, give exactly NAME.fixed.wsc, and that has no errors."""
import json
import pathlib
import subprocess
import sys

wsc, folder = sys.argv[1], pathlib.Path(sys.argv[2])


def offset(text, line, column):
    lines = text.split(b"\n")
    return sum(len(before) + 1 for before in lines[: line - 1]) + column - 1


def check(path):
    run = subprocess.run([wsc, "check", "--format=json", path], capture_output=True)
    return run.returncode, json.loads(run.stdout)


def applied(path):
    text = path.read_bytes()
    edits = []
    for diagnostic in check(path)[1]["diagnostics"]:
        assert "help" in diagnostic or "fixes" not in diagnostic, "a fix-it without a title"
        edits += [(offset(text, fix["line"], fix["column"]),
                   offset(text, fix["end_line"], fix["end_column"]), fix["replacement"])
                  for fix in diagnostic.get("fixes", [])]
    for begin, end, replacement in sorted(edits, reverse=True):
        text = text[:begin] + replacement.encode() + text[end:]
    return text


failures = 0
goals = sorted(folder.rglob("*.fixed.wsc"))
for goal in goals:
    source = goal.with_name(goal.name.replace(".fixed", ""))
    found = applied(source)
    if found != goal.read_bytes():
        print(f"{source.name}: the fix-its give\n{found.decode()}")
        failures += 1
    exit, output = check(goal)
    if exit == 2:
        print(f"{goal.name} has errors: {[d['message'] for d in output['diagnostics']]}")
        failures += 1
print(len(goals), "texts,", failures, "failures")
sys.exit(bool(failures or not goals))
