#!/usr/bin/env python3
"""frontend.py WSC [LINES...]: how long the front end takes by size of the spec, and the solver.

Generates specs of 100 .. 20,000 lines with one open field in ten lines and one `prefer` in fifty, runs
`wsc check --time-phases` on each (the best of five runs), and prints a Markdown table.  Time per line
should stay the same.  docs/benchmarks.md has the results."""
import argparse
import subprocess
import sys
import tempfile


def component(number):
    """A component of 50 lines with 5 open fields: documented parameters, sourced constants,
    quantities that build on one another, a table look-up, a choice, requirements."""
    n = number
    lines = [
        f"const wire_{n} : energy/data/length = 0.15 pJ/bit/mm from \"a data sheet, table {n}\"",
        f"fn share_{n}(x : real, y : real) : real = x / max(x + y, 1)",
        f"/// One of many; its neighbour is Part{n + 1}.",
        f"component Part{n} {{",
        "  param macs           : int       in pow2(4 .. 64)          // a trailing comment",
        "  param sram           : data      in pow2(32 KiB .. 1 MiB)",
        "  param width          : data/cycle in { 32 bit/cycle, 64 bit/cycle, 128 bit/cycle }",
        "  param rows, cols     : int       in 1 .. 16",
        "  param simd           : int       = 2",
        "  param rate           : frequency = 1 GHz",
        "",
        "  /// What it computes.",
        "  let units_0  : real      = rows * cols * macs",
        "  let peak     : flop_rate = units_0 * simd * 2 flop/cycle * rate",
        "  let port     : data_rate = width * rate",
        "  let edge     : length    = sqrt(sram / 1 KiB * 0.01 mm^2)",
        f"  let transfer : power     = port * wire_{n} * edge",
        "  let square   : area      = edge^2 + macs * 3000 um^2 + base_area",
        "  let base_area: area      = if rows > 8 then 0.5 mm^2 else 0.25 mm^2",
    ]
    quantities = 24
    for i in range(1, quantities + 1):
        kind = (n + i) % 4
        before = f"units_{i - 1}"
        body = (f"{before} + {i} * rows", f"min({before}, cols * {i}) + 0.5",
                f"share_{n}({before}, rows) * {n % 7 + 1}",
                f"if {before} > {i} then {before} / 2 else {before} + macs")[kind]
        lines.append(f"  let units_{i}  : real = {body}")
    lines += [
        f"  require small_{n} : square <= {n % 5 + 40} mm^2 else \"a part of the reticle\"",
        f"  require cool_{n}  : transfer <= 15 kW and peak > 0 flop/s",
        f"  require cells_{n} : units_{quantities} <= 1e9 implies rows <= cols * 16",
        f"  prefer square_{n} : rows == cols weight 0.5",
        "}",
    ]
    return lines


def spec(size):
    """About `size` lines."""
    parts = max(1, round(size / 49))
    lines = ["wsc 1", "", *(line for n in range(parts) for line in component(n)), "", "chip Large {"]
    lines += [f"  part{n} : Part{n} {{ simd = {n % 4 + 1} }}" for n in range(parts)]
    lines += ["}"]
    return "\n".join(lines) + "\n"


FRONTEND = ("parse", "elaborate", "passes")
PHASES = (*FRONTEND, "solve")


def phases(wsc, path):
    """Seconds of processor time by phase: the last column but one of the report."""
    result = subprocess.run([wsc, "check", "--time-phases", path], capture_output=True, text=True)
    if result.returncode:
        sys.exit(result.stdout + result.stderr)
    columns = (line.replace("(", " ").split() for line in result.stderr.splitlines())
    return {c[-1]: float(c[-5]) for c in columns if c and c[-1] in PHASES}


def measure(wsc, text, runs):
    with tempfile.NamedTemporaryFile("w", suffix=".wsc") as file:
        file.write(text)
        file.flush()
        return min((phases(wsc, file.name) for _ in range(runs)), key=lambda t: sum(t.values()))


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("wsc")
parser.add_argument("lines", nargs="*", type=int,
                    default=[100, 500, 1000, 2000, 5000, 10_000, 20_000])
parser.add_argument("--runs", type=int, default=5)
parser.add_argument("--print", action="store_true", help="print the specs instead")
options = parser.parse_args()

if not options.print:
    print("| lines | kB | open fields | parse ms | elaborate ms | passes ms | sum ms | us a line | prefers | solve ms |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
for size in options.lines:
    text = spec(size)
    if options.print:
        print(text, end="")
        continue
    times = measure(options.wsc, text, options.runs)
    lines, total = text.count("\n"), sum(times[phase] for phase in FRONTEND)
    print("|", lines, "|", round(len(text) / 1000), "|", 5 * text.count("\ncomponent "), "|",
          *(f"{1000 * times[phase]:.1f} |" for phase in FRONTEND),
          f"{1000 * total:.1f} | {1e6 * total / lines:.1f} |",
          text.count("\n  prefer "), f"| {1000 * times['solve']:.1f} |")
