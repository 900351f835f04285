#!/usr/bin/env python3
"""Runs the comparison of study.wsc: study.py [WSC] [--budget N] [--workloads t0,t1,...] [--basis equal_peak,...]

For each workload, the best strategy of each system that exists; and against each of these the best design that
searches of N evaluations find: how much faster one is without a limit of power, and at no more power, and how much
less power one draws that is no slower.
"""
import argparse
import json
import math
import pathlib
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent
BASELINES = ["Gpus", "Wse2", "Dojo"]
TRAINING = [f"t{i}" for i in range(16)]
SERVING = [f"s{i}" for i in range(10)]
SHARES = [1, 0.7, 0.5, 0.35, 0.2, 0.1]  # of the power of a system, as long as designs are no slower
UNLIMITED = 1e12  # W
REASONS = {1: "does not fit", 2: "out of its domain"}


def wsc(binary, command, spec, *options):
    """The JSON of a command, and its exit code."""
    run = subprocess.run([binary, command, spec, "--format", "json", "-I", FOLDER, *options],
                         capture_output=True, text=True)
    return run.returncode, json.loads(run.stdout) if run.stdout.lstrip().startswith("{") else {}


def baseline(binary, chip, workload, settings):
    """Throughput and power of a system with its best strategy, or why there is none."""
    code, answer = wsc(binary, "evaluate", FOLDER / "study.wsc", "--chip", chip, "--workload", workload,
                       "--strategy", "Any", "--best-strategy", *settings)
    if code:
        return REASONS.get(code, f"exit code {code}")
    metrics = answer["metrics"]
    return metrics["throughput"]["value"], metrics["power"]["value"]


def best_found(binary, workload, settings, power, budget):
    """Throughput and power of the fastest design of at most this power; None where no search found one."""
    with tempfile.TemporaryDirectory() as folder:
        question = pathlib.Path(folder) / "question.wsc"
        question.write_text("wsc 1\nimport study\nexplore {\n"
                            f"  chip = study.Published; workload = study.{workload}; strategy = study.Any\n"
                            f"  maximize throughput\n  require no_more : power <= {power!r} W\n}}\n")
        *fixed, basis = settings
        _, answer = wsc(binary, "sweep", question, "--over", basis, "--show", "power",
                        "--budget", str(budget), *fixed)
    values = [p["values"] for p in answer.get("points", []) if "values" in p]
    return (values[0]["throughput"]["value"], values[0]["power"]["value"]) if values else None


def compare(binary, workload, settings, system, budget):
    """By which factors the best designs are faster, faster at no more power, and cooler while no slower.
    What a search finds counts for all wider limits of power, too."""
    throughput, power = system
    found = [best_found(binary, workload, settings, UNLIMITED, budget)]
    for share in SHARES:
        found.append(best_found(binary, workload, settings, share * power, budget))
        if not found[-1] or found[-1][0] < throughput:
            break
    found = [f for f in found if f]
    fastest = max((t for t, _ in found), default=None)
    faster = max((t for t, p in found if p <= power), default=None)
    coolest = min((p for t, p in found if t >= throughput and p <= power), default=None)
    return fastest and fastest / throughput, faster and faster / throughput, coolest and power / coolest


def cell(system, factors):
    if isinstance(system, str):
        return f"{system} | | | "
    text = ["-" if f is None else f"{f:.2f}" for f in factors]
    return f"{system[0] / 1e3:.1f}, {system[1] / 1e3:.1f} | {' | '.join(text)}"


def summary(name, factors):
    """Geometric mean, and the largest, of what the searches found."""
    for what, values in zip(("faster", "faster at no more power", "less power while no slower"),
                            zip(*factors)):
        found = [v for v in values if v]
        if found:
            mean = math.exp(sum(map(math.log, found)) / len(found))
            print(f"- {name}, {what}: {mean:.2f} times on average, {max(found):.2f} at most ({len(found)} rows)")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", nargs="?", default="wsc")
    parser.add_argument("--budget", type=int, default=60)
    parser.add_argument("--workloads", default=",".join(TRAINING + SERVING))
    parser.add_argument("--basis", default="equal_peak,equal_area")
    parser.add_argument("--against", default=",".join(BASELINES))
    parser.add_argument("--in-flight", default="4", help="requests for each GPU, in serving")
    arguments = parser.parse_args()
    factors = {}
    against = arguments.against.split(",")
    print("| workload | " + " | ".join(f"{b}: ktoken/s, kW | fastest | faster | cooler" for b in against) + " |")
    print("|---|" + "---:|---:|---:|---:|" * len(against))
    for basis in arguments.basis.split(","):
        for workload in arguments.workloads.split(","):
            settings = [f"--set=in_flight={arguments.in_flight}"] if workload in SERVING else []
            cells = []
            for chip in against:
                system = baseline(arguments.binary, chip, workload,
                                  settings + ([] if chip == "Gpus" else [f"--set=basis={basis}"]))
                found = (None, None, None)
                if not isinstance(system, str):
                    found = compare(arguments.binary, workload, settings + [f"basis={basis}"], system,
                                    arguments.budget)
                    factors.setdefault((workload[0], basis, chip), []).append(found)
                cells.append(cell(system, found))
            print(f"| {workload}, {basis.replace('_', ' ')} | " + " | ".join(cells) + " |")
            sys.stdout.flush()
    print()
    for (kind, basis, chip), rows in factors.items():
        summary(f"{'training' if kind == 't' else 'serving'}, {basis.replace('_', ' ')}, against {chip}", rows)


main()
