#!/usr/bin/env python3
"""learned.py WSC [--data POINTS.csv]: would a learned model of congestion beat the flow model?

Draws meshes, routers and traffic (seeded), has WSC evaluate each with `--compare`, trains on some of them, and
compares on others what predicts the packet latency of `cycle`, up to 90 % of the knee:

  flow          network/Flow.h
  trees         gradient-boosted trees (Friedman 2001) on features of the whole network
  graph         message passing over channels and routers, as in Theseus (Zhu et al., arXiv 2407.02079):
                packets that take the same turn are one edge, weighted by its load; the network gives the
                wait at each channel, and the latency is that of an empty network and the waits on the way
  flow + trees  the same two, as corrections of flow
  flow + graph

Needs `pip install jax scikit-learn` (PyPI; for this comparison only, no part of wsc does). Prints the tables of
docs/network-measured.md. With --data, points stay in a file, from which the next run takes them.
"""
import argparse
import os
import tempfile
import time

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
try:
    import jax
    import numpy as np
    from sklearn.ensemble import GradientBoostingRegressor
except ImportError as error:
    raise SystemExit(f"{error}: `pip install jax scikit-learn`") from None

from learned_model import arrays, predict, train
from learned_points import NODE, WITHHELD, add_graphs, points_of


def cost(call, repeat=50):
    """Microseconds of processor time."""
    call()
    start = time.process_time()
    for _ in range(repeat):
        call()
    return 1e6 * (time.process_time() - start) / repeat


class Flow:
    name = "flow"

    def __call__(self, points):
        return np.array([p["flow"] for p in points])

    def microseconds(self, p):
        return p["flow_us"]


class Trees:
    def __init__(self, points, corrects, options):
        self.name = "flow + trees" if corrects else "trees"
        self.corrects, self.base = corrects, "flow" if corrects else "empty"
        self.trees = GradientBoostingRegressor(n_estimators=300, max_depth=3, learning_rate=0.05, subsample=0.7,
                                               random_state=options.seed)
        self.trees.fit(self.features(points), np.log([p["cycle"] / p[self.base] for p in points]))

    def features(self, points):
        return np.array([self.features_of(p) for p in points])

    def features_of(self, p):
        """The router, how much the channels are used, and waits of queues that know nothing of each other."""
        outputs, inputs, squares = p["turns"].sum(1), p["turns"].sum(2), p["turns"] ** 2
        load = np.concatenate([outputs, inputs[:, NODE:]], 1)
        use = np.minimum(load * p["router"][7], 0.97)
        waits = [load * use / (1 - use), (outputs ** 2 - squares.sum(1)) / (1 - np.minimum(outputs, 0.97)),
                 (inputs ** 2 - squares.sum(2)) / (1 - np.minimum(inputs, 0.97))]
        waits = np.array([x.sum() * p["packet"] / (p["load"] * p["nodes"]) for x in waits])
        flow = [p["flow"], p["flow"] / p["empty"]] if self.corrects else []
        return [*p["router"], p["load"], p["empty"], use.max(), use.mean(), *waits, *(waits / p["empty"]), *flow]

    def __call__(self, points):
        return np.exp(self.trees.predict(self.features(points))) * [p[self.base] for p in points]

    def microseconds(self, p):
        features = self.features([p])
        return cost(lambda: self.trees.predict(features))


class Graph:
    def __init__(self, points, corrects, options):
        self.name = "flow + graph" if corrects else "graph"
        self.corrects = corrects
        self.params = jax.device_put(train(points, corrects, options.steps, options.seed))
        self.run = jax.jit(lambda params, *graph: predict(corrects, params, *graph))

    def graph(self, p):
        return jax.device_put([x[0] for x in arrays([p], self.corrects, p["nodes"])])

    def __call__(self, points):
        batch = jax.jit(jax.vmap(self.run, (None,) + (0,) * 5))
        return np.array(batch(self.params, *arrays(points, self.corrects, max(p["nodes"] for p in points))))

    def microseconds(self, p):
        graph = self.graph(p)
        return cost(lambda: self.run(self.params, *graph).block_until_ready())


