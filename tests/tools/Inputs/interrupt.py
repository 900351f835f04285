"""interrupt.py SECONDS COMMAND...: sends Ctrl-C so long after the command has begun to listen for it; prints its output and
its exit code."""
import pathlib
import signal
import subprocess
import sys
import time

seconds, command = float(sys.argv[1]), sys.argv[2:]
process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
status = pathlib.Path(f"/proc/{process.pid}/status")
bit = 1 << (signal.SIGINT - 1)
while not int(status.read_text().split("SigCgt:")[1].split()[0], 16) & bit:
    time.sleep(0.01)
time.sleep(seconds)
process.send_signal(signal.SIGINT)
print(process.communicate()[0], "exit code", process.returncode)
