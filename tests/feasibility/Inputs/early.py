"""early.py WSC THESEUS FOLDER: what `wsc check` says comes as it is found.

Without a clock: the proof goes to a named pipe that nobody reads yet, so that the verdict must be out before
it is written; and standard output is a pipe too small for the explanation, which is not read until the proof is
complete, so that the proof must be written before."""
import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

wsc, theseus, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
spec, proof = folder / "capped.wsc", folder / "proof.pipe"
spec.write_text(theseus.read_text().replace("power <= 15 kW", "power <= 2 kW"))
os.mkfifo(proof)
signal.alarm(300)  # it hangs where the order is wrong

reader, writer = os.pipe()
capacity = fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
run = subprocess.Popen([wsc, "check", spec, "--proof", proof], stdout=writer, stderr=subprocess.PIPE)
os.close(writer)
output = os.fdopen(reader, buffering=1)

first = output.readline()
assert first == "infeasible: no design meets every requirement\n", first
text = proof.read_text()
assert text.startswith("wsc proof 1\n") and "lemma" in text, text
rest = output.read()
assert len(rest) > capacity, "this would fit into the pipe: the test would not see the order"
order = ["these 2 requirements exclude each other\n", "as well\n", "There are no other conflicts.\n",
         "what power_cap, wafer_count demand, and what is possible\n", "what would help, each alone\n"]
places = [rest.index(part) for part in order]
assert places == sorted(places), rest
assert run.wait() == 1, run.stderr.read()
