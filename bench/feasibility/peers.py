#!/usr/bin/env python3
"""peers.py WSC SPEC...: the same question to other tools, as a Markdown table.

Asks whether there is a design (with --optimum: what the best is worth) of
  wsc        `wsc check --conflicts=0`, from process start: the verdict alone, as from the others
             (wsc-bench for optima)
  z3         the naive encoding in integers and reals (smt.py)
  cvc5       the same text
  gecode     MiniZinc's default solver, with integer and float variables (mzn.py)
  brute      numpy over arrays of designs: all of them in an order without pattern if there are at most
             10^9, else random ones
What a tool does not have (exp, tails of binomials ...) is given to it as a table where that is small, and
else left free; see encode.py.  So every design found is held against the spec by `wsc check --set`, and
"not a design" says that it fails.  Chuffed has no float variables (MiniZinc/libminizinc#862), so it can be
given none of these specs.

Needs Python with numpy, z3-solver and cvc5, in an environment of their own, and MiniZinc:
  python3 -m venv PEERS && PEERS/bin/pip install numpy z3-solver cvc5 && apt install minizinc
  PEERS/bin/python bench/feasibility/peers.py build/bin/wsc bench/feasibility/specs/*.wsc
docs/benchmarks.md says which versions the table there was made with.  Times are processor seconds."""
import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import mzn
import smt
import space as spaces
import vectors

HERE = Path(__file__).resolve().parent


def limited(command, seconds, **options):
    """Runs a command for so many processor seconds; its output, None if it was ended, and the time."""
    def limit():
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        run = subprocess.run(command, capture_output=True, text=True, preexec_fn=limit,
                             timeout=100 * seconds, **options)
        output, ended = run.stdout, run.returncode < 0
    except subprocess.TimeoutExpired as expired:
        output, ended = (expired.stdout or b"").decode(), True
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    time = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return output, ended or time >= 0.9 * seconds, time  # a child of it may have been ended instead


class Bench:
    def __init__(self, args):
        self.wsc, self.seconds, self.optimum = args.wsc, args.timeout, args.optimum
        definitions = (HERE.parents[1] / "passes" / "Passes.def").read_text()
        self.passes = ",".join(re.findall(r'^PASS\(\w+, "(\w+)"', definitions, re.MULTILINE))

    def load(self, spec):
        text = subprocess.run([self.wsc, "opt", spec, "--print-ir", f"--passes={self.passes}"],
                              capture_output=True, text=True, check=True).stdout
        space = spaces.read(text)
        return text, space, space.objectives[0] if self.optimum else None

    def holds(self, spec, space, design):
        """Whether wsc agrees that this is a design."""
        settings = [w for p, v in design.items() for w in ("--set", space.setting(p, v))]
        run = subprocess.run([self.wsc, "check", spec, *settings, "--format=json"],
                             capture_output=True, text=True)
        try:
            return json.loads(run.stdout)["verdict"] == "feasible"
        except (ValueError, KeyError):
            sys.exit(f"{spec}: {' '.join(settings)}: {run.stdout}{run.stderr}")

    def judged(self, spec, space, design, goal, relaxed=False):
        """`feasible`, or what the best design is worth."""
        if not self.holds(spec, space, design):
            return "not a design" + (" (relaxed)" if relaxed else "")
        if not goal:
            return "feasible"
        values = {p: float(v) for p, v in design.items()}
        return f"{vectors.evaluate(space, space.reachable([goal[2]]), values)[goal[2]]:.7g}"

    # ---- the tools ---------------------------------------------------------------------------

    def run_wsc(self, spec, text, space, goal):
        if goal:
            bench = Path(self.wsc).with_name("wsc-bench")
            output, _, _ = limited([bench, "--questions=optimum", "--seeds=1", f"--timeout={self.seconds}", spec],
                                   100 * self.seconds)
            _, answer, milliseconds, *_ = [c.strip() for c in output.splitlines()[-1].strip("|").split("|")]
            return (None if answer == "killed" else answer), float(milliseconds) / 1000
        output, ended, time = limited([self.wsc, "check", spec, "--conflicts=0", "--format=json",
                                       "--limit", str(10**12)], self.seconds)
        return (None if ended else json.loads(output)["verdict"]), time

    def run_smt(self, command, spec, space, goal):
        writer = smt.Writer(space, goal)
        with tempfile.NamedTemporaryFile("w", suffix=".smt2") as file:
            file.write(writer.text())
            file.flush()
            output, ended, time = limited([*command, file.name], self.seconds)
        word = output.split("\n", 1)[0].strip()
        if word == "sat":
            return self.judged(spec, space, smt.read_model(output, writer), goal, writer.relaxed), time
        if word == "unsat":
            return "infeasible", time
        return (None if ended or word == "timeout" else word or "no answer"), time

    def run_z3(self, spec, text, space, goal):
        return self.run_smt([Path(sys.executable).parent / "z3"], spec, space, goal)

    def run_cvc5(self, spec, text, space, goal):
        if goal:
            return "n/a", 0
        return self.run_smt([sys.executable, HERE / "cvc5_run.py"], spec, space, goal)

    def run_gecode(self, spec, text, space, goal):
        writer = mzn.Writer(space, goal)
        with tempfile.NamedTemporaryFile("w", suffix=".mzn") as file:
            file.write(writer.text())
            file.flush()
            output, ended, time = limited(["minizinc", "--solver", "gecode", file.name], self.seconds)
        if "indices " in output and not (goal and "==========" not in output):
            return self.judged(spec, space, mzn.read_model(output, writer), goal, writer.relaxed), time
        if "UNSATISFIABLE" in output:
            return "infeasible", time
        return (None if ended else "no answer"), time

    def run_brute(self, spec, text, space, goal):
        output, ended, time = limited([sys.executable, HERE / "brute.py"] + (["--optimum"] if goal else []),
                                      self.seconds, input=text)
        if ended or not output:
            return None, time
        answer = json.loads(output)
        if answer["verdict"] != "feasible":
            return answer["verdict"], time
        design = {p: spaces.Fraction(v) for p, v in answer["design"].items()}
        return self.judged(spec, space, design, goal), time


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wsc")
    parser.add_argument("specs", nargs="+")
    parser.add_argument("--timeout", type=int, default=60, help="processor seconds of one question")
    parser.add_argument("--tools", default="wsc,z3,cvc5,gecode,brute")
    parser.add_argument("--optimum", action="store_true", help="ask for the best design, with proof")
    args = parser.parse_args()
    bench, tools = Bench(args), args.tools.split(",")
    print("| spec | designs | " + " | ".join(tools) + " |\n|---|---:|" + "---|" * len(tools), flush=True)
    for spec in args.specs:
        text, space, goal = bench.load(spec)
        is_infeasible = "infeasible" in Path(spec).read_text().lower()  # as its comment says
        cells = [Path(spec).stem, f"{space.designs():.1e}"]
        for tool in tools:
            answer, time = getattr(bench, "run_" + tool)(spec, text, space, goal)
            if answer == ("feasible" if is_infeasible else "infeasible"):
                answer = "wrong: " + answer
            cells.append(f"> {args.timeout} s" if answer is None else f"{answer} {time:.2f} s" if time else answer)
        print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
