#!/usr/bin/env python3
"""agreement.py WSC [SPEC] [-n N] [--fidelities flow,cycle]: do the fidelities rank designs alike?

Draws N feasible designs of a spec (all equally likely, seed 1), evaluates each at every fidelity, and
prints for each pair of fidelities how the times of an iteration, of its collectives alone, and of its
transfers between the stages of a pipeline, agree: Kendall's tau (ties count for neither), mean and worst
difference, and the processor time they took.
"""
import argparse
import itertools
import json
import os
import resource
import subprocess

COLLECTIVES = ("tensor-parallel collectives", "gradient reduction", "expert all-to-all",
               "context-parallel ring", "weight and gradient shards", "gathering of updated weights")


def run(*command):
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True).stdout)


def text(field):
    value = field["value"]
    return f"{value!r} {field['unit']}" if "unit" in field else str(value).lower() if isinstance(value, bool) else str(value)


def evaluate(wsc, spec, design, fidelity):
    settings = [f"--set={name}={text(field)}" for name, field in design.items()]
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    answer = run(wsc, "evaluate", spec, "--format=json", f"--fidelity={fidelity}", *settings)
    seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    if answer["status"] != "ok":
        return answer["status"], None, seconds
    time = next(item for item in answer["breakdown"] if item["name"] == "time")
    network = sum(part["value"] for part in time["parts"] if part["name"] in COLLECTIVES)
    transfers = sum(part["value"] for part in time["parts"] if part["name"] == "stage transfers")
    return "ok", (answer["metrics"]["iteration_time"]["value"], network, transfers), seconds


def tau(a, b):
    """Kendall's tau of two lists: concordant less discordant pairs, over pairs that are not tied."""
    signs = [(x - y) * (u - v) for (x, u), (y, v) in itertools.combinations(zip(a, b), 2)]
    agree, differ = sum(s > 0 for s in signs), sum(s < 0 for s in signs)
    return (agree - differ) / max(agree + differ, 1)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wsc")
    parser.add_argument("spec", nargs="?", default=os.path.join(here, "wafers.wsc"))
    parser.add_argument("-n", type=int, default=200)
    parser.add_argument("--fidelities", default="analytic,flow,cycle")
    options = parser.parse_args()
    fidelities = options.fidelities.split(",")

    # Not every design that the requirements allow can be placed on its wafers.
    designs = run(options.wsc, "sample", options.spec, f"-n", str(4 * options.n), "--format=json")["designs"]
    kept, seconds = [], dict.fromkeys(fidelities, 0.0)
    rejected = {}
    for design in designs:
        results = {}
        for fidelity in fidelities:
            status, times, took = evaluate(options.wsc, options.spec, design, fidelity)
            if times is None or times[1] == 0:
                status = status if times is None else "without collectives"
                rejected[f"{fidelity}: {status}"] = rejected.get(f"{fidelity}: {status}", 0) + 1
                break
            results[fidelity] = times
            seconds[fidelity] += took
        else:
            kept.append(results)
        if len(kept) == options.n:
            break

    print(f"{len(kept)} designs of {os.path.basename(options.spec)}; not compared: {rejected or 'none'}")
    print("| | tau, iteration | tau, collectives | mean difference | worst | transfers, mean | worst |\n"
          "|---|---:|---:|---:|---:|---:|---:|")
    for a, b in itertools.combinations(fidelities, 2):
        columns = [[[r[f][i] for r in kept] for f in (a, b)] for i in (0, 1, 2)]
        errors = [[abs(x / y - 1) for x, y in zip(*column) if y > 0] or [0] for column in columns]
        print(f"| {a} against {b} | {tau(*columns[0]):.3f} | {tau(*columns[1]):.3f} | "
              + " | ".join(f"{100 * value:.1f} %" for e in errors[1:] for value in (sum(e) / len(e), max(e))) + " |")
    for fidelity, total in seconds.items():
        print(f"{fidelity}: {total / max(len(kept), 1):.3f} s a design, with reading the spec")


if __name__ == "__main__":
    main()
