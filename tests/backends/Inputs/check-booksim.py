"""check-booksim.py DIR ROWS COLS: reads the files as strictly as BookSim2 does, and checks the
network.  Where `booksim` is on PATH, it runs on them too and must reach its statistics."""
import os
import re
import shutil
import subprocess
import sys

folder, rows, cols = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
FLOATS = {"injection_rate", "internal_speedup", "latency_thres"}
INTS = {"k", "n", "num_vcs", "vc_buf_size", "wait_for_tail_credit", "alloc_iters", "credit_delay",
        "routing_delay", "vc_alloc_delay", "sw_alloc_delay", "st_final_delay", "input_speedup", "output_speedup",
        "packet_size", "injection_rate_uses_flits", "warmup_periods", "sample_period",
        "max_samples", "sim_count", "seed"}
STRINGS = {"topology", "routing_function", "network_file", "router", "vc_allocator",
           "sw_allocator", "traffic", "sim_type"}

config = {}
for line in open(os.path.join(folder, "booksim.cfg")):
    name, value = re.fullmatch(r"(\w+) = (\S+);\n", line).groups()
    kind = (INTS if re.fullmatch(r"-?[0-9]+", value)
            else FLOATS if re.fullmatch(r"[0-9]+\.[0-9]+", value) else STRINGS)
    assert name in kind, f"BookSim2 reads `{name}` as another type than `{value}`"
    assert kind is not STRINGS or re.fullmatch(r"[A-Za-z_\-/.][A-Za-z0-9_\-/.+(){},]*", value)
    config[name] = value
assert 0 < float(config["injection_rate"]) <= 1

if config["topology"] == "mesh":
    assert int(config["k"]) == rows == cols
else:
    links = {}
    lines = open(os.path.join(folder, config["network_file"])).read().splitlines()
    assert len(lines) == rows * cols
    for expected, line in enumerate(lines):
        words = line.split(" ")
        assert words[:4] == ["router", str(expected), "node", str(expected)]
        rest = words[4:]
        assert len(rest) % 3 == 0
        for i in range(0, len(rest), 3):
            assert rest[i] == "router" and int(rest[i + 2]) >= 1
            links[expected, int(rest[i + 1])] = int(rest[i + 2])
    assert len(links) == 2 * (rows * (cols - 1) + cols * (rows - 1))
    for (a, b), latency in links.items():
        assert links[b, a] == latency
        assert abs(a // cols - b // cols) + abs(a % cols - b % cols) == 1
    buffers = int(config["num_vcs"]) * int(config["vc_buf_size"])
    assert buffers >= 2 * max(links.values()) + 5, "long links would be throttled by credits"

booksim = shutil.which("booksim")
if booksim and rows * cols <= 256:
    output = subprocess.run([booksim, "booksim.cfg"], cwd=folder, capture_output=True, text=True,
                            timeout=300).stdout
    assert "Overall Traffic Statistics" in output, output[-2000:]
