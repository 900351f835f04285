#!/usr/bin/env python3
"""Runs BookSim2 (`booksim` on PATH) and wsc-bench-network on the same configurations, which are in
no table of ours, and prints how far latency and acceptance are apart, and the processor time.

    bench/network/booksim.py build/bin/wsc-bench-network [--long]

BookSim2: https://github.com/booksim/booksim2, `make` in src (needs flex and bison)."""
import itertools
import re
import resource
import shutil
import subprocess
import sys
import tempfile

FIXED = """
topology = mesh; n = 2; wait_for_tail_credit = 0;
vc_allocator = separable_input_first; sw_allocator = separable_input_first; alloc_iters = 1;
credit_delay = 1; routing_delay = 0; vc_alloc_delay = 1; sw_alloc_delay = 1; st_final_delay = 1;
input_speedup = 1; output_speedup = 1; internal_speedup = 1.0;
injection_rate_uses_flits = 1; sim_type = latency; warmup_periods = 3; sample_period = 1000;
sim_count = 1; latency_thres = 500.0;
"""


def configurations(long):
    """(size, vcs, buffer, packet, traffic, routing, share of the bound)"""
    def valid(size, vcs, buffer, packet, traffic, routing):
        power = size & (size - 1) == 0
        return ((power or traffic in ("uniform", "tornado", "neighbor"))
                and (routing != "xy_yx" or vcs % 2 == 0))

    if not long:
        sizes, vcs, packets = (4, 5, 8), (1, 4), (1, 5)
        traffics, routings, shares = ("uniform", "tornado", "shuffle"), ("dor",), (0.3, 0.7)
    else:
        sizes, vcs, packets = (4, 6, 8, 16), (1, 2, 3, 8), (1, 3, 8)
        traffics = ("uniform", "transpose", "bitcomp", "bitrev", "shuffle", "tornado", "neighbor")
        routings, shares = ("dor", "xy_yx"), (0.05, 0.5, 0.9)
    for index, (size, v, packet, traffic, routing, share) in enumerate(
            itertools.product(sizes, vcs, packets, traffics, routings, shares)):
        buffer = (4, 8, 3, 6)[index % 4]
        # All combinations would take days of BookSim2.
        if (valid(size, v, buffer, packet, traffic, routing)
                and (not long or index % 11 == 0) and not (size == 16 and share > 0.5)):
            yield size, v, buffer, packet, traffic, routing, share


def bound(size, traffic, routing):
    """Flits a node and cycle that the busiest channel takes, counted over all pairs; 1 at most."""
    nodes = size * size
    bits = nodes.bit_length() - 1
    digit = {"tornado": lambda d: (d + (size + 1) // 2 - 1) % size,
             "neighbor": lambda d: (d + 1) % size}
    def to(i):
        row, col = divmod(i, size)
        if traffic in digit:
            return digit[traffic](row) * size + digit[traffic](col)
        return {"transpose": lambda: col * size + row, "bitcomp": lambda: nodes - 1 - i,
                "bitrev": lambda: int(format(i, f"0{bits}b")[::-1], 2),
                "shuffle": lambda: (i << 1 | i >> (bits - 1)) & (nodes - 1)}[traffic]()
    load = {}
    for i in range(nodes):
        for j in range(nodes) if traffic == "uniform" else [to(i)]:
            flits = 1 / nodes if traffic == "uniform" else 1
            for order in ("x", "y") if routing == "xy_yx" else ("x",):
                share = flits / 2 if routing == "xy_yx" else flits
                row, col = divmod(i, size)
                there = divmod(j, size)
                while (row, col) != there:
                    along = col != there[1] if order == "x" else row == there[0]
                    step = (0, 1 if there[1] > col else -1) if along else \
                           (1 if there[0] > row else -1, 0)
                    load[row, col, step] = load.get((row, col, step), 0) + share
                    row, col = row + step[0], col + step[1]
    return min(1, 1 / max(load.values()))


def timed(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    output = subprocess.run(command, capture_output=True, text=True).stdout
    return output, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def booksim(size, vcs, buffer, packet, traffic, routing, load, seed=1):
    text = FIXED + (f"k = {size}; num_vcs = {vcs}; vc_buf_size = {buffer}; packet_size = {packet};"
                    f" traffic = {traffic}; routing_function = {routing}; seed = {seed};"
                    f" injection_rate = {load};\n")
    with tempfile.NamedTemporaryFile("w", suffix=".cfg") as file:
        file.write(text)
        file.flush()
        output, seconds = timed(["booksim", file.name])
    stable = "Overall Traffic Statistics" in output
    last = output[output.rindex("Overall Traffic" if stable else "Class 0:"):]
    def figure(name):
        return float(re.search(name + r" *= ([-+.\deE]+|nan)", last).group(1))
    return {"stable": stable, "packet_latency": figure("Packet latency average"),
            "accepted": figure("Accepted flit rate average"), "processor_s": seconds,
            "cycles": int(re.search(r"Time taken is (\d+)", output).group(1)) if stable else None}


def ours(program, size, vcs, buffer, packet, traffic, routing, load, seed=1):
    output, seconds = timed([program, f"--size={size}", f"--vcs={vcs}", f"--buffer={buffer}",
                             f"--packet={packet}", f"--traffic={traffic}", f"--routing={routing}",
                             f"--load={load}", f"--seed={seed}"])
    figures = {key: float(value) for key, value in map(str.split, output.splitlines())}
    return {**figures, "stable": figures["stable"] == 1, "processor_s": seconds}


def main():
    arguments = [a for a in sys.argv[1:] if a != "--long"]
    if len(arguments) != 1:
        sys.exit(__doc__)
    if not shutil.which("booksim"):
        print("SKIPPED: no `booksim` on PATH (github.com/booksim/booksim2, `make` in src)")
        return
    worst, runs, equal, sums = 0.0, 0, 0, [0.0, 0.0]
    print(f"{'mesh':>5} {'VCs':>3} {'buf':>3} {'pkt':>3} {'traffic':>9} {'routing':>7} {'load':>7}"
          f" {'booksim':>9} {'wsc':>9} {'apart':>7} {'accepted':>9} {'booksim':>8} {'wsc':>7}")
    for *shape, share in configurations("--long" in sys.argv):
        size, _, _, _, traffic, routing = shape
        load = round(share * bound(size, traffic, routing), 4)
        theirs, own = booksim(*shape, load), ours(arguments[0], *shape, load)
        apart = max(abs(own[key] / theirs[key] - 1) for key in ("packet_latency", "accepted"))
        agree = theirs["stable"] == own["stable"] and apart < 1e-5
        worst, runs, equal = max(worst, apart), runs + 1, equal + agree
        sums[0] += theirs["processor_s"]
        sums[1] += own["processor_s"]
        size, vcs, buffer, packet, traffic, routing = shape
        print(f"{size:>5} {vcs:>3} {buffer:>3} {packet:>3} {traffic:>9} {routing:>7} {load:>7}"
              f" {theirs['packet_latency']:>9.6g} {own['packet_latency']:>9.6g} {apart:>7.2%}"
              f" {own['accepted']:>9.6g} {theirs['processor_s']:>7.2f}s {own['processor_s']:>6.2f}s"
              f"{'' if own['stable'] else ' unstable'}", flush=True)
    print(f"{runs} configurations: {equal} equal to six digits, at most {worst:.4%} apart;"
          f" processor time {sums[0]:.1f} s and {sums[1]:.1f} s")


if __name__ == "__main__":
    main()
