"""Points of latency-load curves for learned.py, and the graphs of channels that its models look at."""
import csv
import os
import random
import re
import subprocess
import sys
import tempfile

import numpy as np

SPEC = """wsc 1
import std.network
import std.operators
chip Mesh : network.Grid {{
  reticle {{ rows = {rows}; cols = {cols} }}
  network {{ virtual_channels = {vcs}; buffer = {buffer}; packet = {packet}; routing = {routing} }}
}}
workload Point : operators.{workload} {{ pattern = {pattern} {load} }}
strategy Alone : operators.Ranks {{}}
"""
SEEN = ("uniform", "transpose", "bit_complement", "neighbor", "shuffle")
WITHHELD = {"seen": "only these points", "patterns": "patterns: tornado, bit reverse",
            "sizes": "meshes: 9 to 12 rows and columns, 8 x 16",
            "settings": "routers: 3, 6 channels and packets of 3, 5, 6 flits"}


def draw(rng, split):
    """A mesh, its routers and a pattern."""
    sizes = range(9, 13) if split == "sizes" else range(4, 9)
    pattern = rng.choice(("tornado", "bit_reverse") if split == "patterns" else SEEN)
    rows, cols = rng.choice(sizes), rng.choice(sizes)
    if pattern == "transpose":
        cols = rows
    elif pattern in ("bit_reverse", "shuffle"):  # Powers of two only.
        rows, cols = (8, 16) if split == "sizes" else (rng.choice((4, 8)), rng.choice((4, 8)))
    vcs = rng.choice((3, 6) if split == "settings" else (1, 2, 4, 8))
    packet = rng.choice((3, 5, 6) if split == "settings" else (1, 2, 4, 8))
    # O1TURN has a class of virtual channels for each order.
    routing = rng.choice(("xy", "yx", "o1turn") if vcs % 2 == 0 else ("xy", "yx"))
    return {"rows": rows, "cols": cols, "vcs": vcs, "buffer": rng.choice((4, 8, 16)), "packet": packet,
            "routing": routing, "pattern": pattern}


