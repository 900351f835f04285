"""The graph network of learned.py: message passing over channels and routers, trained by Adam."""
import os

os.environ.update(XLA_FLAGS="--xla_cpu_multi_thread_eigen=false", JAX_PLATFORMS="cpu")
import jax
import jax.numpy as jnp
import numpy as np

from learned_points import NODE

WIDTH, ROUNDS, BATCH = 16, 3, 16


def initial(seed):
    rng = np.random.default_rng(seed)
    layer = lambda n, m: (rng.normal(0, (2 / n) ** 0.5, (n, m)).astype(np.float32), np.zeros(m, np.float32))
    return {"in": layer(12, WIDTH), "rounds": [layer(4 * WIDTH, WIDTH) for _ in range(ROUNDS)],
            "wait": layer(WIDTH, WIDTH), "out": layer(WIDTH, 1)}


@jax.custom_vjp
def across(at_sides, neighbours):
    """What is known of the sides of routers, at the other ends of their links; 0 where there is none."""
    padded = jnp.concatenate([at_sides, jnp.zeros_like(at_sides[:1])])
    return padded[neighbours, np.array([2, 3, 0, 1])]


# Its own inverse, and so its own adjoint: a gather, where that of a gather would be a slow scatter.
across.defvjp(lambda at_sides, neighbours: (across(at_sides, neighbours), neighbours),
              lambda neighbours, gradient: (across(gradient, neighbours), None))


def predict(corrects, params, turns, neighbours, router, start, offered):
    """Latency of one graph: `start` and the waits at channels, each weighted by how many packets pass it.

    The channels of a router are those to its four sides, to its node and from its node. In a round, each hears
    from those before it and after it, by the shares in which packets take the turns, and from those of its
    router. A wait is a multiple of that of an M/D/1 queue; one that `corrects` may be negative."""
    packet, service = router[6], router[7]
    over = lambda x, y: x / jnp.maximum(y, 1e-9)
    linear = lambda x, layer: x @ layer[0] + layer[1]

    beyond = lambda at_sides: across(at_sides, neighbours)
    outputs, inputs = turns.sum(1), turns.sum(2)
    load = jnp.concatenate([outputs, inputs[:, NODE:]], 1)
    use = jnp.minimum(load * service, 0.97)
    merging = over(outputs ** 2 - (turns ** 2).sum(1), outputs)
    turning = over(inputs ** 2 - (turns ** 2).sum(2), inputs)
    none = jnp.zeros_like(outputs[:, :1])
    features = [load, use / (1 - use), jnp.concatenate([merging, none], 1),
                jnp.concatenate([beyond(turning[:, :4]), none, turning[:, NODE:]], 1),
                jnp.zeros_like(load).at[:, 4].set(1), jnp.zeros_like(load).at[:, 5].set(1)]
    features = jnp.concatenate([jnp.stack(features, -1), jnp.broadcast_to(router[:6], (*load.shape, 6))], -1)

    state = jax.nn.relu(linear(features, params["in"]))
    to_output, to_input = over(turns, outputs[:, None, :]), over(turns, inputs[:, :, None])
    none = jnp.zeros_like(state[:, :1])
    for layer in params["rounds"]:
        arriving = jnp.concatenate([beyond(state[:, :4]), state[:, 5:]], 1)
        before = jnp.einsum("rio,rid->rod", to_output, arriving)
        after = jnp.einsum("rio,rod->rid", to_input, state[:, :5])
        heard = [state, jnp.concatenate([before, none], 1),
                 jnp.concatenate([beyond(after[:, :4]), none, after[:, NODE:]], 1),
                 jnp.broadcast_to(state.mean(1, keepdims=True), state.shape)]
        state = state + jax.nn.relu(linear(jnp.concatenate(heard, -1), layer))
    wait = linear(jax.nn.relu(linear(state, params["wait"])), params["out"])[..., 0]
    wait = 0.1 * wait if corrects else jax.nn.softplus(wait)
    return start + (load * wait * packet * use / (1 - use)).sum() / offered


def arrays(points, corrects, nodes):
    """The arguments of `predict`, a point each, padded to as many nodes."""
    turns = np.zeros((len(points), nodes, 5, 5), np.float32)
    neighbours = np.full((len(points), nodes, 4), nodes, np.int32)
    for i, p in enumerate(points):
        turns[i, :p["nodes"]] = p["turns"]
        neighbours[i, :p["nodes"]] = np.where(p["neighbours"] == p["nodes"], nodes, p["neighbours"])
    start = np.array([p["flow" if corrects else "empty"] for p in points], np.float32)
    offered = np.array([p["load"] * p["nodes"] for p in points], np.float32)
    return turns, neighbours, np.stack([p["router"] for p in points]), start, offered


def train(points, corrects, steps, seed):
    """Adam (Kingma and Ba 2015), its rate falling as a cosine, on the squares of relative errors; keeps what was
    best on every sixth network, which it does not learn from."""
    model = jax.vmap(lambda params, *graph: predict(corrects, params, *graph), (None,) + (0,) * 5)
    each = jax.tree_util.tree_map

    def loss(params, graph, truth):
        return ((model(params, *graph) / truth - 1) ** 2).mean()

    @jax.jit
    def step(params, first, second, t, graph, truth):
        gradient = jax.grad(loss)(params, graph, truth)
        first = each(lambda m, g: 0.9 * m + 0.1 * g, first, gradient)
        second = each(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradient)
        rate = 5e-3 * 0.5 * (1 + jnp.cos(jnp.pi * t / steps))
        move = lambda p, m, v: p - rate * m / (1 - 0.9 ** t) / (jnp.sqrt(v / (1 - 0.999 ** t)) + 1e-8)
        return each(move, params, first, second), first, second

    nodes = max(p["nodes"] for p in points)
    learn, check = ([p for p in points if (p["network"] % 6 == 0) == held] for held in (False, True))
    truth, held = (np.array([p["cycle"] for p in part], np.float32) for part in (learn, check))
    graph, held_graph = arrays(learn, corrects, nodes), arrays(check, corrects, nodes)
    rng, measure = np.random.default_rng(seed), jax.jit(loss)
    params, best = initial(seed), (np.inf, None)
    first = second = each(np.zeros_like, params)
    for t in range(1, steps + 1):
        batch = rng.choice(len(learn), min(BATCH, len(learn)), replace=False)
        params, first, second = step(params, first, second, float(t), [x[batch] for x in graph], truth[batch])
        if t % 50 == 0:
            best = min(best, (float(measure(params, held_graph, held)), params), key=lambda x: x[0])
    return best[1]
