#!/usr/bin/env python3
"""run.py [--wsc FILE] [--work DIR] [--seconds N] [TOOL...]: runs emitted files through the real tools.

Tools with a package come from PyPI into environments of their own under DIR, every package at the version that
requirements/TOOL.txt names; others are run where their program is on PATH, or their folder is named by the variable
that the command in the README says.  A tool that cannot be had, or not within the time, is SKIPPED with the reason:
only what a tool says of our files can fail.  Not part of the tests that users run, as it needs a network; CI runs it
after them.
"""
import argparse
import csv
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Callable

ROOT = pathlib.Path(__file__).resolve().parents[2]
M, N, K = 128, 128, 512
CORES, UNITS = 16, 64
MACS = M * N * K // CORES
INPUTS, EXAMPLES = ROOT / "tests/backends/Inputs", ROOT / "examples"


class Skipped(Exception):
    pass


def near(what, got, expected, tolerance):
    assert abs(got - expected) <= tolerance * expected, f"{what}: {got}, expected {expected} within {tolerance:.0%}"
    return f"{what} {got:g} ({got / expected:.3f} of wsc's)"


def check_scalesim(wsc, name, folder):
    report, = folder.glob("*/COMPUTE_REPORT.csv")
    return [near("cycles", float(report.read_text().splitlines()[1].split(",")[2]), MACS / UNITS, 0.2)]


def check_timeloop(wsc, name, folder):
    stats = (folder / "out/operator/timeloop-model.stats.txt").read_text()
    cycles = float(re.search(r"\nCycles: (\d+)", stats).group(1))
    macs = float(re.search(r"Computes \(total\) +: (\d+)", stats).group(1))
    return [near("multiply-accumulates", macs, MACS, 0), near("cycles", cycles, MACS / UNITS, 0)]


def check_table(tolerance):
    def check(wsc, name, folder):
        row, = csv.DictReader(open(folder / "results.csv"))
        return [near("multiply-accumulates", float(row["macs"]), MACS, 0),
                near("cycles", float(row["cycles"]), MACS / UNITS, tolerance)]
    return check


def check_figures(tolerance=None, reads=""):
    """What `wsc import-result` reads: a figure of wsc's at least, and those that begin with `reads` near it."""
    def check(wsc, name, folder):
        said = subprocess.run([wsc, "import-result", name, folder], capture_output=True, text=True)
        assert said.returncode == 0, said.stderr.strip()
        rows = [re.split(r"  +", line.strip()) for line in said.stdout.splitlines()[1:]]
        both = [row for row in rows if re.fullmatch(r"[+-]?[\d.]+%", row[-1])]
        assert both, f"no figure of both:\n{said.stdout}"
        for row in both if tolerance is not None else []:
            off = float(row[-1].rstrip("%")) / 100
            assert not row[0].startswith(reads) or abs(off) <= tolerance, f"{row[0]}: {row[-1]} off"
        return [f"{row[0]} {row[-1]}" for row in both[:3]] + ([f"{len(both)} figures"] if len(both) > 3 else [])
    return check


CORE = {dataflow: (INPUTS / "core.wsc", f"core.macs={UNITS} core.dataflow={dataflow} workload.m={M} workload.n={N} "
                   f"workload.k={K}") for dataflow in ("output_stationary", "weight_stationary", "input_stationary")}
RING = {"ring": (INPUTS / "all-reduce.wsc", "wafer.topology=torus wafer.rows=1 wafer.cols=16 strategy.tp=16")}
LINE = {"line": (INPUTS / "all-reduce.wsc", "wafer.topology=mesh wafer.rows=1 wafer.cols=4 strategy.tp=4")}
SERVING = {"serving": (INPUTS / "serving.wsc", "system.wafers=1 strategy.tp=4 strategy.dp=1")}
TRAINING = {"training": (INPUTS / "training.wsc", "system.wafers=2 strategy.tp=4 strategy.pp=3 strategy.dp=2 "
                         "strategy.recompute=selective")}


@dataclass
class Tool:
    check: Callable
    cases: dict        # of each a spec, its settings and other options
    program: str = ""  # has to be on PATH
    folder: str = ""   # or a variable has to name it; else it is a package, with a file in requirements/
    python: tuple = (3, 11)


TOOLS = {
    "timeloop": Tool(check_timeloop, CORE, program="timeloop-model"),
    "scalesim": Tool(check_scalesim, CORE),
    "zigzag": Tool(check_table(0.25), CORE),
    "accelforge": Tool(check_table(0.001), CORE, python=(3, 12)),
    "booksim": Tool(check_figures(), {"traffic": (EXAMPLES / "mesh_traffic.wsc", "--level reticle")}, program="booksim"),
    "astra-sim": Tool(check_figures(0.25, "iteration"), RING, program="AstraSim_Analytical_Congestion_Unaware"),
    "hotspot": Tool(check_figures(), SERVING, program="hotspot"),
    "calculon": Tool(check_figures(), TRAINING, program="calculon"),
    "dramsim3": Tool(check_figures(), SERVING, program="dramsim3main.out"),
    "cacti": Tool(check_figures(), {"sram": (INPUTS / "sram.wsc", "core.sram_bandwidth=256bit/cycle")}, folder="CACTI"),
    "rapidchiplet": Tool(check_figures(), {"stacked_dram": (EXAMPLES / "stacked_dram.wsc", "")}, folder="RAPIDCHIPLET"),
    "rapidchiplet-booksim": Tool(check_figures(0.03), LINE, folder="RAPIDCHIPLET"),
    "llmcompass": Tool(check_figures(), {"node": (INPUTS / "device.wsc", "strategy.tp=8 workload.output_len=2token")},
                       folder="LLMCOMPASS"),
    "wafer-ai-sim": Tool(check_figures(), SERVING, folder="WAFERAI_SIM"),
    "stream": Tool(check_figures(0.4, "mesh cycles"), CORE, python=(3, 12)),  # last, as its packages are the most
}


