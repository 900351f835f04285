"""exit-code.py CODE COMMAND...: runs a command, passes its output on, and fails unless it
exits with CODE.  lit's `not` cannot tell exit 1 (infeasible) from exit 2 (a spec with errors)."""
import subprocess
import sys

expected, command = int(sys.argv[1]), sys.argv[2:]
actual = subprocess.run(command).returncode
if actual != expected:
    sys.exit(f"exit code {actual}, expected {expected}: {' '.join(command)}")
