"""check-hotspot.py DIR BLOCKS [EVALUATION]: reads the files as strictly as HotSpot should; the powers sum to that
of the evaluation.  Where `hotspot` is on PATH, it runs on them, and the hottest block must be one of the densest
power."""
import json
import os
import shutil
import subprocess
import sys

folder, count = sys.argv[1], int(sys.argv[2])
# Those that thermal_config_add_from_strs of HotSpot 7 reads; it ignores all others.
KNOWN = {"t_chip", "k_chip", "p_chip", "t_interface", "k_interface", "p_interface", "s_spreader", "t_spreader",
         "k_spreader", "p_spreader", "s_sink", "t_sink", "k_sink", "p_sink", "r_convec", "c_convec", "ambient",
         "init_temp", "model_type", "grid_rows", "grid_cols", "grid_map_mode"}


def lines(name):
    return open(os.path.join(folder, name)).read().splitlines()


config = {}
for line in lines("wafer.config"):
    option, value = line.split(" ")
    assert option[0] == "-" and option[1:] in KNOWN and option[1:] not in config, option
    config[option[1:]] = value

blocks = {}
for line in lines("wafer.flp"):
    if not line.startswith("#"):
        name, *numbers = line.split("\t")
        assert name not in blocks and len(numbers) == 4
        blocks[name] = [float(number) for number in numbers]
assert len(blocks) == count <= 8192
right = max(left + width for width, _, left, _ in blocks.values())
top = max(bottom + height for _, height, _, bottom in blocks.values())
area = sum(width * height for width, height, _, _ in blocks.values())
assert abs(area / (right * top) - 1) < 1e-6, "the blocks do not tile a rectangle"
assert max(right, top) < float(config["s_spreader"]) < float(config["s_sink"])

names, watts = (line.split("\t") for line in lines("wafer.ptrace"))
assert set(names) == set(blocks) and len(names) == len(watts) == count
assert all(len(line) <= 65535 for line in lines("wafer.ptrace"))
density = {name: float(watt) / (blocks[name][0] * blocks[name][1]) for name, watt in zip(names, watts)}
if len(sys.argv) > 3:
    ours = json.load(open(sys.argv[3]))["metrics"]["power"]["value"]
    assert abs(sum(map(float, watts)) / ours - 1) < 1e-4

hotspot = shutil.which("hotspot")
if hotspot:
    run = subprocess.run([hotspot, *"-c wafer.config -f wafer.flp -p wafer.ptrace -steady_file wafer.steady".split()],
                         cwd=folder, capture_output=True, text=True, timeout=300)
    if "thermal" not in run.stdout:  # KDE's program of that name
        sys.exit(0)
    assert run.returncode == 0, run.stderr
    kelvin = dict(line.split("\t") for line in lines("wafer.steady") if line.strip())
    hottest = max(blocks, key=lambda name: float(kelvin[name]))
    assert density[hottest] > 0.999 * max(density.values()), hottest
