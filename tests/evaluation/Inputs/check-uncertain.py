"""check-uncertain.py FILE: low <= 5 % <= 95 % <= high, the nominal value inside and the same as without
ranges; the shares of the constants, as far as they are listed, sum to nearly 1."""
import json
import sys

data = json.load(open(sys.argv[1]))
metrics = data["uncertain"]["metrics"]
assert metrics.keys() == data["metrics"].keys()
for name, m in metrics.items():
    assert m["value"] == data["metrics"][name]["value"], name
    slack = 1e-12 * abs(m["value"])
    order = [m["low"], m["percentile_5"], m["percentile_95"], m["high"]]
    assert all(a <= b + slack for a, b in zip(order, order[1:])), (name, order)
    assert m["low"] <= m["value"] <= m["high"], name
    if m["low"] < m["high"]:
        assert 0.9 < sum(s["share"] for s in m["shares"]) < 1 + 1e-9, name
print(len(metrics), "metrics inside their ranges, shares sum to 1")
