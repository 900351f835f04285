"""What the encoders of peers.py share: which nodes are whole numbers, and what to do with functions
that a tool does not have.

Such a node becomes a table where it depends on fields with few combinations (a value each), and else a
variable that is only bounded: the question is then a relaxation.  Its "infeasible" still counts; its
design has to be checked."""
import math
from fractions import Fraction

import numpy as np
import vectors

TABLE = 4096  # combinations of a table at most


class Encoding:
    def __init__(self, space, hard, goal=None):
        """`hard`: operations that the tool does not have; pow only where the exponent is not a small
        whole number.  `goal`: (maximize, name, node)."""
        self.space = space
        self.goal = goal
        roots = list(space.requires.values()) + ([goal[2]] if goal else [])
        self.order = space.reachable(roots)
        self.names = {p: f"p{i}" for i, p in enumerate(space.params)}
        self.ranges = {}    # node -> (low, high) of whole numbers
        self.relaxed = False
        self.cones, self.tables = {}, {}
        for n in self.order:
            node = space.nodes[n]
            self.cones[n] = {node.name} if node.op == "param" else \
                set().union(*[self.cones[o] for o in node.operands], set())
            self.find_range(n, node)
            if node.op in hard and (node.op != "pow" or self.exponent(node) is None):
                self.tabulate(n)

    def exponent(self, node):
        value = self.space.nodes[node.operands[1]].value
        return int(value) if value is not None and value.denominator == 1 and 0 <= value <= 4 else None

    def find_range(self, n, node):
        ranges = [self.ranges.get(o) for o in node.operands]
        if node.op == "param":
            values = self.space.params[node.name].values
            if node.type != "bool" and all(v.denominator == 1 for v in values):
                self.ranges[n] = (int(min(values)), int(max(values)))
        elif node.value is not None:
            if node.type != "bool" and node.value.denominator == 1:
                self.ranges[n] = (int(node.value), int(node.value))
        elif ranges and all(ranges):
            self.combine(n, node.op, ranges)
        elif node.op == "select" and ranges[1] and ranges[2]:
            self.ranges[n] = (min(r[0] for r in ranges[1:]), max(r[1] for r in ranges[1:]))

    def combine(self, n, op, ranges):
        a, b = ranges[0], ranges[-1]
        if op == "add":
            self.ranges[n] = (a[0] + b[0], a[1] + b[1])
        elif op == "sub":
            self.ranges[n] = (a[0] - b[1], a[1] - b[0])
        elif op == "mul":
            ends = [x * y for x in a for y in b]
            self.ranges[n] = (min(ends), max(ends))
        elif op == "neg":
            self.ranges[n] = (-a[1], -a[0])
        elif op == "min":
            self.ranges[n] = (min(a[0], b[0]), min(a[1], b[1]))
        elif op == "max":
            self.ranges[n] = (max(a[0], b[0]), max(a[1], b[1]))
        elif op == "mod" and b[0] > 0:
            self.ranges[n] = (0, b[1] - 1)

    def tabulate(self, n):
        params = sorted(self.cones[n])
        sizes = [len(self.space.params[p].values) for p in params]
        if math.prod(sizes) > TABLE:
            self.relaxed = True
            return
        done = self.over_all_values(params, [n])
        # Undefined without a row, which is a requirement of its own.
        self.tables[n] = (params, np.nan_to_num(np.broadcast_to(done[n], sizes)))

    def over_all_values(self, params, nodes):
        """Nodes over the grid of all values of some fields."""
        grid = np.meshgrid(*[[float(v) for v in self.space.params[p].values] for p in params],
                           indexing="ij")
        return vectors.evaluate(self.space, self.space.reachable(nodes), dict(zip(params, grid)))

    def args(self, operands, as_int):
        """Operands as the encoding writes them; `real` is its own."""
        return [f"n{o}" if as_int or self.space.nodes[o].type == "bool" else self.real(o) for o in operands]

    def bounds(self, n):
        """Of a variable that stands for a node: the bounds that follow from its kind."""
        node = self.space.nodes[n]
        if node.op == "at_least":
            return 0, 1
        return (0, None) if node.op in ("exp", "pow", "sqrt") else (None, None)

    def is_int(self, n):
        return n in self.ranges


def exact(x):
    return x if isinstance(x, Fraction) else Fraction(float(x))
