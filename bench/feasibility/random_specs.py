#!/usr/bin/env python3
"""random_specs.py WSC DIRECTORY: writes 30 random specs, half of them feasible; the same ones each time.

Each has 8 to 20 fields and 10^6 to 10^15 designs, layers of quantities of the kinds that chip models
are made of, and requirements that a hidden design meets: one that is good at some quantities, so that
few others meet them too.  The infeasible ones ask for a little more of one quantity, and for more
again, until WSC finds that there is no such design.  specs/random holds what this wrote."""
import json
import math
import random
import re
import subprocess
import sys
from pathlib import Path

MODES = ["dense", "sparse", "mixed", "gated"]


def at_least(k, n, p):
    return sum(math.comb(n, i) * p ** i * (1 - p) ** (n - i) for i in range(int(k), int(n) + 1))


FUNCTIONS = {"sqrt": math.sqrt, "exp": math.exp, "log2": math.log2, "ceil": math.ceil, "min": min,
             "max": max, "floor": math.floor, "at_least": at_least,
             **{mode: i for i, mode in enumerate(MODES)}}


def compiled(text):
    """An expression of the language as one of Python."""
    text = re.sub(r"if (.*) then (.*) else (.*)", r"(\2) if (\1) else (\3)", text)
    return compile(text.replace(" mod ", " % "), text, "eval")


def short(x):
    return f"{x:.4g}" if 1e-3 <= abs(x) < 1e4 else f"{x:.3e}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")


class Spec:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.fields = {}      # name -> (declaration, values)
        self.quantities = []  # (name, text, code)
        self.exact = []       # requirements without a threshold
        self.make_fields()
        for i in range(self.rng.randint(7, 14)):
            self.add_quantity(f"q{i}")
        self.add_exact()

    # ---- fields ------------------------------------------------------------------------------

    def make_fields(self):
        count, designs = self.rng.randint(7, 19), 10 ** self.rng.uniform(6, 15)
        mean = designs ** (1 / count)
        for i in range(count):
            size = max(2, min(64, round(mean * self.rng.uniform(0.5, 1.6))))
            self.fields[f"f{i}"] = self.domain(size)
        self.fields["mode"] = ("Mode in { " + ", ".join(MODES) + " }", list(range(len(MODES))))

    def domain(self, size):
        kind = self.rng.choice(["range", "range", "step", "pow2", "multiples"])
        low = self.rng.randint(1, 4)
        if kind == "pow2" and size <= 12:
            return f"int in pow2({low} .. {low << size - 1})", [low << i for i in range(size)]
        if kind == "step":
            step = self.rng.choice([0.05, 0.1, 0.25])
            values = [step * (low + i) for i in range(size)]
            return f"real in {values[0]:g} .. {values[-1]:g} step {step:g}", values
        if kind == "multiples":
            step = self.rng.randint(2, 8)
            return f"int in multiples({step}, {step} .. {step * size})", [step * (i + 1) for i in range(size)]
        return f"int in {low} .. {low + size - 1}", list(range(low, low + size))

    def integers(self):
        return [f for f, (text, _) in self.fields.items() if text.startswith("int")]

    def design(self):
        return {f: self.rng.choice(values) for f, (_, values) in self.fields.items()}

    # ---- quantities --------------------------------------------------------------------------

    def evaluate(self, design):
        scope = dict(FUNCTIONS, **design)
        for name, _, code in self.quantities:
            scope[name] = eval(code, {"__builtins__": {}}, scope)
        return scope

    def scale(self, operand):
        """A typical value, as a constant of the model."""
        values = sorted(self.evaluate(self.design())[operand] for _ in range(51))
        return short(max(values[25], 1e-6))

    def operand(self):
        names = [f for f in self.fields if f != "mode"]
        unused = [f for f in names if not any(re.search(rf"\b{f}\b", t) for _, t, _ in self.quantities)]
        if unused and self.rng.random() < 0.7:
            return self.rng.choice(unused)
        return self.rng.choice(names + 2 * [name for name, _, _ in self.quantities])

    def operands(self, count):
        chosen = []
        while len(chosen) < count:
            operand = self.operand()
            if operand not in chosen:
                chosen.append(operand)
        return chosen

    def add_quantity(self, name):
        a, b, c = self.operands(3)
        kinds = [
            lambda: f"{a} * {b} * {c}",
            lambda: f"{self.weight()} * {a} + {self.weight()} * {b} + {self.weight()} * {c}",
            lambda: f"{a} * {b} / ({a} + {self.scale(a)})",
            lambda: f"{a} / ({a} + {b} * {short(float(self.scale(a)) / float(self.scale(b)))})",
            lambda: f"min({a} * {self.scale(b)}, {b} * {self.scale(a)}) * {c}",
            lambda: f"sqrt({a} * {b}) + {self.weight()} * {c}",
            lambda: f"{a} * exp(-{b} / {self.scale(b)})",
            lambda: f"{c} * ceil({a} / {self.scale(a)} * {self.rng.randint(2, 6)})",
            lambda: f"{b} * log2(1 + {a} / {self.scale(a)})",
            lambda: f"if mode == {self.rng.choice(MODES)} then {self.weight()} * {a} else {b}",
            self.redundancy,
        ]
        text = self.rng.choice(kinds)()
        self.quantities.append((name, text, compiled(text)))

    def weight(self):
        return short(self.rng.uniform(0.1, 4))

    def redundancy(self):
        a, n, spare = self.operand(), self.rng.choice(self.integers() or ["3"]), self.rng.randint(1, 3)
        return f"{a} * at_least({n}, {n} + {spare}, exp(-0.02 * {self.rng.randint(1, 4)}))"

    def add_exact(self):
        integers = self.integers()
        if len(integers) >= 4 and self.rng.random() < 0.6:
            a, b, c, d = self.rng.sample(integers, 4)
            text = self.rng.choice([f"{a} * {b} == {c} * {d}", f"{a} * {b} mod {c} == 0"])
            self.exact.append((f"whole_{a}", text, compiled(text)))

    # ---- requirements ------------------------------------------------------------------------

    def hidden_design(self):
        """One that is hard to better: a local optimum of a mixture of quantities."""
        aims = {name: self.rng.choice([-1, 0, 1, 1]) * self.rng.uniform(0.3, 1)
                for name, _, _ in self.quantities}
        best, score = None, -math.inf
        for _ in range(1000):
            design = self.design()
            value = self.score(design, aims)
            if value > score:
                best, score = design, value
        if best is None:
            return None, aims
        for _ in range(3000):
            moved = dict(best)
            for f in self.rng.sample(list(self.fields), self.rng.randint(1, 3)):
                moved[f] = self.rng.choice(self.fields[f][1])
            value = self.score(moved, aims)
            if value > score:
                best, score = moved, value
        return self.evaluate(best), aims

    def score(self, design, aims):
        scope = self.evaluate(design)
        if not all(eval(code, {}, scope) for _, _, code in self.exact):
            return -math.inf
        return sum(aim * math.log(max(scope[name], 1e-9)) for name, aim in aims.items())

    def write(self, hidden, aims, comment, more=None, factor=1):
        lines = ["wsc 1", "", f"// {comment}", "enum Mode { " + ", ".join(MODES) + " }", "", "chip Random {"]
        lines += [f"  param {f} : {text}" for f, (text, _) in self.fields.items()] + [""]
        lines += [f"  let {name} : real = {text}" for name, text, _ in self.quantities] + [""]
        lines += [f"  require {name} : {text}" for name, text, _ in self.exact]
        for name, aim in aims.items():
            slack = factor if name == more else 0.99
            if aim > 0:
                lines.append(f"  require limit_{name} : {name} >= {short(hidden[name] * slack)}")
            elif aim < 0:
                lines.append(f"  require limit_{name} : {name} <= {short(hidden[name] / slack)}")
        aim = next(name for name, aim in aims.items() if aim)
        goal = f"{'maximize' if aims[aim] > 0 else 'minimize'} chip.{aim}"
        return "\n".join(lines + ["}", "", f"explore {{ chip = Random; {goal} }}", ""])


