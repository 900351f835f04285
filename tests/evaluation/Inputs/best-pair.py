"""best-pair.py WSC SPEC: `--best-strategy` of two chips is the best of all pairs, tried one by one."""
import itertools
import json
import subprocess
import sys

wsc, spec, *chip = sys.argv[1:]


def evaluate(*options):
    run = subprocess.run([wsc, "evaluate", spec, "--format=json", *chip, *options], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    result = json.loads(run.stdout)
    return result["metrics"]["throughput"]["value"], result["design"]


pairs = list(itertools.product((2, 4), (2, 4), (1, 2)))
rates = {pair: evaluate(*(f"--set={name}={value}" for name, value in
                          zip(("strategy.tp", "strategy.prefill.tp", "strategy.prefill.dp"), pair)))[0]
         for pair in pairs}
best, design = evaluate("--best-strategy")
assert best == max(rates.values()), (best, rates)
assert len(set(rates.values())) > 2, rates
print("best of", len(pairs))
