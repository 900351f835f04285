#!/usr/bin/env python3
"""run.py BIN: the benchmark of the feasibility engine, as Markdown: the tables of docs/benchmarks.md.

BIN is the folder of `wsc` and `wsc-bench` (ninja -C build wsc wsc-bench).  Prints
  - a table for each question: median and worst processor time, memory (wsc-bench)
  - whole runs of `wsc`: check, bounds, count, sample, proofs and their verification
  - what each pass is worth: the verdicts again without it, or with it
Exits with 1 if an answer was wrong.  peers.py asks other tools."""
import argparse
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

SPECS = Path(__file__).resolve().parent / "specs"
LIBRARIES = {"wafer22.wsc", "package20.wsc", "theseus.wsc"}


def specs(pattern):
    """In the order of their sizes, by the letter that their names begin with."""
    found = [p for p in SPECS.glob(pattern) if p.name not in LIBRARIES]
    return sorted(found, key=lambda p: ("rsptml".index(p.name[0]), p.name))


def run_bench(args, *options, capture=False):
    """Runs wsc-bench; its output, if it is not to be shown."""
    run = subprocess.run([Path(args.bin) / "wsc-bench", *options], text=True,
                         stdout=subprocess.PIPE if capture else None)
    args.wrong |= run.returncode != 0
    return run.stdout


def wsc(args, command, spec, *options):
    """Processor time in ms, None where there was no answer in time, and the standard output."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(["prlimit", f"--cpu={args.timeout}", Path(args.bin) / "wsc", command, spec, *options],
                         capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode == 64:
        sys.exit(f"wsc {command}: {run.stderr}")
    time = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (1e3 * time if run.returncode >= 0 else None), run.stdout


def seeded(args, command, spec, *options):
    """The same with every seed: times, ascending; empty where some run had no answer in time."""
    times = []
    for seed in range(1, args.seeds + 1):
        time, _ = wsc(args, command, spec, *options, "--seed", str(seed))
        if time is None:
            return []
        times.append(time)
    return sorted(times)


def shown(args, times):
    if not times:
        return f"> {1000 * args.timeout} | "
    return f"{statistics.median(times):.1f} | {times[-1]:.1f}"


def process_times(args, title, command, chosen, *options):
    print(f"\n### {title}\n\n| spec | median ms | worst ms |\n|---|---:|---:|")
    for spec in chosen:
        print(f"| {spec.stem} | {shown(args, seeded(args, command, spec, *options))} |", flush=True)


def proofs(args, chosen):
    """Proofs of infeasibility: how long, and how long the independent checker takes."""
    print("\n### Proofs: `wsc check --proof` and `--verify-proof`\n\n"
          "| spec | lemmas | kB | prove ms | verify ms |\n|---|---:|---:|---:|---:|")
    for spec in chosen:
        with tempfile.NamedTemporaryFile() as file:
            prove, _ = wsc(args, "check", spec, "--proof", file.name)
            text = Path(file.name).read_text()
            if prove is None or not text:
                print(f"| {spec.stem} | | | > {1000 * args.timeout} | |", flush=True)
                continue
            verify, answer = wsc(args, "check", spec, "--verify-proof", file.name)
        args.wrong |= "was derived again" not in answer
        lemmas = sum(line.startswith("lemma") for line in text.splitlines())
        print(f"| {spec.stem} | {lemmas} | {len(text) / 1000:.0f} | {prove:.1f} | {verify:.1f} |", flush=True)


def samples(args, chosen):
    """Designs a second, set-up apart: of 1,000 over the first."""
    print("\n### `wsc sample`\n\n| spec | first, ms | uniform, 1/s | diverse, 1/s |\n|---|---:|---:|---:|")
    for spec in chosen:
        cells = []
        for options in [], ["--diverse"]:
            first, _ = wsc(args, "sample", spec, "-n", "1", *options)
            many, _ = wsc(args, "sample", spec, "-n", "1000", *options)
            cells.append("" if many is None else f"{999e3 / max(many - first, 1):.0f}")
        print(f"| {spec.stem} | " + (f"{first:.1f}" if first else "") + f" | {' | '.join(cells)} |", flush=True)


def rows(markdown):
    """The (spec, answer, median) of the last table in the output of wsc-bench."""
    lines = markdown.rsplit("###", 1)[-1].splitlines()
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in lines if line.startswith("|")][2:]
    return [(c[0], c[1], float(c[2])) for c in cells]


def pass_names(kind):
    definitions = (Path(__file__).resolve().parents[2] / "passes" / "Passes.def").read_text()
    return re.findall(rf'^{kind}\(\w+, "(\w+)"', definitions, re.MULTILINE)


def ablation(args, chosen):
    """The verdicts without each pass that runs by default, and with each that does not."""
    variants = {"default": []} | {f"- {p}": [f"--without={p}"] for p in pass_names("PASS")} \
        | {f"+ {p}": [f"--with={p}"] for p in pass_names("OPTIONAL_PASS")}
    results = {name: rows(run_bench(args, "--questions=verdict", "--seeds=1", f"--timeout={args.short}",
                                    *options, *map(str, chosen), capture=True))
               for name, options in variants.items()}
    print("\n### Verdicts without a pass, or with one more, ms\n\n| spec | " + " | ".join(variants) + " |\n|---|"
          + "---:|" * len(variants))
    for i, (spec, _, _) in enumerate(results["default"]):
        cells = [f"> {1000 * args.short}" if answer == "killed" else f"{ms:.1f}"
                 for _, answer, ms in (results[name][i] for name in variants)]
        print(f"| {spec} | " + " | ".join(cells) + " |", flush=True)


def everything_else(args, named):
    infeasible = [p for p in named if "infeasible" in p.read_text().lower()]
    loose = [p for p in named if "_loose" in p.name]
    process_times(args, "`wsc check` from process start", "check", named)
    proofs(args, infeasible)
    args.seeds = 1
    process_times(args, "`wsc bounds --optimize`: the exact bounds of fields and quantities", "bounds", loose,
                  "--optimize")
    process_times(args, "`wsc count`", "count", loose)
    samples(args, loose)
    ablation(args, [p for p in named if "_tighter" in p.name or "_above" in p.name])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--timeout", type=int, default=60, help="processor seconds of one question")
    parser.add_argument("--short", type=int, default=2, help="the same without a pass")
    parser.add_argument("--only", help="questions of wsc-bench, comma-separated, and nothing else")
    args = parser.parse_args()
    args.wrong = False
    named, drawn = specs("*.wsc"), specs("random/*.wsc")
    limits = [f"--seeds={args.seeds}", f"--timeout={args.timeout}"]
    only = [f"--questions={args.only}"] if args.only else []
    run_bench(args, *limits, *only, *map(str, named + drawn))
    if not args.only:
        everything_else(args, named)
    sys.exit(args.wrong)


if __name__ == "__main__":
    main()