def ask(wsc, design, workload, load, option):
    text = SPEC.format(**design, workload=workload, load=f"; load = {load}" if load else "")
    with tempfile.NamedTemporaryFile("w", suffix=".wsc") as file:
        file.write(text)
        file.flush()
        run = subprocess.run([wsc, "evaluate", file.name, option], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{text}\n{run.stdout}{run.stderr}")
    return run.stdout


def figures(output, name):
    """Those of a line, in ns, which are cycles; None where the network does not take the load."""
    line = re.search(rf"{name} +(.+)", output.split("by fidelity")[-1])
    found = re.findall(r"(-|[\d.e+-]+)(?: (us|ns|ms))?(?:\s|$)", line.group(1)) if line else [("-", "")] * 3
    scale = {"": 1, "ns": 1, "us": 1e3, "ms": 1e6}
    return [None if value == "-" else float(value) * scale[unit] for value, unit in found]


def generate(wsc, counts, loads, seed):
    """Yields `loads` points of each of the networks of each split, up to 90 % of the knee of `flow`."""
    for split, count in counts.items():
        rng = random.Random(f"{seed} {split}")
        for index in range(count):
            design = draw(rng, split)
            knee = figures(ask(wsc, design, "Saturation", None, "--fidelity=flow"), "knee_load")[0]
            for _ in range(loads):
                load = round(rng.uniform(0.1, 0.9) * knee, 5)
                output = ask(wsc, design, "Traffic", load, "--compare")
                latency, cost = figures(output, "packet_latency"), figures(output, "processor time")
                yield {"split": split, "network": index, **design, "knee": knee, "load": load, "flow": latency[1],
                       "cycle": latency[2], "flow_us": cost[1] / 1e3, "cycle_us": cost[2] / 1e3}
            print(f"\r{split}: {index + 1} of {count} networks ", end="", file=sys.stderr, flush=True)


def points_of(options):
    """Drawn and evaluated, or read from the file of an earlier run."""
    counts = {**dict.fromkeys(WITHHELD, options.withheld), "train": options.train}
    if not os.path.exists(options.data):
        with open(options.data, "w", newline="") as file:
            for i, row in enumerate(generate(options.wsc, counts, options.loads, options.seed)):
                writer = csv.DictWriter(file, row)
                if i == 0:
                    writer.writeheader()
                writer.writerow(row)
                file.flush()
    words = ("split", "routing", "pattern")
    value = lambda key, text: text if key in words else float(text) if text else None
    with open(options.data, newline="") as file:
        rows = [{key: value(key, text) for key, text in row.items()} for row in csv.DictReader(file)]
    return [row for row in rows if row["network"] < counts[row["split"]]]


# Sides of a router: north, east, south, west, and its port from and to its node.
STEPS, NODE = ((-1, 0), (0, 1), (1, 0), (0, -1)), 4


def destinations(pattern, rows, cols, i):
    """Whom node i sends to, and how much of it: network/Traffic.h."""
    nodes, (row, col) = rows * cols, divmod(i, cols)
    bits = nodes.bit_length() - 1
    across = lambda at, size: (at + (size + 1) // 2 - 1) % size
    if pattern == "uniform":
        return [(j, 1 / nodes) for j in range(nodes)]
    return [({"transpose": lambda: col * cols + row, "bit_complement": lambda: nodes - 1 - i,
              "bit_reverse": lambda: int(format(i, f"0{bits}b")[::-1], 2),
              "shuffle": lambda: (i << 1 | i >> (bits - 1)) & (nodes - 1),
              "tornado": lambda: across(row, rows) * cols + across(col, cols),
              "neighbor": lambda: (row + 1) % rows * cols + (col + 1) % cols}[pattern](), 1)]


def graph_of(rows, cols, routing, pattern):
    """turns[r, i, o]: flits of input i of router r to output o for a load of 1; neighbours[r, side], as many
    as there are nodes where there is none."""
    nodes = rows * cols
    turns, neighbours = np.zeros((nodes, 5, 5), np.float32), np.full((nodes, 4), nodes, np.int32)
    for r in range(nodes):
        for side, (down, right) in enumerate(STEPS):
            row, col = r // cols + down, r % cols + right
            if 0 <= row < rows and 0 <= col < cols:
                neighbours[r, side] = row * cols + col
    orders = {"xy": "x", "yx": "y", "o1turn": "xy"}[routing]
    for source in range(nodes):
        for target, flits in destinations(pattern, rows, cols, source):
            for order in orders:
                at, port = source, NODE
                while at != target:
                    down, right = target // cols - at // cols, target % cols - at % cols
                    along = right and (order == "x" or not down)
                    side = (1 if right > 0 else 3) if along else (2 if down > 0 else 0)
                    turns[at, port, side] += flits / len(orders)
                    at, port = neighbours[at, side], (side + 2) % 4
                turns[at, port, NODE] += flits / len(orders)
    return turns, neighbours


def add_graphs(points):
    """And `empty`, the latency of an empty network, and what the models know of routers."""
    graphs = {}
    for p in points:
        key = int(p["rows"]), int(p["cols"]), p["routing"], p["pattern"]
        if key not in graphs:
            graphs[key] = graph_of(*key)
        turns, p["neighbours"] = graphs[key]
        p["turns"], p["nodes"] = turns * np.float32(p["load"]), len(turns)
        hops = turns.sum() / len(turns)
        p["empty"] = 3 * hops + (hops - 1) + 3 + p["packet"] - 1  # Pipelines, wires, both ends, the tail.
        o1turn = p["routing"] == "o1turn"
        channels = p["vcs"] / (2 if o1turn else 1)
        # Cycles that a flit takes a channel for, as virtual channels and credits limit it (FlowQueues.h).
        service = max(1, (1 + 1 / p["packet"]) / p["vcs"], 7 / (p["buffer"] * p["vcs"]))
        p["router"] = np.array([np.log2(channels), np.log2(p["buffer"]), np.log2(p["packet"]), 1 / channels,
                                service - 1, o1turn, p["packet"], service], np.float32)