class Deadline:
    def __init__(self, seconds):
        self.end = time.monotonic() + seconds if seconds else None

    def run(self, command, **options):
        """As subprocess.run; SKIPPED where time is over."""
        left = None if self.end is None else self.end - time.monotonic()
        if left is not None and left <= 0:
            raise Skipped("the time of --seconds is over")
        try:
            return subprocess.run(command, timeout=left, **options)
        except subprocess.TimeoutExpired:
            raise Skipped("the time of --seconds is over") from None


def interpreter(lowest):
    """A Python of this version or later: this one, one on PATH, or one that pyenv has."""
    pyenv = pathlib.Path(os.environ.get("PYENV_ROOT", pathlib.Path.home() / ".pyenv"))
    newer = [f"python3.{minor}" for minor in range(lowest[1], 20)]
    for python in [sys.executable, *filter(None, map(shutil.which, newer)), *map(str, pyenv.glob("versions/3.*/bin/python3"))]:
        said = subprocess.run([python, "-c", "import venv, sys; print(*sys.version_info[:2])"],
                              capture_output=True, text=True)
        if said.returncode == 0 and tuple(map(int, said.stdout.split())) >= lowest:
            return python
    raise Skipped(f"needs Python {lowest[0]}.{lowest[1]}")


def environment(name, tool, work, deadline):
    """The environment variables under which the tool runs."""
    variables = dict(os.environ)
    if tool.program:
        if not shutil.which(tool.program):
            raise Skipped(f"`{tool.program}` is not on PATH and has no package")
        return variables
    if tool.folder:
        if not pathlib.Path(variables.get(tool.folder) or "nowhere").is_dir():
            raise Skipped(f"it has no package, and ${tool.folder} does not name its folder")
        return variables
    python, home = interpreter(tool.python), work / name
    if not (home / "ready").exists():
        made = deadline.run([python, "-m", "venv", "--clear", home], capture_output=True, text=True)
        if made.returncode != 0:
            raise Skipped("venv: " + (made.stdout.strip().splitlines() or ["failed"])[-1])
        requirements = ROOT / f"tests/real_tools/requirements/{name}.txt"
        installed = deadline.run([home / "bin/pip", "install", "-q", "--no-compile", "--disable-pip-version-check",
                                  "--retries=1", "-r", requirements], capture_output=True, text=True)
        if installed.returncode != 0:
            raise Skipped("PyPI: " + (installed.stderr.strip().splitlines() or ["pip failed"])[-1])
        (home / "ready").touch()
    variables["PATH"] = f"{home / 'bin'}{os.pathsep}{variables['PATH']}"
    return variables


def run(name, tool, case, options, variables, deadline):
    folder = options.work / f"{name}-{case}"
    shutil.rmtree(folder, ignore_errors=True)
    spec, settings = tool.cases[case]
    subprocess.run([options.wsc, "emit", name, spec, "-o", folder]
                   + [part for word in settings.split() for part in (["--set", word] if "=" in word else [word])],
                   check=True, stdout=subprocess.DEVNULL)
    command = re.search(r"Run:\n\n +(.*)", (folder / "README").read_text()).group(1)
    with open(folder / "log.txt", "w") as log:
        done = deadline.run(["bash", "-c", command], cwd=folder, env=variables, stdout=log, stderr=log)
    # BookSim2 exits with 255 after success.
    failed = done.returncode != 0 and "booksim" not in name
    assert not failed, f"{command}: exit {done.returncode}, see {folder / 'log.txt'}"
    return tool.check(options.wsc, name, folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wsc", type=pathlib.Path, default=ROOT / "build/bin/wsc")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build/real_tools")
    parser.add_argument("--seconds", type=float, help="skip what is not done by then")
    parser.add_argument("tools", nargs="*", metavar="TOOL", help=", ".join(TOOLS))
    options = parser.parse_args()
    if unknown := set(options.tools) - set(TOOLS):
        parser.error(f"no such tool: {', '.join(sorted(unknown))}")
    options.work = options.work.resolve()
    options.work.mkdir(parents=True, exist_ok=True)
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    deadline = Deadline(options.seconds)
    for name in options.tools or TOOLS:
        tool = TOOLS[name]
        try:
            variables = environment(name, tool, options.work, deadline)
            for case in tool.cases:
                try:
                    said = ", ".join(run(name, tool, case, options, variables, deadline))
                    counts["passed"] += 1
                    print(f"PASSED {name} {case}: {said}", flush=True)
                except (AssertionError, subprocess.CalledProcessError, OSError, ValueError, KeyError) as failure:
                    counts["failed"] += 1
                    print(f"FAILED {name} {case}: {failure}", flush=True)
        except Skipped as reason:
            counts["skipped"] += 1
            print(f"SKIPPED {name}: {reason}", flush=True)
    print("real tools: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
