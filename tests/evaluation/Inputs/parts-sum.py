"""Checks that each breakdown of `wsc evaluate --format=json` is conserved, and that no result is
below its lower bound."""
import json
import math
import sys

result = json.load(open(sys.argv[1]))
assert result["format_version"] == 1 and result["status"] == "ok"


def check(item):
    parts = item.get("parts", [])
    if parts:
        total = sum(part["value"] for part in parts)
        assert math.isclose(total, item["value"], rel_tol=1e-9), (item["name"], total)
    for part in parts:
        check(part)


for item in result["breakdown"]:
    check(item)
    print(f"{item['name']}: parts sum to the whole")
time = result["metrics"]["iteration_time"]
assert time["unit"] == "s"
energy = next(item for item in result["breakdown"] if item["name"] == "energy")
others = {"energy": energy} | {
    name: result["metrics"][metric]
    for name, metric in (("time to first token", "ttft"), ("time of a token", "tpot"),
                         ("power", "power"), ("peak power", "peak_power"))
    if metric in result["metrics"]
}
for bound in result["lower_bounds"]:
    assert bound["value"] <= others.get(bound["name"], time)["value"], bound
