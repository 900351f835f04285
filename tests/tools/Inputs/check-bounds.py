# The bounds of bounds.test as JSON.
import json
import sys

result = json.load(open(sys.argv[1]))
assert result["format_version"] == 1 and result["verdict"] == "feasible", result
assert result["fields"]["cores"] == {"min": 3, "max": 8, "min_reached": True, "max_reached": True}, result
assert result["fields"]["mode"] == {"values": ["fast", "idle"], "reached": True}, result
assert result["fields"]["wide"] == {"values": [False], "reached": True}, result
power = result["quantities"]["power"]
assert power == {"min": 1600, "max": 2500, "min_reached": True, "max_reached": True, "unit": "W"}, power
assert result["objectives"]["chip.cores + chip.rows"]["max"] == 11, result
assert "each" not in result["quantities"], "it is fixed"
