"""kill.py RUN WSC ARGUMENTS...: begins a run, kills it (SIGKILL) at random moments, and resumes it until it
ends.  Each time what was on disk before is still there."""
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys

folder, wsc, arguments = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
moments = random.Random(1)


def known():
    if not (folder / "run.sqlite").exists():
        return None
    database = sqlite3.connect(folder / "run.sqlite")
    if not database.execute("select 1 from sqlite_master where name = 'run'").fetchone():
        return None  # killed while it was created: no run yet
    return set(database.execute("select id, choice, objectives from evaluations"))


kills = 0
before = None
while True:
    start = ["--resume", folder] if before is not None else [*arguments, "-o", folder]
    process = subprocess.Popen([wsc, "explore", *start], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        # Later and later, so that this ends however slow the machine is.
        errors = process.communicate(timeout=moments.uniform(0.2, 1) * 1.4 ** kills)[1]
        assert process.returncode == 0, errors.decode()
        break
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        kills += 1
    after = known()
    assert before is None or before <= after
    before = after
print(kills > 0 and "killed and resumed")
