# The explanation of power.wsc of explain.test as JSON: numbers in base units, units beside them.
import json
import sys

result = json.load(open(sys.argv[1]))
assert result["verdict"] == "infeasible", result
(conflict,) = result["conflicts"]
assert conflict["minimal"]
cores, rows, power = conflict["constraints"]
assert (cores["name"], rows["name"], power["name"]) == ("many", "many", "cool"), conflict
assert power["line"] == 9 and power["column"] == 11, power
assert power["operator"] == "<=" and not power["at_least"] and cores["at_least"], conflict
assert power["demanded"] == {"value": 2500, "unit": "W"}, power
assert power["best"] == {"value": 4200, "unit": "W"} and power["proven"], power
assert [i["name"] for i in power["influences"]] == ["cores", "rows", "each"], power
assert power["influences"][0]["moves"] == {"value": 4900, "unit": "W"}, power
assert [i["open"] for i in power["influences"]] == [True, True, False], power
changes = [(r["constraint"], r["from"], r["to"], r.get("unit")) for r in result["relaxations"]]
assert changes == [("many", 7, 4, None), ("many", 6, 3, None), ("cool", 2500, 4200, "W")], changes
assert all(r["helps"] and r["least"] for r in result["relaxations"]), result
