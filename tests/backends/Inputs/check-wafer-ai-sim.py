"""check-wafer-ai-sim.py DIR CORES MESSAGES: what WaferAI-SIM insists on without saying so; all cores come to the end of
their jobs where a sender waits for its receiver.  Where $WAFERAI_SIM is its folder, it runs on the files."""
import collections
import json
import os
import re
import subprocess
import sys

folder, cores, messages = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def load(name):
    return json.load(open(os.path.join(folder, name)))


hardware, workload, simulation = load("hardware.json"), load("workload.json"), load("simulation.json")
assert set(hardware) == {"x", "y", "noc", "operand", "memory", "cores"}
core, = hardware["cores"]
assert core["id"] == 0 and 8192 % core["sram_bitwidth"] == 0
numbers = [value for part in (core, hardware["memory"], hardware["noc"]) for value in part.values()]
assert all(0 < value < 2**31 for value in numbers if value is not core["id"])
assert 0 < hardware["memory"]["beha_dram_util"] <= 1 and hardware["noc"]["noc_payload_per_cycle"] >= 1
reticles = hardware["x"] * hardware["y"]
mapping = dict(map(int, line.split(":")) for line in open(os.path.join(folder, "mapping.txt")))
assert sorted(mapping) == list(range(cores)) and len(set(mapping.values())) == cores
assert all(0 <= reticle < reticles for reticle in mapping.values())
assert not simulation["log"]["colored"] and simulation["noc"]["use_beha_noc"]

jobs = {each["id"]: each["worklist"] for each in workload["chips"][0]["cores"]}
assert sorted(jobs) == list(range(cores))
receivers, counted = {}, 0
for worklist in jobs.values():
    assert worklist[0]["prims"]  # the start reads the offset of its input
    assert worklist[-1]["cast"] == [{"dest": -1, "loopout": "true"}]
    for job in worklist[:-1]:
        for prim in job.get("prims", []):
            sizes = ([prim["size"]] if prim["type"] == "parse_output" else
                     [prim["T"] * prim["C"], prim["C"] * prim["OC"], prim["T"] * prim["OC"]])
            assert all(0 < size <= 2**28 for size in sizes)
        for cast in job["cast"]:
            assert job["prims"][-1]["type"] == "parse_output"  # what is sent has the size of the last one
            assert receivers.setdefault(cast["tag"], cast["dest"]) == cast["dest"]
            counted += 1
assert counted == messages, counted
products = [prim for job in jobs[0] for prim in job.get("prims", []) if prim["type"] == "Matmul_f"]
assert len(products) == len(workload["products"])

# The rendezvous: a core receives with a tag, its own number unless it says another one, or offers to send with one.
steps = {}
for number, worklist in jobs.items():
    steps[number] = collections.deque()
    for index, job in enumerate(worklist):
        starts = any(source["dest"] == number for source in workload["source"]) and index == 0
        if job["recv_cnt"] and not starts:
            steps[number].append(("receive", number, job.get("recv_tag", number)))
        steps[number].extend(("send", cast["dest"], cast["tag"]) for cast in job["cast"] if cast["dest"] >= 0)
moved = True
while moved:
    moved = False
    for number, mine in steps.items():
        while mine and mine[0][0] == "send" and steps[mine[0][1]] and steps[mine[0][1]][0] == ("receive", *mine[0][1:]):
            steps[mine[0][1]].popleft()
            mine.popleft()
            moved = True
assert not any(steps.values()), "a rendezvous that nobody comes to"

home = os.environ.get("WAFERAI_SIM")
if home:
    command = re.search(r"^    (here=.*)$", open(os.path.join(folder, "README")).read(), re.M)[1]
    subprocess.run(["bash", "-c", command], cwd=folder, check=True, timeout=500)
    output = open(os.path.join(folder, "output.txt")).read()
    assert output.count("All requests finished") == 1 and "ERROR" not in output and "router_residual=0" in output
