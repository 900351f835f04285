#!/usr/bin/env python3
"""volumes.py FILE: compares the output of `wsc-bench-search --volumes` with moocore (PyPI).

Prints for each front both times (processor time of one thread, repeated for 0.2 s) and the relative
difference of the volumes.
"""
import json
import sys
import time

import moocore
import numpy as np

print(f"moocore {moocore.__version__}")
print(f"{'objectives':>10} {'points':>7} {'wsc us':>10} {'moocore us':>11} {'difference':>11}")
for case in json.load(open(sys.argv[1])):
    front = np.array(case["front"])
    reference = np.full(case["objectives"], 1.1)
    calls, start = 0, time.process_time()
    while time.process_time() - start < 0.2:
        volume = moocore.hypervolume(front, ref=reference)
        calls += 1
    theirs = 1e6 * (time.process_time() - start) / calls
    print(f"{case['objectives']:>10} {case['points']:>7} {case['microseconds']:>10.1f} {theirs:>11.1f}"
          f" {abs(volume - case['volume']) / volume:>11.1e}")
