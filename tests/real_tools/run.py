#!/usr/bin/env python3
"""run.py [--wsc FILE] [--python FILE] [--work DIR] [TOOL...]: runs emitted files through the real tools.

Tools with a package come from PyPI into environments of their own under DIR; others are run where they are on
PATH.  A tool that cannot be had is SKIPPED with the reason.  Not part of the default tests: it needs a network.
"""
import argparse
import csv
import os
import pathlib
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Callable

ROOT = pathlib.Path(__file__).resolve().parents[2]
SPEC = ROOT / "tests/backends/Inputs/core.wsc"
M, N, K = 128, 128, 512
CORES, UNITS = 16, 64
MACS = M * N * K // CORES
DATAFLOWS = ["output_stationary", "weight_stationary", "input_stationary"]


class Skipped(Exception):
    pass


def near(what, got, expected, tolerance):
    assert abs(got - expected) <= tolerance * expected, f"{what}: {got}, expected {expected} within {tolerance:.0%}"
    return f"{what} {got:g} ({got / expected:.3f} of wsc's)"


def check_scalesim(folder):
    report, = folder.glob("*/COMPUTE_REPORT.csv")
    return [near("cycles", float(report.read_text().splitlines()[1].split(",")[2]), MACS / UNITS, 0.2)]


def check_timeloop(folder):
    stats = (folder / "out/operator/timeloop-model.stats.txt").read_text()
    cycles = float(re.search(r"\nCycles: (\d+)", stats).group(1))
    macs = float(re.search(r"Computes \(total\) +: (\d+)", stats).group(1))
    return [near("multiply-accumulates", macs, MACS, 0), near("cycles", cycles, MACS / UNITS, 0)]


def check_table(tolerance):
    def check(folder):
        row, = csv.DictReader(open(folder / "results.csv"))
        return [near("multiply-accumulates", float(row["macs"]), MACS, 0),
                near("cycles", float(row["cycles"]), MACS / UNITS, tolerance)]
    return check


@dataclass
class Tool:
    check: Callable
    packages: list[str] = field(default_factory=list)  # from PyPI; else `program` has to be on PATH
    program: str = ""
    python: tuple = (3, 9)


TOOLS = {
    # SCALE-Sim 3.0.0 fails with later ones of these two.
    "scalesim": Tool(check_scalesim, ["scalesim==3.0.0", "numpy<2.3", "pandas<3"], python=(3, 10)),
    "timeloop": Tool(check_timeloop, program="timeloop-model"),
    "accelforge": Tool(check_table(0.001), ["accelforge==1.0.467"], python=(3, 12)),
    # ZigZag imports six without asking for it.
    "zigzag": Tool(check_table(0.25), ["zigzag-dse==3.9.1", "six"], python=(3, 11)),
}


def environment(name, tool, options):
    """The environment variables under which the tool runs."""
    variables = dict(os.environ)
    if not tool.packages:
        if not shutil.which(tool.program):
            raise Skipped(f"`{tool.program}` is not on PATH and has no package")
        return variables
    version = subprocess.run([options.python, "-c", "import sys; print(*sys.version_info[:2])"], check=True,
                             capture_output=True, text=True).stdout.split()
    if tuple(map(int, version)) < tool.python:
        raise Skipped(f"needs Python {tool.python[0]}.{tool.python[1]}; name one with --python")
    home = options.work / name
    if not (home / "ready").exists():
        subprocess.run([options.python, "-m", "venv", "--clear", home], check=True)
        installed = subprocess.run([home / "bin/pip", "install", "-q", *tool.packages], capture_output=True, text=True)
        if installed.returncode != 0:
            raise Skipped("PyPI: " + (installed.stderr.strip().splitlines() or ["pip failed"])[-1])
        (home / "ready").touch()
    variables["PATH"] = f"{home / 'bin'}{os.pathsep}{variables['PATH']}"
    return variables


def run(name, tool, dataflow, options, variables):
    folder = options.work / f"{name}-{dataflow}"
    shutil.rmtree(folder, ignore_errors=True)
    settings = {"core.macs": UNITS, "core.dataflow": dataflow, "workload.m": M, "workload.n": N, "workload.k": K}
    subprocess.run([options.wsc, "emit", name, SPEC, "-o", folder]
                   + [part for path, value in settings.items() for part in ("--set", f"{path}={value}")],
                   check=True, stdout=subprocess.DEVNULL)
    command = re.search(r"Run:\n\n +(.*)", (folder / "README").read_text()).group(1)
    with open(folder / "log.txt", "w") as log:
        done = subprocess.run(["bash", "-c", command], cwd=folder, env=variables, stdout=log, stderr=log)
    assert done.returncode == 0, f"{command}: exit {done.returncode}, see {folder / 'log.txt'}"
    return tool.check(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wsc", type=pathlib.Path, default=ROOT / "build/bin/wsc")
    parser.add_argument("--python", default=sys.executable, help="makes the environments")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build/real_tools")
    parser.add_argument("tools", nargs="*", metavar="TOOL", help=", ".join(TOOLS))
    options = parser.parse_args()
    if unknown := set(options.tools) - set(TOOLS):
        parser.error(f"no such tool: {', '.join(sorted(unknown))}")
    options.work = options.work.resolve()
    options.work.mkdir(parents=True, exist_ok=True)
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for name in options.tools or TOOLS:
        tool = TOOLS[name]
        try:
            variables = environment(name, tool, options)
        except Skipped as reason:
            counts["skipped"] += 1
            print(f"SKIPPED {name}: {reason}")
            continue
        for dataflow in DATAFLOWS:
            try:
                print(f"PASSED {name} {dataflow}: " + ", ".join(run(name, tool, dataflow, options, variables)))
                counts["passed"] += 1
            except (AssertionError, subprocess.CalledProcessError, OSError, ValueError, KeyError) as failure:
                counts["failed"] += 1
                print(f"FAILED {name} {dataflow}: {failure}")
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
