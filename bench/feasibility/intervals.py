"""Bounds of every node of a Space, by plain interval arithmetic: what MiniZinc asks of float variables.

Each is widened by more than the rounding errors of one operation."""
import math

BIG = 1e30


def corners(f, a, b):
    values = []
    for x in a:
        for y in b:
            try:
                values.append(f(x, y))
            except (ZeroDivisionError, OverflowError, ValueError):
                values += [-BIG, BIG]
    return min(values), max(values)


def divide(a, b):
    if b[0] <= 0 <= b[1]:
        positive = b[0] >= 0 and a[0] >= 0
        return (0 if positive else -BIG), BIG
    return corners(lambda x, y: x / y, a, b)


def power(a, b):
    if a[0] < 0:
        return -BIG, BIG
    return corners(lambda x, y: x ** y, a, b)


def increasing(f):
    def apply(a):
        def at(x, otherwise):
            try:
                return f(x)
            except (ValueError, OverflowError):
                return otherwise
        return at(a[0], -BIG), at(a[1], BIG)
    return apply


OPS = {
    "add": lambda a, b: (a[0] + b[0], a[1] + b[1]), "sub": lambda a, b: (a[0] - b[1], a[1] - b[0]),
    "mul": lambda a, b: corners(lambda x, y: x * y, a, b), "div": divide, "pow": power,
    "mod": lambda a, b: (min(0, b[0]), max(0, b[1])), "neg": lambda a: (-a[1], -a[0]),
    "abs": lambda a: (max(0, a[0], -a[1]), max(-a[0], a[1])),
    "min": lambda a, b: (min(a[0], b[0]), min(a[1], b[1])), "max": lambda a, b: (max(a[0], b[0]), max(a[1], b[1])),
    "floor": lambda a: (a[0] - 1, a[1]), "ceil": lambda a: (a[0], a[1] + 1), "round": lambda a: (a[0] - 1, a[1] + 1),
    "sqrt": increasing(lambda x: math.sqrt(max(x, 0))), "exp": increasing(math.exp),
    "log": increasing(math.log), "log2": increasing(math.log2),
    "at_least": lambda *_: (0, 1), "select": lambda c, a, b: (min(a[0], b[0]), max(a[1], b[1])),
}


def of_nodes(space, order):
    bounds = {}
    for n in order:
        node = space.nodes[n]
        if node.value is not None:
            low = high = float(node.value)
        elif node.op == "param":
            values = space.params[node.name].values
            low, high = float(min(values)), float(max(values))
        elif node.op == "lookup":
            table = space.tables[node.name]
            cells = [float(row[table.columns.index(node.column)]) for row in table.rows]
            low, high = min(cells), max(cells)
        elif node.type == "bool":
            low, high = 0, 1
        else:
            low, high = OPS[node.op](*[bounds[o] for o in node.operands])
        slack = 1e-12 * max(abs(low), abs(high))
        if node.value is not None or node.type == "bool":
            slack = 0
        bounds[n] = max(-BIG, low - slack if low else low), min(BIG, high + slack)
    return bounds
