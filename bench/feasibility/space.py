"""The Spaces that `wsc opt --print-ir` prints, as Python objects: what a peer is given to solve.
Run as a program, it says how large the one on its standard input is.

Only what counts for a verdict is read: open fields, tables, named constants, nodes, hard requirements
and objectives.  Values are exact fractions in base units; a value of an enum is its index."""
import re
import sys
from dataclasses import dataclass, field
from fractions import Fraction

WORD = r'(?:"[^"]*"|[^\s,{}();:]+)'


@dataclass
class Param:
    name: str
    type: str
    values: list


@dataclass
class Node:
    op: str
    type: str
    operands: list = field(default_factory=list)  # numbers of earlier nodes
    value: Fraction = None                        # const, named
    name: str = None                              # param, metric, table
    column: str = None                            # lookup


@dataclass
class Table:
    keys: int
    columns: list
    rows: list


@dataclass
class Space:
    params: dict = field(default_factory=dict)
    tables: dict = field(default_factory=dict)
    nodes: list = field(default_factory=list)
    requires: dict = field(default_factory=dict)    # name -> node; only those without metrics
    objectives: list = field(default_factory=list)  # (maximize, name, node)
    enums: dict = field(default_factory=dict)
    constants: dict = field(default_factory=dict)

    def designs(self):
        total = 1
        for param in self.params.values():
            total *= len(param.values)
        return total

    def reachable(self, roots):
        """The nodes that the roots depend on, ascending: operands come first."""
        seen, stack = set(), list(roots)
        while stack:
            n = stack.pop()
            if n not in seen:
                seen.add(n)
                stack += self.nodes[n].operands
        return sorted(seen)

    def measured(self, root):
        return any(self.nodes[n].op == "metric" for n in self.reachable([root]))

    def setting(self, param, value):
        """`field=value` as `wsc check --set` takes it."""
        p = self.params[param]
        if p.type == "bool":
            return f"{param}={'true' if value else 'false'}"
        if p.type.startswith("enum"):
            return f"{param}={self.enums[p.type][int(value)]}"
        return f"{param}={decimal(value)}" + unit(p.type)


def decimal(value):
    """Exactly, as a literal of the language."""
    value = Fraction(value)
    places, rest = 0, value
    while rest.denominator != 1:
        rest *= 10
        places += 1
    digits = str(abs(int(rest))).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (digits if places == 0 else digits[:-places] + "." + digits[-places:])


def unit(type_text):
    """A unit expression for `[length^2]`: base units of the library by dimension."""
    if not type_text.startswith("["):
        return ""
    names = {"data": "B", "time": "s", "length": "m", "energy": "J", "currency": "USD",
             "temperature": "K", "flop": "flop", "cycle": "cycle", "token": "token"}
    return " " + re.sub("[a-z_]+", lambda m: names[m[0]], type_text[1:-1])


def bare(word):
    return word.strip('"')


class Reader:
    def __init__(self, text):
        self.space = Space()
        self.numbers = {}  # "%12" -> index into nodes
        lines = iter(text.splitlines())
        for line in lines:
            word = line.split(" ", 1)[0]
            if word == "table":
                self.table(line, lines)
            elif word.startswith("%"):
                self.node(line)
            elif hasattr(self, word) and word in ("enum", "constant", "param", "require",
                                                  "maximize", "minimize"):
                getattr(self, word)(line)
        space = self.space
        space.requires = {k: n for k, n in space.requires.items() if not space.measured(n)}

    def literal(self, text, kind):
        text = text.strip()
        if kind == "bool":
            return Fraction(text == "true")
        if kind.startswith("enum"):
            return Fraction(self.space.enums[kind].index(bare(text)))
        return Fraction(text)

    def enum(self, line):
        name, body = re.match(r'enum ("[^"]*") \{ (.*) \}', line).groups()
        self.space.enums["enum " + name] = [bare(w) for w in body.split(", ")]

    def table(self, line, lines):
        name, keys, columns = re.match(r'table ("[^"]*") keys (\d+) \((.*)\) \{', line).groups()
        columns = [c.split(" : ", 1) for c in columns.split(", ")]
        rows = []
        for row in lines:
            if row.startswith("}"):
                break
            cells = re.split(r" from |;", row)[0].split(",")
            rows.append([self.literal(c, t) for c, (_, t) in zip(cells, columns)])
        self.space.tables[bare(name)] = Table(int(keys), [c for c, _ in columns], rows)

    def constant(self, line):
        name, kind, value = re.match(r'constant ("[^"]*") : (\S+|enum "[^"]*") = (\S+)', line).groups()
        self.space.constants[bare(name)] = self.literal(value, kind)

    def param(self, line):
        name, kind, body = re.match(r'param ("[^"]*") : (enum "[^"]*"|\S+) in \{ (.*?) \}', line).groups()
        values = []
        for part in body.split(", "):
            if " .. " in part:
                low, high = map(Fraction, part.split(" .. "))
                values += range(int(low), int(high) + 1)
            else:
                values.append(self.literal(part, kind))
        self.space.params[bare(name)] = Param(bare(name), kind, [Fraction(v) for v in values])

    def node(self, line):
        line = line.split(" // ")[0].rstrip()
        number, op, rest, kind = re.match(r'(%\d+) = (\S+)(.*) : (.*)$', line).groups()
        rest = rest.strip()
        node = Node(op, kind, [self.numbers[r] for r in re.findall(r"%\d+", rest)])
        if op == "const":
            node.value = self.literal(rest, kind)
        elif op == "named":
            node.value = self.space.constants[bare(rest)]
        elif op in ("param", "metric"):
            node.name = bare(rest)
        elif op in ("lookup", "has_row"):
            node.name, column = re.match(r'"([^"]*)"(?:\.(\S+))?', rest).groups()
            node.column = bare(column) if column else None
        self.numbers[number] = len(self.space.nodes)
        self.space.nodes.append(node)

    def require(self, line):
        name, node = re.match(r'require ("[^"]*") (%\d+)', line).groups()
        self.space.requires[bare(name)] = self.numbers[node]

    def objective(self, line):
        name, node = re.match(r'\w+ ("[^"]*") (%\d+)', line).groups()
        node = self.numbers[node]
        if not self.space.measured(node):
            self.space.objectives.append((line.startswith("max"), bare(name), node))

    maximize = minimize = objective


def read(text):
    return Reader(text).space


if __name__ == "__main__":
    found = read(sys.stdin.read())
    print(f"{len(found.params)} fields, {found.designs():.2g} designs, {len(found.requires)} requirements")
