#!/usr/bin/env python3
"""run.py BIN: the benchmark of the feasibility engine, as Markdown: the tables of docs/benchmarks.md.

BIN is the folder of `wsc` and `wsc-bench` (ninja -C build wsc wsc-bench).  Prints
  - a table for each question: median and worst processor time, memory (wsc-bench)
  - `wsc check` from process start
  - what each pass is worth: the verdicts again without it
Exits with 1 if an answer was wrong.  peers.py asks other tools."""
import argparse
import resource
import statistics
import subprocess
import sys
from pathlib import Path

SPECS = Path(__file__).parent / "specs"
LIBRARIES = {"wafer22.wsc", "package20.wsc", "theseus.wsc"}


def specs(pattern):
    """In the order of their sizes, by the letter that their names begin with."""
    found = [p for p in SPECS.glob(pattern) if p.name not in LIBRARIES]
    return sorted(found, key=lambda p: ("rsptml".index(p.name[0]), p.name))


def run_bench(args, *options):
    """The output of wsc-bench; what it reports goes to standard error."""
    run = subprocess.run([Path(args.bin) / "wsc-bench", *options], stdout=subprocess.PIPE, text=True)
    args.wrong |= run.returncode != 0
    return run.stdout


def processor_time(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def process_times(args, chosen):
    print("\n### `wsc check` from process start\n\n| spec | median ms | worst ms |\n|---|---:|---:|")
    for spec in chosen:
        times = sorted(1e3 * processor_time(
            ["timeout", str(args.timeout), Path(args.bin) / "wsc", "check", spec, "--seed", str(seed)])
            for seed in range(1, args.seeds + 1))
        print(f"| {spec.stem} | {statistics.median(times):.1f} | {times[-1]:.1f} |", flush=True)


def rows(markdown):
    """The (spec, answer, median) of the last table in the output of wsc-bench."""
    lines = markdown.rsplit("###", 1)[-1].splitlines()
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in lines if line.startswith("|")][2:]
    return [(c[0], c[1], float(c[2])) for c in cells]


def pass_names(args):
    listed = subprocess.run([Path(args.bin) / "wsc", "opt", "--list"], capture_output=True, text=True,
                            check=True).stdout
    return [l.split()[0] for l in listed.splitlines() if l and not l.startswith(" ")]


def ablation(args, chosen):
    """The verdicts without each pass, over those with all."""
    variants = {"(none)": []} | {p: [f"--without={p}"] for p in pass_names(args)}
    results = {name: rows(run_bench(args, "--questions=verdict", "--seeds=1", f"--timeout={args.short}",
                                    *options, *map(str, chosen)))
               for name, options in variants.items()}
    print("\n### Verdicts without a pass, ms\n\n| spec | " + " | ".join(variants) + " |\n|---|"
          + "---:|" * len(variants))
    for i, (spec, _, _) in enumerate(results["(none)"]):
        cells = [f"> {1000 * args.short}" if answer == "killed" else f"{ms:.1f}"
                 for _, answer, ms in (results[name][i] for name in variants)]
        print(f"| {spec} | " + " | ".join(cells) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--timeout", type=int, default=60, help="processor seconds of one question")
    parser.add_argument("--short", type=int, default=10, help="the same without a pass")
    parser.add_argument("--only", help="questions of wsc-bench, comma-separated, and nothing else")
    args = parser.parse_args()
    args.wrong = False
    named, drawn = specs("*.wsc"), specs("random/*.wsc")
    limits = [f"--seeds={args.seeds}", f"--timeout={args.timeout}"]
    only = [f"--questions={args.only}"] if args.only else []
    print(run_bench(args, *limits, *only, *map(str, named + drawn)), flush=True)
    if not args.only:
        process_times(args, named)
        ablation(args, named)
    sys.exit(args.wrong)


if __name__ == "__main__":
    main()
