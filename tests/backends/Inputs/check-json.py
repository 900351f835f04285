"""check-json.py FILE: the plan of a resolved design does the work that its metrics are computed from."""
import json
import sys

design = json.load(open(sys.argv[1]))
value = {name: quantity["value"] for name, quantity in design["quantities"].items()}
metric = {name: quantity["value"] for name, quantity in design["metrics"].items()}
flop = 0  # of matrix products, as utilisation counts them
for phase in design["plan"]["phases"]:
    for part in phase["parts"]:
        for each in part["operators"]:
            if each["k"] > 0:
                flop += each["flop"] * part["count"] * phase["micro_batches"] * phase["repetitions"]
ranks = value["strategy.tp"] * value["strategy.dp"] * value["strategy.cp"]  # that share a stage
hfu = flop * ranks / (metric["iteration_time"] * value["system.peak"])
assert abs(hfu / metric["hfu"] - 1) < 1e-6, (hfu, metric["hfu"])
assert design["quantities"]["wafer.power"]["unit"] == "W"
assert design["quantities"]["wafer.topology"] == {"value": "mesh"}
for name, parameter in design["parameters"].items():
    assert design["quantities"][name] == parameter
