"""compare-defects.py EVALUATION EVALUATION: mean iteration times over maps, over those without defects."""
import json
import sys

times = [json.load(open(path))["defects"]["metrics"]["iteration_time"] for path in sys.argv[1:]]
first, second = (time["mean"] / time["without_defects"] for time in times)
assert first > second > 1
print(f"mean iteration time: {first:.4f} and {second:.4f} of that without defects")
