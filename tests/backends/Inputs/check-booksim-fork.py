"""check-booksim-fork.py DIR ROUTERS NODES: reads the files as strictly as the fork of BookSim2 in RapidChiplet does;
routes lead to every node and cannot deadlock, packets wait for none that wait for them.  Where $RAPIDCHIPLET is
its folder, it runs on them, and its figures must be near those that wsc expects."""
import json
import os
import re
import subprocess
import sys

folder, routers, per_router = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
nodes = routers * per_router
FLOATS = {"injection_rate", "internal_speedup", "latency_thres"}


def path(name):
    return os.path.join(folder, name)


def topological(edges):
    """Whether a graph, a dict of lists, has no cycle."""
    indegree = {}
    for targets in edges.values():
        for target in targets:
            indegree[target] = indegree.get(target, 0) + 1
    ready, seen = [node for node in edges if not indegree.get(node)], 0
    while ready:
        seen += 1
        for target in edges[ready.pop()]:
            indegree[target] -= 1
            if not indegree[target]:
                ready.append(target)
    return seen == len(edges)


configs = [name for name in ("trace.cfg", "traffic.cfg") if os.path.exists(path(name))]
assert configs
for name in configs:
    config = dict(re.fullmatch(r"(\w+) = (\S+);\n", line).groups() for line in open(path(name)))
    for key, value in config.items():
        assert (key in FLOATS) == bool(re.fullmatch(r"[0-9]+\.[0-9]+", value)), f"{key} = {value}"
    mode = config["mode"]
    assert mode == name.split(".")[0] and config[mode + "_file"] == f"./{mode}.json"
    assert config["routing_table_type"] == "default" and config["routing_function"] == "min"
    assert config["traffic"] == config["injection_process"] == "custom" and config["ignore_cycles"] == "1"
    assert 0 < float(config["injection_rate"]) <= 1

ports, latency = [], {}
for router, line in enumerate(open(path("network.anynet"))):
    words = line.rstrip("\n").split(" ")
    own = [str(router * per_router + unit) for unit in range(per_router)]
    head = ["router", str(router)] + [word for node in own for word in ("node", node)]
    assert words[:len(head)] == head
    links = [words[i:i + 3] for i in range(len(head), len(words), 3)]
    assert all(word == "router" and int(cycles) >= 1 for word, _, cycles in links)
    neighbours = [int(other) for _, other, _ in links]
    assert neighbours == sorted(set(neighbours))
    latency.update({(router, int(other)): int(cycles) for _, other, cycles in links})
    ports.append(own + neighbours)
assert len(ports) == routers and all(latency[b, a] == cycles for (a, b), cycles in latency.items())

table = json.load(open(path("routing.json")))
assert len(table) == routers and all(list(row) == [str(node) for node in range(nodes)] for row in table)
waits = {link: set() for link in latency}
for start in range(routers):
    for node in range(nodes):
        here, last = start, None
        while True:
            after = ports[here][table[here][str(node)]]
            if isinstance(after, str):
                assert after == str(node) and here == node // per_router
                break
            if last:
                waits[last].add((here, after))
            last, here = (here, after), after
assert topological(waits), "packets may wait for each other in a circle"

matrix = json.load(open(path("traffic.json")))
assert len(matrix) == nodes and all(len(row) == nodes for row in matrix)
assert all(matrix[a][b] == 0 for a in range(nodes) for b in range(nodes) if a // per_router == b // per_router)
assert any(map(any, matrix))

if "trace.cfg" in configs:
    trace = json.load(open(path("trace.json")))
    dependencies = [0] * len(trace)
    for number, packet in enumerate(trace):
        assert list(packet) == ["id", "cycle", "src", "dst", "num_flits", "num_deps", "rev_deps"]
        assert packet["id"] == number and packet["num_flits"] >= 1 and packet["cycle"] >= 1
        assert packet["src"] // per_router != packet["dst"] // per_router and max(packet["src"], packet["dst"]) < nodes
        for other in packet["rev_deps"]:
            dependencies[other] += 1
            # What waits for a packet is sent by who gets it, or has had a part in an earlier step.
            assert trace[other]["src"] // per_router == packet["dst"] // per_router
    assert dependencies == [packet["num_deps"] for packet in trace]
    assert topological({packet["id"]: packet["rev_deps"] for packet in trace})

if "RAPIDCHIPLET" in os.environ:
    booksim = os.path.join(os.environ["RAPIDCHIPLET"], "booksim2", "src", "booksim")
    for name in configs:
        output = subprocess.run([booksim, name], cwd=folder, capture_output=True, text=True, timeout=300).stdout
        # Collectives at random may be more than the links take.
        unstable = "trace.cfg" in configs and name == "traffic.cfg" and "Simulation unstable" in output
        assert unstable or "Overall Traffic Statistics" in output, output[-2000:]
        assert "Possible network deadlock" not in output
        if name == "trace.cfg":
            took = int(re.search(r"trace completion = ([0-9]+)", output)[1])
            expected = json.load(open(path("emission.json")))["figures"][0]["value"]
            assert abs(took / expected - 1) < 0.1, f"{took} cycles, {expected} in wsc"