def print_errors(models, points):
    """Mean and worst error of each model on each part of the points."""
    truth = np.array([p["cycle"] for p in points])
    errors = [100 * np.abs(m(points) / truth - 1) for m in models]
    of = lambda condition: np.array([condition(p) for p in points])
    parts = {title: of(lambda p: p["split"] == split) for split, title in WITHHELD.items()}
    new = of(lambda p: p["split"] not in ("seen", "train"))
    parts["the last three"] = new
    parts["nothing: trained on"] = of(lambda p: p["split"] == "train")
    print("\n| withheld | points | " + " | ".join(m.name for m in models) + " |\n|---|---:|" + "---:|" * len(models))
    for title, part in parts.items():
        cells = [f"{e[part].mean():.1f} %, {e[part].max():.1f} %" for e in errors]
        print(f"| {title} | {part.sum()} | " + " | ".join(cells) + " |", flush=True)


def print_gains(models, points, seed):
    """How much nearer than flow on what was withheld, with an interval by the bootstrap over networks (Efron 1979):
    points of one network are not independent."""
    points = [p for p in points if p["split"] not in ("seen", "train")]
    truth, flow = (np.array([p[key] for p in points]) for key in ("cycle", "flow"))
    networks = {}
    for i, p in enumerate(points):
        networks.setdefault((p["split"], p["network"]), []).append(i)
    groups, rng = list(networks.values()), np.random.default_rng(seed)
    draws = [np.concatenate([groups[i] for i in rng.integers(len(groups), size=len(groups))]) for _ in range(2000)]
    print()
    for model in models:
        gain = 100 * (np.abs(flow / truth - 1) - np.abs(model(points) / truth - 1))
        low, high = np.percentile([gain[draw].mean() for draw in draws], (2.5, 97.5))
        print(f"{model.name}: {gain.mean():.2f} points of a percent nearer than flow (95 %: {low:.2f} to {high:.2f}), "
              f"nearer on {(gain > 0).sum()} of {len(points)}", flush=True)


def print_costs(models, points):
    print("\n| routers | points | " + " | ".join(m.name for m in models) + " | cycle |\n|---|---:|"
          + "---:|" * (len(models) + 1))
    for nodes in (16, 64, 128):
        part = [p for p in points if p["nodes"] == nodes][:20]
        if not part:
            continue
        means = [np.mean([m.microseconds(p) for p in part]) for m in models] + [np.mean([p["cycle_us"] for p in part])]
        print(f"| {nodes} | {len(part)} | " + " | ".join(f"{x:.0f} us" for x in means) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wsc")
    parser.add_argument("--data")
    parser.add_argument("--train", type=int, default=260, help="networks to train on")
    parser.add_argument("--withheld", type=int, default=20, help="networks of each kind that is withheld")
    parser.add_argument("--loads", type=int, default=2, help="points of each")
    parser.add_argument("--steps", type=int, default=1500, help="of training")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        options.data = options.data or os.path.join(folder, "points.csv")
        every = points_of(options)
    points = [p for p in every if p["flow"] and p["cycle"]]
    add_graphs(points)
    points = [p for p in points if p["cycle"] < 3 * p["empty"]]
    print(f"{len(every)} points; {len(every) - len(points)} that are beyond the knee of `cycle` are left out")

    learn, models = [p for p in points if p["split"] == "train"], [Flow()]
    for corrects in (False, True):
        for kind in (Trees, Graph):
            start = time.process_time()
            models.append(kind(learn, corrects, options))
            print(f"{models[-1].name}: trained in {time.process_time() - start:.0f} s of processor time", flush=True)
    print_errors(models, points)
    print_gains(models[1:], points, options.seed)
    print_costs(models, points)


if __name__ == "__main__":
    main()
