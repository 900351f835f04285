"""check-rapidchiplet.py DIR: reads the files as strictly as RapidChiplet's own validation, and computes what it
does from them; the figures must be near those that wsc expects.  Where $RAPIDCHIPLET is its folder, it runs."""
import json
import math
import os
import subprocess
import sys

folder = sys.argv[1]


def decode_key(key):
    prefix = "__tuple__:"
    return tuple(map(decode_key, json.loads(key[len(prefix):]))) if str(key).startswith(prefix) else key


def decode(data):
    if isinstance(data, list):
        return [decode(each) for each in data]
    if not isinstance(data, dict):
        return data
    if "__tuple__" in data:
        return tuple(data["items"])
    return {decode_key(key): decode(value) for key, value in data.items()}


def load(name):
    return decode(json.load(open(os.path.join(folder, name))))


design = load("design.json")
chiplets, placement, topology, packaging, technologies, routing, traffic = (
    load(design[name]) for name in ("chiplets", "placement", "topology", "packaging", "technologies",
                                    "routing_table", "traffic_by_chiplet"))
reticle, places = chiplets["reticle"], placement["chiplets"]
(width, height), technology = reticle["dimensions"].values(), technologies[reticle["technology"]]
assert sum(phy["fraction_bump_area"] for phy in reticle["phys"]) <= 1
assert all(0 <= phy["x"] <= width and 0 <= phy["y"] <= height for phy in reticle["phys"])
assert reticle["internal_latency"] > 0 and technology["phy_latency"] > 0 and technology["wafer_radius"] > 0
assert 0 <= technology["defect_density"] <= 1 and reticle["unit_count"] == 1
boxes = [(p["position"]["x"], p["position"]["y"]) for p in places]
for i, (x, y) in enumerate(boxes):
    for u, v in boxes[:i]:
        assert x + width <= u or u + width <= x or y + height <= v or v + height <= y, "reticles overlap"

links, used = set(), set()
for link in topology:
    ends = [(link[end]["outer_id"], link[end]["inner_id"]) for end in ("ep1", "ep2")]
    assert not used & set(ends), "a PHY has one link"
    used |= set(ends)
    (a, _), (b, _) = ends
    assert a != b and (a, b) not in links, "there is one link between two chiplets"
    links |= {(a, b), (b, a)}

hop = reticle["internal_latency"] + 2 * technology["phy_latency"] + math.ceil(packaging["link_latency"])
table, loads, latencies = routing["table"], dict.fromkeys(links, 0), []
for (source, destination), flits in traffic.items():
    here, hops = source, 0
    while here != destination:
        kind, after = table["chiplet", here]["chiplet", destination]
        assert kind == "chiplet"
        loads[here, after] += flits  # a link that is not there is a KeyError
        here, hops = after, hops + 1
        assert hops < len(places), "a route leads round in circles"
    latencies.append((3 + reticle["internal_latency"] + hops * hop, flits))
bumps = width * height * (1 - reticle["fraction_power_bumps"]) / packaging["bump_pitch"]**2
bits = math.floor(bumps * reticle["phys"][0]["fraction_bump_area"] - packaging["non_data_wires"]) / 2
sent = sum(traffic.values())
computed = {
    "area of the reticles": len(places) * width * height / 1e6,
    "area of the wafer": (max(x for x, y in boxes) + width) * (max(y for x, y in boxes) + height) / 1e6,
    "power of the wafer": len(places) * reticle["power"],
    "bits of a link": bits,
    "shortest latency": min(latencies)[0],
    "mean latency": sum(latency * flits for latency, flits in latencies) / sent,
    "longest latency": max(latencies)[0],
    "throughput": sent * bits / max(loads.values()),
}
expected = {each["name"]: each["value"] for each in json.load(open(os.path.join(folder, "emission.json")))["figures"]}
assert computed.keys() == expected.keys()
for name, value in computed.items():
    # It counts one cycle more to get out of the network, and gaps between reticles only, not around them.
    allowed = 1 + 1e-3 if "latency" in name else 1e-6 * expected[name]
    if name == "area of the wafer":
        allowed = expected[name] - expected["area of the reticles"] + 1e-6 * expected[name]
        assert value <= expected[name] * (1 + 1e-6)
    assert abs(value - expected[name]) <= allowed, f"{name}: {value} of the files, {expected[name]} of wsc"

if "RAPIDCHIPLET" in os.environ:
    os.makedirs(os.path.join(folder, "results"), exist_ok=True)
    output = subprocess.run([sys.executable, os.path.join(os.environ["RAPIDCHIPLET"], "rapidchiplet.py"), "-df",
                             "design.json", "-rf", "wafer", "-as", "-ps", "-ls", "-l", "-t"], cwd=folder,
                            capture_output=True, text=True, check=True, timeout=300).stdout
    assert output.count("completed with 0 errors") == output.count("completed with") == 7, output
    results = json.load(open(os.path.join(folder, "results", "wafer.json")))
    assert math.isclose(results["latency"]["avg"], computed["mean latency"], rel_tol=1e-9)
    assert math.isclose(results["throughput"]["aggregate_throughput"], computed["throughput"], rel_tol=1e-9)
