"""same-runs.py A B: two run folders hold the same evaluations, in the same order."""
import sqlite3
import sys

runs = [sqlite3.connect(folder + "/run.sqlite").execute("select * from evaluations order by id").fetchall()
        for folder in sys.argv[1:]]
assert runs[0] and runs[0] == runs[1]
