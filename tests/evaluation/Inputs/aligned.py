# Whether the line of a metric in the table at the end ends where the lines around it do: `... | aligned.py METRIC`.
import sys

lines = sys.stdin.read().rstrip("\n").split("\n")
at = max(i for i, line in enumerate(lines) if line.split()[:1] == [sys.argv[1]])
assert len(lines[at].split()) > 4, lines[at]
for line in (lines[at - 1], lines[at + 1]) if at + 1 < len(lines) else (lines[at - 1],):
    assert len(line) == len(lines[at]), f"{line!r}\n{lines[at]!r}"
