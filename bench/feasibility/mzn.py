"""A Space as a MiniZinc model with integer and float variables, for solvers that have both.

MiniZinc rounds the bounds of float expressions to nearest, which excludes designs at the ends of domains
(`1 + x / 11` for x in 1 .. 22: the bound is above the value at 1).  So a number enters float expressions with
a slack of 10^-9 of it, and what is solved is a relaxation by that much."""
import json
import math

import intervals
import numpy as np
from encode import TABLE, Encoding, exact

LARGEST = 10**8  # whole numbers of Gecode have 32 bit
SLACK = 1e-9
INFIX = {"add": "+", "sub": "-", "mul": "*", "div": "/", "le": "<=", "lt": "<", "eq": "=",
         "and": "/\\", "or": "\\/"}
CALLS = {"min", "max", "abs", "sqrt", "exp", "log2"}


def number(value, as_int):
    return str(int(value)) if as_int else repr(float(exact(value)))


class Writer(Encoding):
    def __init__(self, space, goal=None):
        super().__init__(space, set(), goal)
        self.ranges = {n: r for n, r in self.ranges.items() if -LARGEST < r[0] and r[1] < LARGEST}
        self.bounds = intervals.of_nodes(space, self.order)
        self.lines, self.rows, self.loose = [], {}, set()
        for p, name in self.names.items():
            self.declare(space.params[p], name)
        for n in self.order:
            self.define(n)
        self.lines += [f"constraint n{n};" for n in space.requires.values()]

    def text(self):
        goal = "satisfy"
        if self.goal:
            goal = f"{'maximize' if self.goal[0] else 'minimize'} n{self.goal[2]}"
        show = ", ".join(f"index_{name}" for name in self.names.values())
        return "\n".join(self.lines + [f"solve {goal};", f'output ["indices ", show([{show}]), "\\n"];', ""])

    def declare(self, param, name):
        values, n = param.values, len(param.values)
        if param.type == "bool":
            self.lines.append(f"var bool: {name};")
            first = int(values[0])
            self.lines.append(f"var 1..{n}: index_{name};")
            self.lines.append(f"constraint bool2int({name}) = index_{name} - 1 + {first};")
            return
        as_int = all(v.denominator == 1 and abs(v) < LARGEST for v in values)
        kind = "int" if as_int else "float"
        listed = ", ".join(number(v, as_int) for v in values)
        self.lines += [f"var 1..{n}: index_{name};", f"array[1..{n}] of {kind}: values_{name} = [{listed}];",
                       f"var {kind}: {name} = values_{name}[index_{name}];"]

    def real(self, n):
        """A node as a float."""
        if not self.is_int(n) and self.space.nodes[n].op != "param":
            return f"n{n}"
        if self.space.nodes[n].value is not None:
            return number(self.space.nodes[n].value, False)
        if n not in self.loose:
            low, high = self.bounds[n]
            self.loose.add(n)
            text = f"int2float(n{n})" if self.is_int(n) else f"n{n}"
            less, more = (1 - SLACK, 1 + SLACK) if low >= 0 else (1, 1)
            self.lines += [f"var {low * less!r}..{high * more!r}: r{n};",
                           f"constraint {less!r} * {text} <= r{n} /\\ r{n} <= {more!r} * {text};"]
        return f"r{n}"

    def define(self, n):
        node = self.space.nodes[n]
        kind = "bool" if node.type == "bool" else "{}..{}".format(*self.ranges[n]) if self.is_int(n) \
            else "{!r}..{!r}".format(*map(float, self.bounds[n]))
        body = self.body(n, node, self.is_int(n))
        self.lines.append(f"var {kind}: n{n}" + (";" if body is None else f" = {body};"))

    def body(self, n, node, as_int):
        op, operands = node.op, node.operands
        if node.value is not None:
            return ("true" if node.value else "false") if node.type == "bool" else number(node.value, as_int)
        if op == "param":
            return self.names[node.name]
        if op == "pow":
            if self.exponent(node) is not None:
                return " * ".join([self.real(operands[0])] * self.exponent(node)) or "1.0"
            return f"exp({self.real(operands[1])} * ln(max({self.real(operands[0])}, 1e-300)))"  # Gecode has no pow
        if n in self.tables:
            return self.table(*self.tables[n])
        if op == "at_least":
            return self.binomial_tail(*operands)
        if op == "div" and self.bounds[operands[1]][0] <= 0 <= self.bounds[operands[1]][1]:
            self.lines.append(f"constraint n{n} * {self.real(operands[1])} = {self.real(operands[0])};")
            return None  # Gecode has no != for the division to be defined
        if op in ("lookup", "has_row"):
            return self.look_up(node)
        if op in ("le", "lt", "eq"):
            as_int = all(self.is_int(o) for o in operands)
        a = self.args(operands, as_int)
        if op == "eq" and not as_int:  # Gecode has no !=
            return f"({a[0]} <= {a[1]} /\\ {a[1]} <= {a[0]})"
        if op in INFIX:
            return f"({a[0]} {INFIX[op]} {a[1]})"
        if op in CALLS:
            return f"{op}({', '.join(a)})"
        return self.function(op, a, as_int)

    def function(self, op, a, as_int):
        if op == "select":
            return f"if {a[0]} then {a[1]} else {a[2]} endif"
        if op == "neg":
            return f"-{a[0]}"
        if op == "not":
            return f"not {a[0]}"
        if op == "log":
            return f"ln({a[0]})"
        if op == "mod":
            return f"({a[0]} mod {a[1]})" if as_int else f"({a[0]} - {a[1]} * {self.whole(f'{a[0]} / {a[1]}', 0)})"
        if op == "floor":
            return self.whole(a[0], 0)
        if op == "ceil":
            return f"-({self.whole(f'-({a[0]})', 0)})"
        if op == "round":
            return self.whole(a[0], 0.5)
        raise ValueError(op)

    def whole(self, text, plus):
        """The largest whole number below text + plus."""
        name = f"w{len(self.lines)}"
        self.lines += [f"var {-LARGEST}..{LARGEST}: {name};",
                       f"constraint int2float({name}) <= {text} + {float(plus)} /\\ {text} + {float(plus)} < int2float({name}) + 1.0;"]
        return f"int2float({name})"

    def binomial_tail(self, k, n, p):
        """Term by term, by how many of n fail; None if these may be too many."""
        params = sorted(self.cones[k] | self.cones[n])
        sizes = [len(self.space.params[q].values) for q in params]
        if math.prod(sizes) > TABLE:
            self.relaxed = True
            return None
        done = self.over_all_values(params, [k, n])
        most = int(np.max(done[n] - done[k]))
        if most > 16:
            self.relaxed = True
            return None
        parts, number_of, works = int(max(0, most)), self.real(n), f"max({self.real(p)}, 1e-9)"
        name = f"b{len(self.lines)}"
        self.lines.append(f"var 0.0..1.0: {name}_0 = exp({number_of} * ln({works}));")
        for j in range(1, parts + 1):
            self.lines.append(f"var 0.0..1.0: {name}_{j} = {name}_{j - 1} * ({number_of} - {float(j - 1)}) / {float(j)}"
                              f" * (1.0 - {works}) / {works};")
        return " + ".join([f"{name}_0"] + [f"(if n{n} - n{k} >= {j} then {name}_{j} else 0.0 endif)"
                                           for j in range(1, parts + 1)])

    def table(self, params, values):
        """By a row-major index of the fields."""
        index = "0"
        for p in params:
            index = f"({index}) * {len(self.space.params[p].values)} + index_{self.names[p]} - 1"
        listed = ", ".join(repr(float(v)) for v in values.reshape(-1))
        name = f"t{len(self.lines)}"
        self.lines.append(f"array[1..{values.size}] of float: {name} = [{listed}];")
        return f"{name}[1 + {index}]"

    def matches(self, key, cell):
        if self.is_int(key):
            return f"n{key} = {int(cell)}" if cell.denominator == 1 else "false"
        value = number(cell, False)
        return f"{value} <= n{key} /\\ n{key} <= {value}"

    def look_up(self, node):
        table = self.space.tables[node.name]
        key = (node.name, *node.operands)
        if key not in self.rows:
            row = self.rows[key] = f"row{len(self.rows)}"
            self.lines.append(f"var 0..{len(table.rows)}: {row};")
            for i, cells in enumerate(table.rows, 1):
                match = " /\\ ".join(self.matches(o, c) for o, c in zip(node.operands, cells))
                self.lines.append(f"constraint ({row} = {i}) <-> ({match});")
        if not node.column:
            return f"({self.rows[key]} > 0)"
        column = table.columns.index(node.column)
        listed = ", ".join(repr(float(r[column])) for r in table.rows)
        return f"[{listed}][max({self.rows[key]}, 1)]"  # that there is a row is a requirement


def read_model(text, writer):
    """The design of the last solution."""
    line = [l for l in text.splitlines() if l.startswith("indices ")][-1]
    indices = json.loads(line[len("indices "):])
    return {p: writer.space.params[p].values[i - 1] for p, i in zip(writer.names, indices)}
