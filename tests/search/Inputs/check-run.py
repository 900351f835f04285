"""check-run.py RUN N: the run folder holds N evaluations, all distinct, numbered and complete."""
import json
import sqlite3
import sys

folder, expected = sys.argv[1], int(sys.argv[2])
database = sqlite3.connect(folder + "/run.sqlite")
rows = database.execute("select id, choice, status, metrics, objectives, feasible, cost from evaluations"
                        " join answers using (inputs, fidelity) order by id").fetchall()
assert [row[0] for row in rows] == list(range(1, expected + 1))
assert len({row[1] for row in rows}) == expected
for _, _, status, metrics, objectives, feasible, cost in rows:
    assert cost == 1
    if feasible:
        assert status == "ok"
        assert all(value is not None for value in json.loads(objectives))
        assert json.loads(metrics)["throughput"] > 0
assert open(folder + "/spec.wscir").read().startswith("space")
