"""same-runs.py A B [--but KEY...]: two run folders hold the same, byte for byte: how they were started
(but for these keys), evaluations in the same order, answers."""
import sqlite3
import sys

but = sys.argv[4:]


def contents(folder):
    database = sqlite3.connect(folder + "/run.sqlite")
    settings = [row for row in database.execute("select * from run order by key") if row[0] not in but]
    return [settings, *(database.execute(f"select * from {table} order by 1, 2").fetchall()
                        for table in ("evaluations", "answers"))]


runs = [contents(folder) for folder in sys.argv[1:3]]
assert runs[0][1] and runs[0] == runs[1]
