#!/usr/bin/env python3
"""peers.py BENCH SPEC RESULTS [--seeds=N] [--budget=N] [--starts=plain,front] [--fidelity=NAME] [--enumerate]
[METHOD...]: other optimizers on the evaluator of wsc.

BENCH is wsc-bench-search; needs botorch, pymoo and optuna (PyPI).  Each method runs twice for each seed:
`plain`, from random feasible designs, and `front`, from as many that are spread over the front of the
estimates, which is where `wsc bayes` starts (peer_methods.py says how each is fed).  A run is a line of
RESULTS (JSON) as soon as it is complete; what is there is not run again, so that a killed comparison
goes on, and further seeds can be added.  Seed by seed, so that all methods have the same seeds.

METHOD is some of wsc, pymoo, optuna, botorch, momf (default: all); of several results of one algorithm of
wsc for a seed the last counts.  Prints the median and quartiles of the share of the best known hypervolume, and p values of Wilcoxon's
signed-rank test of paired seeds (one-sided: `wsc bayes` is better), with the same budget and with half of it.
"""
import argparse
import json
import os
import subprocess
import sys
import time
import warnings

import numpy as np
from scipy.stats import wilcoxon

from peer_methods import Server, methods

warnings.filterwarnings("ignore")
OWN = ["wsc bayes", "wsc ehvi", "wsc front", "wsc nsga2", "wsc random"]


def own_runs(options):
    """The hypervolumes of the algorithms of wsc, all seeds."""
    names = ",".join(name.removeprefix("wsc ") for name in OWN)
    command = options.problem + ["--runs", "--estimates", f"--algorithm={names}",
                                 f"--seeds={options.seeds}", f"--budget={options.budget}"]
    lines = subprocess.run(command, check=True, text=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.PIPE).stderr.splitlines()
    seeds = {}
    for name, *values in map(str.split, lines):
        if f"wsc {name}" in OWN:
            seeds[name] = seeds.get(name, 0) + 1
            yield {"method": f"wsc {name}", "seed": seeds[name], "volumes": [float(v) for v in values]}


def peer_runs(options, known):
    server = Server(options)
    for seed in range(1, options.seeds + 1):
        for name in (name for name in options.methods if name != "wsc"):
            for start in options.starts.split(","):
                method = f"{name}, {start}"
                if (method, seed) in known:
                    continue
                server.begin(seed, start)
                began = time.process_time()
                methods[name](server, options.budget, seed)
                yield {"method": method, "seed": seed, "volumes": server.volumes[:options.budget],
                       "seconds": time.process_time() - began}


def read(path):
    if not os.path.exists(path):
        return {}
    with open(path) as file:
        return {(run["method"], run["seed"]): run["volumes"] for run in map(json.loads, file)}


def report(runs, budget):
    names = sorted({method for method, seed in runs}, key=lambda name: (name not in OWN, name))
    for name in names:
        seeds = [seed for method, seed in runs if method == name and len(runs[method, seed]) >= budget]
        rows = np.array([runs[name, seed] for seed in seeds])
        line = f"{name:15} {len(seeds):3} seeds"
        for mark in (m for m in (20, 50, 100, 200) if m <= budget):
            low, middle, high = np.quantile(rows[:, mark - 1], [0.25, 0.5, 0.75])
            line += f"  {mark}: {middle:.3f} [{low:.3f} {high:.3f}]"
        if name != OWN[0] and (OWN[0], seeds[-1]) in runs:
            for cost in (budget, budget // 2):
                gains = [runs[OWN[0], seed][cost - 1] - runs[name, seed][budget - 1] for seed in seeds]
                line += f"  p({cost}): {wilcoxon(gains, alternative='greater').pvalue:.2g}"
        print(line)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("bench")
    parser.add_argument("spec")
    parser.add_argument("results")
    parser.add_argument("methods", nargs="*", default=["wsc", *methods])
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--budget", type=int, default=100)
    parser.add_argument("--starts", default="plain,front")
    parser.add_argument("--fidelity", default="analytic")
    parser.add_argument("--enumerate", dest="whole", action="store_const", const=["--enumerate"], default=[])
    options = parser.parse_intermixed_args()
    options.problem = [options.bench, options.spec, f"--fidelity={options.fidelity}"] + options.whole
    known = read(options.results)
    with open(options.results, "a") as file:
        def keep(run):
            file.write(json.dumps(run) + "\n")
            file.flush()

        if "wsc" in options.methods:
            for run in own_runs(options):
                keep(run)
        for run in peer_runs(options, known):
            keep(run)
            print(run["method"], run["seed"], file=sys.stderr, flush=True)
    report(read(options.results), options.budget)


main()
