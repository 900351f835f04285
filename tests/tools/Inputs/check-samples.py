# check-samples.py FILE N [DISTANCE]: N distinct designs, which differ in DISTANCE fields at least.
import csv
import sys

with open(sys.argv[1]) as file:
    header, *rows = csv.reader(file)
assert all(len(row) == len(header) for row in rows)
assert len(rows) == int(sys.argv[2]), len(rows)
assert len(set(map(tuple, rows))) == len(rows), "repeated"
if len(sys.argv) > 3:
    least = min(sum(x != y for x, y in zip(a, b)) for i, a in enumerate(rows) for b in rows[:i])
    assert least >= int(sys.argv[3]), least
