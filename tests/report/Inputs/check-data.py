"""check-data.py: the data of a report (standard input) against independent computations: fronts by pairs,
hypervolume of two objectives by a sweep, importance by sums of squares of ranks."""
import json
import sys

data = json.load(sys.stdin)
signs = [-1 if goal["maximize"] else 1 for goal in data["objectives"]]
assert len(signs) == 2


def minimized(point):
    return [sign * value for sign, value in zip(signs, point["objectives"])]


def dominates(a, b):
    return all(x <= y for x, y in zip(a, b)) and a != b


fronts = []
for run in data["runs"]:
    usable = [point for point in run["points"] if point["feasible"]]
    for point in usable:
        on_front = not any(dominates(minimized(other), minimized(point)) for other in usable)
        assert point["best"] == on_front, point["id"]
    fronts.append(sorted(minimized(point) for point in usable if point["best"]))
both = [point for front in fronts for point in front]
ideal, worst = [[pick(point[k] for point in both) for k in (0, 1)] for pick in (min, max)]
reference = [w + (w - i) / 10 for i, w in zip(ideal, worst)]
for run, front in zip(data["runs"], fronts):
    area, last = 0, reference[1]
    for x, y in front:
        area += (reference[0] - x) * (last - y)
        last = y
    area /= (reference[0] - ideal[0]) * (reference[1] - ideal[1])
    assert abs(area - run["hypervolume"]) < 1e-9
    assert abs(run["convergence"][-1][1] - area) < 1e-9
    assert all(a[1] <= b[1] + 1e-12 for a, b in zip(run["convergence"], run["convergence"][1:]))

usable = [point for point in data["runs"][0]["points"] if point["feasible"]]
checked = 0
for p, field in enumerate(data["fields"]):
    if len(field["values"]) > 8:
        continue
    for k in (0, 1):
        values = [point["objectives"][k] for point in usable]
        ranks = [sum(v < w for v in values) + (1 + values.count(w)) / 2 for w in values]
        mean = sum(ranks) / len(ranks)
        groups = {}
        for point, rank in zip(usable, ranks):
            groups.setdefault(point["choice"][p], []).append(rank)
        n, g = len(ranks), len(groups)
        if g < 2:
            continue
        within = sum((rank - sum(group) / len(group)) ** 2 for group in groups.values() for rank in group)
        expected = max(0, 1 - within / (n - g) / (sum((rank - mean) ** 2 for rank in ranks) / (n - 1)))
        assert abs(expected - field["importance"][k]) < 1e-9, field["name"]
        checked += 1
assert checked > 4
for design in data["details"].values():
    assert all(slack.get("share", 0) >= -1e-12 for slack in design["slacks"])
    assert any("share" in slack for slack in design["slacks"])
