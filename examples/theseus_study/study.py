#!/usr/bin/env python3
"""Runs the comparison of study.wsc: study.py [WSC] [--budget N] [--workloads t0,t1,...]

For each workload, the best strategy of each chip that exists, and the best design that a search of N evaluations
finds; a table with throughput, power and tokens per joule.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

SPEC = pathlib.Path(__file__).parent / "study.wsc"
BASELINES = ["Gpus", "Wse2", "Dojo"]
WORKLOADS = [f"t{i}" for i in range(16)] + [f"s{i}" for i in range(10)]


def wsc(binary, command, *options):
    """The JSON of a command, and its exit code."""
    run = subprocess.run([binary, command, SPEC, "--format", "json", *options],
                         capture_output=True, text=True)
    return run.returncode, json.loads(run.stdout) if run.stdout.lstrip().startswith("{") else {}


def baseline(binary, chip, workload):
    """Throughput and power of a chip with its best strategy, or why there is none."""
    code, answer = wsc(binary, "evaluate", "--chip", chip, "--workload", workload,
                       "--strategy", "Any", "--best-strategy")
    if code:
        return {1: "does not fit", 2: "out of its domain"}.get(code, f"exit code {code}")
    metrics = answer["metrics"]
    return metrics["throughput"]["value"], metrics["power"]["value"]


def best_found(binary, workload, budget):
    """The design of the highest throughput on the front of a search."""
    with tempfile.TemporaryDirectory() as folder:
        _, answer = wsc(binary, "explore", "--workload", workload, "--budget", str(budget),
                        "-o", folder + "/run")
    found = [(d["objectives"]["throughput"]["value"], d["objectives"]["power"]["value"])
             for d in answer.get("front", [])]
    return max(found) if found else "nothing found"


def cells(result):
    if isinstance(result, str):
        return f"{result} | |"
    throughput, power = result
    return f"{throughput / 1e3:.1f} | {power / 1e3:.1f} | {throughput / power:.3g}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", nargs="?", default="wsc")
    parser.add_argument("--budget", type=int, default=200)
    parser.add_argument("--workloads", default=",".join(WORKLOADS))
    arguments = parser.parse_args()
    columns = BASELINES + ["best found"]
    print("| workload | " + " | ".join(f"{c}: ktoken/s | kW | token/J" for c in columns) + " |")
    print("|---|" + "---:|" * 3 * len(columns))
    for workload in arguments.workloads.split(","):
        results = [baseline(arguments.binary, chip, workload) for chip in BASELINES]
        results.append(best_found(arguments.binary, workload, arguments.budget))
        print(f"| {workload} | " + " | ".join(map(cells, results)) + " |")
        sys.stdout.flush()


main()
