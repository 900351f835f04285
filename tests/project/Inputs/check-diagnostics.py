"""check-diagnostics.py WSC ROOT: every kind of diagnostic is provoked by a test, which shows it in
square brackets as the renderer does, and has an explanation with an example or a way out."""
import pathlib
import re
import subprocess
import sys

wsc, root = sys.argv[1], pathlib.Path(sys.argv[2])

EXEMPT = {
    "internal-error": "reports a bug of wsc itself: a test that provokes it would be that bug",
}

definitions = "".join(path.read_text() for path in sorted((root / "support").glob("Diagnostics*.def")))
kinds = re.findall(r'^DIAG\(\w+, "([a-z0-9-]+)"', definitions, re.MULTILINE)
tests = "".join(
    path.read_text(errors="replace")
    for path in sorted((root / "tests").rglob("*"))
    if path.suffix in (".wsc", ".wscir", ".test", ".py") and path.name != "check-diagnostics.py"
)
provoked = set(re.findall(r"\[([a-z0-9-]+)\]", tests))

problems = [f"{kind} is provoked by no test" for kind in kinds
            if kind not in provoked and kind not in EXEMPT]
problems += [f"{kind} is exempt and provoked by a test" for kind in EXEMPT if kind in provoked]
problems += [f"{kind} is exempt and does not exist" for kind in EXEMPT if kind not in kinds]
for kind in kinds:
    text = subprocess.run([wsc, "explain", kind], capture_output=True, text=True, check=True).stdout
    if len(text.strip().splitlines()) < 2:
        problems.append(f"{kind} is explained in less than two lines")
listed = subprocess.run([wsc, "explain"], capture_output=True, text=True).stdout.split()
if sorted(listed) != sorted(kinds):
    problems.append("`wsc explain` does not list every kind")

print("\n".join(problems))
print(len(kinds), "kinds,", len(problems), "problems")
sys.exit(bool(problems))
