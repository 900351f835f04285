"""check-astra-sim.py DIR DESIGN.json [TOLERANCE]: reads the files as strictly as ASTRA-sim 2 does, and holds
messages against the plan of the same design (`wsc emit json`).  Where the simulator is on PATH, it runs and every
rank must finish."""
import collections
import glob
import json
import os
import re
import shutil
import subprocess
import sys

from chakra import fields, nodes

folder, design = sys.argv[1], json.load(open(sys.argv[2]))
plan, value = design["plan"], {k: q["value"] for k, q in design["quantities"].items()}
COMPUTE, SEND, RECEIVE, COLLECTIVE = 4, 5, 6, 7
KINDS = {"all-reduce": 0, "all-gather": 2, "all-to-all": 6, "reduce-scatter": 7}


network = dict(re.fullmatch(r"(\w+): \[ (.*) \](?:  #.*)?", line).groups()
               for line in open(os.path.join(folder, "network.yml")).read().splitlines())
shape = [int(n) for n in network["npus_count"].split(", ")]
for key in ("topology", "bandwidth", "latency"):
    assert len(network[key].split(", ")) == len(shape)
assert set(network["topology"].split(", ")) <= {"Ring", "Switch"} and min(shape) > 1
system = json.load(open(os.path.join(folder, "system.json")))
for key, entry in system.items():
    assert not key.endswith("-implementation") or len(entry) == len(shape), key
ranks = 1
for size in shape:
    ranks *= size
assert ranks == value["strategy.tp"] * value.get("strategy.pp", 1) * value.get("strategy.dp", 1) * value.get("strategy.cp", 1)
paths = glob.glob(os.path.join(folder, "trace.*.et"))
assert {os.path.basename(p) for p in paths} == {f"trace.{r}.et" for r in range(ranks)}

written, sent, received, calls = collections.Counter(), collections.Counter(), collections.Counter(), {}
for rank in range(ranks):
    order = []
    for _, kind, _, attributes in nodes(os.path.join(folder, f"trace.{rank}.et")):
        size = attributes.get("comm_size")
        if kind == COLLECTIVE:
            involved = attributes["involved_dim"]
            assert len(involved) == len(shape) and any(involved)
            group = 1
            for each, count in zip(involved, shape):
                group *= count if each else 1
            whole = size * group if attributes["comm_type"] == KINDS["all-gather"] else size
            written[attributes["comm_type"], whole] += 1 / ranks
            order.append((attributes["comm_type"], size, involved))
        elif kind == SEND:
            assert attributes["comm_src"] == rank
            sent[rank, attributes["comm_dst"], attributes["comm_tag"], size] += 1
        elif kind == RECEIVE:
            assert attributes["comm_dst"] == rank
            received[attributes["comm_src"], rank, attributes["comm_tag"], size] += 1
        else:
            assert kind == COMPUTE and attributes["num_ops"] > 0 and attributes["tensor_size"] > 0
    stage = rank // int(value["strategy.tp"]) % int(value.get("strategy.pp", 1))
    assert calls.setdefault(stage, order) == order, "collectives in another order end in a deadlock"
assert sent == received and (not sent or max(sent.values()) == 1), "each message once at both ends"

# Whole iterations only: of others the README says which part is there.
if "traces hold" not in open(os.path.join(folder, "README")).read():
    expected = collections.Counter()
    stages = value.get("strategy.pp", 1)
    for phase in plan["phases"]:
        times = phase["micro_batches"] * phase["repetitions"] / stages
        for part in phase["parts"]:
            for each in part["collectives"]:
                expected[KINDS[each["collective"]], int(each["bytes"])] += \
                    times * part["count"] * (each["forward"] + each["backward"])
        if stages > 1 and not value["strategy.sequence_parallel"] and value["strategy.tp"] > 1:
            hops = (phase["boundary_forward"] + phase["boundary_backward"]) * (stages - 1) / stages
            expected[KINDS["all-gather"], int(phase["boundary_bytes"])] += times * stages * hops
    for each in plan["ends"]:
        expected[KINDS[each["collective"]], int(each["bytes"])] += each["forward"] + each["backward"]
    assert set(expected) == set(written), (expected, written)
    for key, count in expected.items():
        assert abs(written[key] / count - 1) < 1e-6, (key, written[key], count)

tool = shutil.which("AstraSim_Analytical_Congestion_Unaware")
if tool and ranks <= 128:
    run = subprocess.run([tool, "--workload-configuration=trace", "--system-configuration=system.json",
                          "--network-configuration=network.yml", "--remote-memory-configuration=memory.json"],
                         cwd=folder, capture_output=True, text=True, timeout=300)
    open(os.path.join(folder, "output.txt"), "w").write(run.stdout)
    assert run.returncode == 0 and run.stdout.count("] finished, ") == ranks, run.stderr[-500:]
    if len(sys.argv) > 3:
        cycles = max(int(n) for n in re.findall(r"finished, (\d+) cycles", run.stdout))
        figures = {f["name"]: f["value"] for f in json.load(open(os.path.join(folder, "emission.json")))["figures"]}
        assert abs(cycles * 1e-9 / figures["iteration time"] - 1) < float(sys.argv[3]), cycles
