"""check-stream.py DIR MACS: cuts leave no remainder (Stream would ignore them), cores exist, links make a mesh, and
all cores together do at least MACS multiply-accumulates."""
import csv
import pathlib
import re
import sys

folder = pathlib.Path(sys.argv[1])
macs = 0
for row in csv.DictReader(open(folder / "products.csv")):
    mesh = (folder / row["mesh"]).read_text()
    rows, cols = map(int, re.search(r"_(\d+)x(\d+)\.yaml", row["mesh"]).groups())
    cores = rows * cols
    files = re.findall(r"\n  (\d+): \./(\w+\.yaml)", mesh)
    assert [int(number) for number, _ in files] == list(range(2 * cores + 1))
    assert all((folder / name).exists() for _, name in files)
    links = [tuple(map(int, pair)) for pair in re.findall(r"cores: \[(\d+), (\d+)\]", mesh)]
    assert len(set(links)) == len(links) and sum(b == 2 * cores for _, b in links) == cores
    for a, b in links:
        assert b == 2 * cores or b - a == cols or (b - a == 1 and b % cols), (a, b)

    m, n, k = (int(row[size]) for size in "mnk")
    sizes = {"left": (m, k), "right": (k, n), "product": (m, n, k)}
    mapping = (folder / f"{row['product']}.mapping.yaml").read_text()
    layers = re.findall(r"- name: (\w+)\n  core_allocation: \[\[(.*)\]\]\n  inter_core_tiling: \[\[(.*)\]\]", mapping)
    assert [name for name, *_ in layers] == row["moves"].split() + ["product"]
    streamed, tile = map(int, re.search(r"product\.D(\d), tile: (\d+)", mapping).groups())
    most = 1
    for name, allocation, cuts in layers:
        first = cores if name == "product" else 0
        assert sorted(map(int, allocation.split(", "))) == list(range(first, first + cores))
        parts = 1
        for dim, split in re.findall(r"dim: D(\d), split: (\d+)", cuts):
            size, split = sizes[name][int(dim)], int(split)
            assert size % split == 0, (name, dim, size, split)
            parts *= split
            if size == sizes["product"][streamed]:
                most = max(most, split)
        assert parts == cores
    assert sizes["product"][streamed] % (tile * most) == 0
    macs += m * n * k
assert macs >= int(sys.argv[2]), macs
