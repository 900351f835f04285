"""each-chip-once.py RUN COUNT: the run has COUNT evaluations, no two of them of the same chip."""
import json
import pathlib
import sqlite3
import sys

rows = sqlite3.connect(pathlib.Path(sys.argv[1]) / "run.sqlite").execute("select design from evaluations")
chips = [tuple((name, value) for name, value in json.loads(row[0]).items() if not name.startswith("strategy."))
         for row in rows]
assert len(chips) == int(sys.argv[2]), len(chips)
assert len(set(chips)) == len(chips), "a chip was evaluated twice"
