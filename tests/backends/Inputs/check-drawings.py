"""check-drawings.py KIND FILE ROWS COLS: the floorplan (svg) or graph (dot) has what a mesh of ROWS x
COLS has.  Where Graphviz is on PATH, it has to read the graph, too."""
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

kind, path, rows, cols = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
if kind == "svg":
    root = ElementTree.parse(path).getroot()
    _, _, width, height = map(float, root.get("viewBox").split())
    space = "{http://www.w3.org/2000/svg}"
    places = {(float(use.get("x")), float(use.get("y"))) for use in root.findall(space + "use")}
    assert len(places) == rows * cols
    assert all(0 <= x < width and 0 <= y < height for x, y in places)
    ranks = root.findall(space + "rect")
    assert ranks and all(rank.find(space + "title") is not None for rank in ranks)
    for rank in ranks:
        assert float(rank.get("x")) + float(rank.get("width")) <= width + 1e-3
        assert float(rank.get("y")) + float(rank.get("height")) <= height + 1e-3
else:
    text = open(path).read()
    nodes = re.findall(r"^  (r\d+c\d+) \[pos=", text, re.M)
    links = [tuple(sorted(pair)) for pair in re.findall(r"^  (\w+) -- (\w+)(?: \[style=dashed\])?;$", text, re.M)]
    assert len(set(nodes)) == len(nodes) == rows * cols
    wrapped = len(re.findall("dashed", text))
    assert len(set(links)) == len(links) == rows * (cols - 1) + cols * (rows - 1) + wrapped
    assert wrapped in (0, rows + cols) and set(sum(links, ())) <= set(nodes)
    if shutil.which("dot"):
        subprocess.run(["dot", "-Tplain", path], check=True, capture_output=True, timeout=60)
