"""check-dramsim3.py DIR READS WRITES: the files as DRAMsim3 reads them.  Where `dramsim3main.out` is on PATH, it runs on
them and is done with all requests."""
import configparser
import json
import os
import re
import shutil
import subprocess
import sys

folder, reads, writes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
config = configparser.ConfigParser()
config.optionxform = str
config.read(os.path.join(folder, "channel.ini"))
structure, system = config["dram_structure"], config["system"]
for value in (structure["rows"], structure["columns"], structure["bankgroups"], structure["banks_per_group"],
              structure["BL"], system["bus_width"], system["channel_size"]):
    assert int(value) & (int(value) - 1) == 0, "DRAMsim3 cuts sizes to powers of two"
burst = int(system["bus_width"]) // 8 * int(structure["BL"])
fields = system["address_mapping"]
assert sorted(fields[i:i + 2] for i in range(0, 12, 2)) == ["ba", "bg", "ch", "co", "ra", "ro"]

counts, last = {"READ": 0, "WRITE": 0}, 0
for line in open(os.path.join(folder, "channel.trace")):
    address, kind, cycle = re.fullmatch(r"0x([0-9A-F]+) (READ|WRITE) ([0-9]+)\n", line).groups()
    assert int(address, 16) % burst == 0 and int(cycle) >= last
    counts[kind] += 1
    last = int(cycle)
assert counts == {"READ": reads, "WRITE": writes}, counts

command = re.search(r"dramsim3main\.out (.*) > output\.txt", open(os.path.join(folder, "README")).read())[1]
assert last < int(command.split()[2])
program = shutil.which("dramsim3main.out")
if program:
    subprocess.run([program, *command.split()], cwd=folder, check=True, capture_output=True, timeout=300)
    done = json.load(open(os.path.join(folder, "dramsim3.json")))["0"]
    # The last request enters twice.
    assert done["num_reads_done"] + done["num_writes_done"] == reads + writes + 1
