"""check-timeloop.py DIR [M N K]: the factors of each mapping make the sizes of its problem, its tiles fit into
SRAM and array, and both dialects say the same.  Where `timeloop-model` is on PATH, it accepts the mapping and
counts the same operands in SRAM."""
import glob
import math
import os
import re
import shutil
import subprocess
import sys

folder, sizes = sys.argv[1], list(map(int, sys.argv[2:]))
arch = open(os.path.join(folder, "arch.yaml")).read()
depth = int(re.search(r"name: sram.*?depth: (\d+)", arch).group(1))
units = int(re.search(r"PE\[0\.\.(\d+)\]", arch).group(1)) + 1
columns = int(re.search(r"meshX: (\d+)", arch).group(1))


def factors_of(mapping, level, kind):
    text = re.search(rf"target: {level}, type: {kind}, factors: (.*?), permutation", mapping).group(1)
    found = re.findall(r"([MNK])=(\d+)(?:,(\d+))?", text)
    return {dim: (int(full), int(last or full)) for dim, full, last in found}


def total(loops):
    """Of loops from the outermost in: all rounds but the last are full."""
    rounds = 0
    for full, last in loops:
        rounds = rounds * full + last - 1
    return rounds + 1


for path in glob.glob(os.path.join(folder, "*.problem.yaml")):
    name = os.path.basename(path).removesuffix(".problem.yaml")
    whole = dict(re.findall(r"([MNK]): (\d+)", open(path).read().split("instance")[1]))
    mapping = open(os.path.join(folder, name + ".mapping.yaml")).read()
    nodes = open(os.path.join(folder, name + ".nodes.yaml")).read()
    levels = [("outside", "temporal"), ("sram", "temporal"), ("sram", "spatial"), ("registers", "temporal")]
    nests = [factors_of(mapping, *level) for level in levels]
    assert nests == [factors_of(nodes, *level) for level in levels], name
    for dim in "MNK":
        assert total([nest[dim] for nest in nests]) == int(whole[dim]), (name, dim)
    if sizes:
        assert [int(whole[dim]) for dim in "MNK"] == sizes, whole
    space = [full for full, last in nests[2].values()]
    assert math.prod(space) <= units and all(full == last for full, last in nests[2].values()), name
    assert nests[2][re.search(r"spatial.*permutation: (\w)", mapping).group(1)][0] <= columns
    tile = {dim: math.prod(nest[dim][0] for nest in nests[1:]) for dim in "MNK"}
    held = tile["M"] * tile["K"] + tile["K"] * tile["N"] + tile["M"] * tile["N"]
    assert held <= depth, (name, held)
    if shutil.which("timeloop-model"):
        out = os.path.join(folder, "out", name)
        os.makedirs(out, exist_ok=True)
        files = ["arch.yaml", "energy.yaml", name + ".problem.yaml", name + ".mapping.yaml"]
        subprocess.run(["timeloop-model"] + files + ["-o", os.path.join("out", name)], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)
        stats = open(os.path.join(out, "timeloop-model.stats.txt")).read()
        sram = stats.split("=== sram ===")[1].split("Level ")[0]
        assert sum(map(int, re.findall(r"Utilized capacity +: (\d+)", sram))) == held, name