def check(wsc, path):
    """The verdict, and how many requirements exclude each other."""
    run = subprocess.run([wsc, "check", path, "--format=json", "--limit", "100000000"],
                         capture_output=True, text=True)
    try:
        answer = json.loads(run.stdout)
    except ValueError:
        sys.exit(f"{path} is no spec:\n{run.stdout}{run.stderr}")
    conflicts = answer.get("conflicts") or [{"constraints": []}]
    return answer["verdict"], len(conflicts[0]["constraints"])


def write_feasible(wsc, path, spec):
    hidden, aims = spec.hidden_design()
    if hidden is None or sum(map(bool, aims.values())) < 3:
        return False
    path.write_text(spec.write(hidden, aims, "Random; feasible."))
    return check(wsc, path)[0] == "feasible"


def write_infeasible(wsc, path, spec):
    hidden, aims = spec.hidden_design()
    for more in [name for name, aim in aims.items() if hidden and aim]:
        for percent in range(3, 60, 3):
            path.write_text(spec.write(hidden, aims, "Random; infeasible.", more, 1 + percent / 100))
            found, conflicting = check(wsc, path)
            if found == "infeasible" and conflicting >= 3:
                return True
            if found != "feasible":
                break
    return False


def main():
    wsc, directory = sys.argv[1], Path(sys.argv[2])
    directory.mkdir(exist_ok=True)
    seed = 0
    for number in range(1, 31):
        path = directory / f"r{number:02}.wsc"
        write = write_feasible if number % 2 else write_infeasible
        while True:
            seed += 1
            if write(wsc, path, Spec(seed)):
                break
        subprocess.run([wsc, "fmt", path], check=True)
        print(path.name, "from seed", seed, flush=True)


if __name__ == "__main__":
    main()
