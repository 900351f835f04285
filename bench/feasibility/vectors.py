"""Brute force: evaluates a Space for arrays of designs at once, in double precision with numpy."""
import numpy as np


def binomial_tail(k, n, p):
    """P[at least k of n work], summed over how many fail."""
    k, n, p = np.broadcast_arrays(np.asarray(k, float), np.asarray(n, float), np.asarray(p, float))
    total, term = np.zeros(p.shape), p ** n
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(p > 0, (1 - p) / p, 0)
    for failed in range(int((n - k).max(initial=0)) + 1):
        total = total + np.where(failed <= n - k, term, 0)
        term = term * (n - failed) / (failed + 1) * ratio
    return total


def lookup(table, column, keys):
    """NaN where there is no row; has_row for column None."""
    shape = np.broadcast(*keys).shape
    result = np.full(shape, np.nan) if column else np.zeros(shape)
    index = table.columns.index(column) if column else None
    for row in table.rows:
        match = np.ones(shape, bool)
        for key, cell in zip(keys, row):
            match &= key == float(cell)
        result = np.where(match, float(row[index]) if column else 1.0, result)
    return result


def away(x):
    return np.copysign(np.floor(np.abs(x) + 0.5), x)


OPS = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "pow": np.power,
    "mod": lambda a, b: a - b * np.floor(a / b), "neg": np.negative, "abs": np.abs,
    "min": np.fmin, "max": np.fmax, "floor": np.floor, "ceil": np.ceil, "round": away,
    "sqrt": np.sqrt, "exp": np.exp, "log": np.log, "log2": np.log2, "at_least": binomial_tail,
    "le": np.less_equal, "lt": np.less, "eq": np.equal,
    "and": np.logical_and, "or": np.logical_or, "not": np.logical_not,
    "select": lambda c, a, b: np.where(np.asarray(c, bool), a, b),
}


def evaluate(space, order, values, known=None):
    """The value of every node in `order` (from Space.reachable), by number; `values` has an array of
    doubles for every open field, `known` those of nodes evaluated before."""
    done = dict(known or {})
    with np.errstate(all="ignore"):
        for n in order:
            node = space.nodes[n]
            if node.value is not None:
                done[n] = float(node.value)
            elif node.op == "param":
                done[n] = values[node.name]
            elif node.op in ("lookup", "has_row"):
                done[n] = lookup(space.tables[node.name], node.column, [done[o] for o in node.operands])
            else:
                done[n] = OPS[node.op](*[done[o] for o in node.operands])
    return done
