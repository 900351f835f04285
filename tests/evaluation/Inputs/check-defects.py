"""check-defects.py EVALUATION: quantiles are in order, and no map makes a design faster."""
import json
import sys

defects = json.load(open(sys.argv[1]))["defects"]
assert 0 <= defects["whole_wafers"]["low"] <= defects["whole_wafers"]["share"] <= defects["whole_wafers"]["high"] <= 1
for name, metric in sorted(defects["metrics"].items()):
    values = [metric[key] for key in ("min", "lower_quartile", "median", "upper_quartile", "max")]
    assert values == sorted(values) and values[0] <= metric["mean"] <= values[-1], name
    worst = {"iteration_time": values[0] >= metric["without_defects"] * (1 - 1e-12),
             "throughput": values[-1] <= metric["without_defects"] * (1 + 1e-12)}
    if name in worst:
        print(f"{name}: {'slower' if worst[name] else 'FASTER'} with defects, quartiles in order")
