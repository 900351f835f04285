"""check-comments.py WSC SPECS: the loose and the small ones of the benchmark's specs have the verdict that
their comments name."""
import json
import pathlib
import subprocess
import sys

wsc, folder = sys.argv[1], pathlib.Path(sys.argv[2])
specs = [p for pattern in ("random/*.wsc", "*_loose.wsc", "*_memory.wsc", "t5_power.wsc")
         for p in sorted(folder.glob(pattern))]
for spec in specs:
    run = subprocess.run([wsc, "check", spec, "--format=json"], capture_output=True, text=True)
    expected = "infeasible" if "infeasible" in spec.read_text().lower() else "feasible"
    verdict = json.loads(run.stdout)["verdict"]
    assert verdict == expected, f"{spec} is {verdict}"
print(len(specs), "specs are as feasible as they say")
