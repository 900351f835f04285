"""brute.py [--optimum] < IR: brute force, arrays of designs at a time; prints the answer as JSON.

Requirements are looked at one after the other, the cheapest first, and only designs that meet one are
held against the next.  Spaces of up to 10^9 designs are gone through block by block, in an order without
pattern; of larger ones random designs are looked at, without end."""
import json
import sys

import numpy as np
import space as spaces
import vectors

BLOCK = 1 << 16


def stages(space):
    """Requirements with the nodes that each adds: always the one that adds the fewest."""
    left, seen, order = dict(space.requires), set(), []
    while left:
        added = {name: [n for n in space.reachable([root]) if n not in seen] for name, root in left.items()}
        name = min(added, key=lambda k: len(added[k]))
        seen.update(added[name])
        order.append((left.pop(name), added[name]))
    return order


def survivors(space, order, values):
    """Which designs of a block meet every requirement."""
    alive = np.arange(len(next(iter(values.values()))))
    done = {}
    for root, nodes in order:
        done.update(vectors.evaluate(space, nodes, values, done))
        good = np.broadcast_to(np.asarray(done[root], bool), alive.shape)
        if not good.all():
            alive = alive[good]
            if not len(alive):
                break
            values = {p: v[good] for p, v in values.items()}
            done = {n: v[good] if np.ndim(v) else v for n, v in done.items()}
    return alive


def blocks(space, rng):
    """Arrays of designs: all, or random ones for ever."""
    domains = {p: np.array([float(v) for v in param.values]) for p, param in space.params.items()}
    total = space.designs()
    if total > 10**9:
        while True:
            yield {p: rng.choice(d, BLOCK) for p, d in domains.items()}
    for block in rng.permutation(-(-total // BLOCK)):
        index = np.arange(block * BLOCK, min(total, (block + 1) * BLOCK))
        values = {}
        for p, d in domains.items():
            index, digit = np.divmod(index, len(d))
            values[p] = d[digit]
        yield values


def main():
    optimum = "--optimum" in sys.argv
    space = spaces.read(sys.stdin.read())
    order, best = stages(space), None
    maximize, _, goal = space.objectives[0] if optimum else (True, "", None)
    for values in blocks(space, np.random.default_rng(1)):
        alive = survivors(space, order, values)
        if not len(alive):
            continue
        at = 0
        if optimum:
            chosen = {p: v[alive] for p, v in values.items()}
            worth = vectors.evaluate(space, space.reachable([goal]), chosen)[goal] * (1 if maximize else -1)
            at = int(np.argmax(worth))
            if best is not None and worth[at] <= best[0]:
                continue
            best = (worth[at], {p: repr(float(v[alive[at]])) for p, v in values.items()})
        else:
            best = (0, {p: repr(float(v[alive[at]])) for p, v in values.items()})
            break
    print(json.dumps({"verdict": "feasible", "design": best[1]} if best else {"verdict": "infeasible"}))


if __name__ == "__main__":
    main()
