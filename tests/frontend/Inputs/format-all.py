"""format-all.py WSC ROOT: library and examples are in canonical layout, and whatever parses in the
tests is laid out to a fixed point."""
import pathlib
import subprocess
import sys

wsc, root = sys.argv[1], pathlib.Path(sys.argv[2])


def run(command, text):
    return subprocess.run([wsc, *command], input=text, capture_output=True)


canonical = sorted(p for folder in ("stdlib", "examples") for p in (root / folder).rglob("*.wsc"))
check = run(["fmt", "--check", *map(str, canonical)], None)
if check.returncode:
    sys.exit("not in canonical layout:\n" + (check.stdout + check.stderr).decode())
print(len(canonical), "files in canonical layout")

count = 0
for path in sorted((root / "tests").rglob("*.wsc")):
    once = run(["fmt", "-"], path.read_bytes())
    if once.returncode:
        continue
    count += 1
    if run(["fmt", "-"], once.stdout).stdout != once.stdout:
        sys.exit(f"laying {path} out twice differs from once")
print(count, "specs, each laid out to a fixed point")
