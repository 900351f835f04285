"""check-ramulator2.py DIR READS WRITES: the trace as Ramulator 2.1 reads it, and a program that compiles.  Where Python
has `ramulator`, it runs and takes all requests."""
import importlib.util
import json
import os
import re
import subprocess
import sys

folder, reads, writes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
counts = {"LD": 0, "ST": 0}
for line in open(os.path.join(folder, "channel.trace")):
    kind, address = re.fullmatch(r"(LD|ST) 0x([0-9A-F]+)\n", line).groups()
    assert int(address, 16) % 32 == 0
    counts[kind] += 1
assert counts == {"LD": reads, "ST": writes}, counts
compile(open(os.path.join(folder, "channel.py")).read(), "channel.py", "exec")

if importlib.util.find_spec("ramulator"):
    subprocess.run([sys.executable, "channel.py"], cwd=folder, check=True, capture_output=True, timeout=300)
    done = json.load(open(os.path.join(folder, "stats.json")))["memory_system"]["controller"]
    assert done["num_read_reqs"] == reads and done["num_write_reqs"] == writes, done
