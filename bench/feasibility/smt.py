"""A Space as SMT-LIB: the naive encoding, integers and reals with nonlinear arithmetic."""
import re
from fractions import Fraction

from encode import Encoding, exact

HARD = {"exp", "log", "log2", "pow", "at_least"}
INFIX = {"add": "+", "sub": "-", "mul": "*", "le": "<=", "lt": "<", "eq": "=", "and": "and",
         "or": "or", "not": "not", "neg": "-"}


def number(value, as_int):
    value = exact(value)
    dot = "" if as_int else ".0"
    text = f"{abs(value.numerator)}{dot}"
    if value.denominator != 1:
        text = f"(/ {text} {value.denominator}.0)"
    return f"(- {text})" if value < 0 else text


class Writer(Encoding):
    def __init__(self, space, goal=None):
        super().__init__(space, HARD, goal)
        self.lines = ["(set-option :produce-models true)"]
        for p, name in self.names.items():
            self.declare(space.params[p], name)
        for n in self.order:
            self.define(n)
        self.lines += [f"(assert n{n})" for n in space.requires.values()]

    def text(self):
        end = ["(check-sat)", f"(get-value ({' '.join(self.names.values())}))"]
        if self.goal:
            end.insert(0, f"({'maximize' if self.goal[0] else 'minimize'} n{self.goal[2]})")
        return "\n".join(self.lines + end) + "\n"

    # ---- fields ------------------------------------------------------------------------------

    def sort(self, param):
        if param.type == "bool":
            return "Bool"
        return "Int" if all(v.denominator == 1 for v in param.values) else "Real"

    def declare(self, param, name):
        sort = self.sort(param)
        self.lines.append(f"(declare-const {name} {sort})")
        values = param.values
        if sort == "Bool":
            if len(values) == 1:
                self.lines.append(f"(assert {self.equals(param, name, values[0])})")
        elif sort == "Int" and len(values) == values[-1] - values[0] + 1:
            self.lines.append(f"(assert (<= {number(values[0], True)} {name} {number(values[-1], True)}))")
        else:
            choices = " ".join(self.equals(param, name, v) for v in values)
            self.lines.append(f"(assert (or {choices} false))")

    def equals(self, param, name, value):
        if param.type == "bool":
            return name if value else f"(not {name})"
        return f"(= {name} {number(value, self.sort(param) == 'Int')})"

    # ---- nodes -------------------------------------------------------------------------------

    def real(self, n):
        return f"(to_real n{n})" if self.is_int(n) else f"n{n}"

    def define(self, n):
        node = self.space.nodes[n]
        sort = "Bool" if node.type == "bool" else "Int" if self.is_int(n) else "Real"
        body = self.body(n, node, sort == "Int")
        if body is None:  # a variable
            self.lines.append(f"(declare-const n{n} Real)")
            low, high = self.bounds(n)
            if low is not None:
                self.lines.append(f"(assert (<= {low}.0 n{n}))")
            if high is not None:
                self.lines.append(f"(assert (<= n{n} {high}.0))")
            if node.op == "sqrt":
                self.lines.append(f"(assert (= (* n{n} n{n}) {self.real(node.operands[0])}))")
        else:
            self.lines.append(f"(define-fun n{n} () {sort} {body})")

    def body(self, n, node, as_int):
        op, operands = node.op, node.operands
        if node.value is not None:
            return ("true" if node.value else "false") if node.type == "bool" else number(node.value, as_int)
        if op == "param":
            return self.names[node.name]
        if n in self.tables:
            return self.tree(*self.tables[n])
        if op == "pow" and self.exponent(node) is not None:
            power = [self.real(operands[0])] * self.exponent(node)
            return f"(* {' '.join(power)})" if len(power) > 1 else (power + ["1.0"])[0]
        if op in HARD or op == "sqrt":
            return None
        if op in ("lookup", "has_row"):
            return self.look_up(node)
        if op in ("le", "lt", "eq"):
            as_int = all(self.is_int(o) for o in operands)
        a = self.args(operands, as_int)
        if op in INFIX:
            return f"({INFIX[op]} {' '.join(a)})"
        return self.function(op, a, as_int)

    def function(self, op, a, as_int):
        if op == "select":
            return f"(ite {a[0]} {a[1]} {a[2]})"
        if op == "div":
            return f"(/ {a[0]} {a[1]})"
        if op in ("min", "max"):
            return f"(ite ({'<=' if op == 'min' else '>='} {a[0]} {a[1]}) {a[0]} {a[1]})"
        if op == "abs":
            return f"(ite (<= 0.0 {a[0]}) {a[0]} (- {a[0]}))"
        if op == "mod":
            if as_int:
                return f"(mod {a[0]} {a[1]})"
            return f"(- {a[0]} (* {a[1]} (to_real (to_int (/ {a[0]} {a[1]})))))"
        if op == "floor":
            return f"(to_real (to_int {a[0]}))"
        if op == "ceil":
            return f"(- (to_real (to_int (- {a[0]}))))"
        if op == "round":
            return f"(ite (<= 0.0 {a[0]}) (to_real (to_int (+ {a[0]} 0.5))) (- (to_real (to_int (- 0.5 {a[0]})))))"
        raise ValueError(op)

    def tree(self, params, values):
        """A table as choices, field by field."""
        if not params:
            return number(values[()], False)
        param, name = self.space.params[params[0]], self.names[params[0]]
        parts = [self.tree(params[1:], v) for v in values]
        text = parts[-1]
        for value, part in list(zip(param.values, parts))[-2::-1]:
            text = f"(ite {self.equals(param, name, value)} {part} {text})"
        return text

    def look_up(self, node):
        table = self.space.tables[node.name]
        column = table.columns.index(node.column) if node.column else None
        rows = ["(and " + " ".join(f"(= {self.real(o)} {number(c, False)})"
                                   for o, c in zip(node.operands, row)) + ")" for row in table.rows]
        if column is None:
            return f"(or {' '.join(rows)} false)"
        text = number(table.rows[-1][column], False)
        for row, match in list(zip(table.rows, rows))[-2::-1]:
            text = f"(ite {match} {number(row[column], False)} {text})"
        return text


def read_value(text):
    text = text.strip()
    if text in ("true", "false"):
        return Fraction(text == "true")
    words = re.findall(r"[-/]|[\d.]+", text)
    sign = -1 if "-" in words else 1
    numbers = [Fraction(w) for w in words if w not in "-/"]
    return sign * (numbers[0] / numbers[1] if len(numbers) == 2 else numbers[0])


def read_model(text, writer):
    """The design of a `get-value`."""
    found = dict(re.findall(r"\((p\d+) (true|false|\d[\d.]*|\([^)]*\)|\(- \(/[^)]*\)\))\)", text))
    return {p: read_value(found[name]) for p, name in writer.names.items()}
